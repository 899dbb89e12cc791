"""# Nightly refresh

Every night the day that has ended (UTC) goes from `landing/` into the warehouse: what FMA and TikTok dropped
is loaded, new clips are described, new tracks and sounds are matched; listens are loaded, and what artists see of
their audience is rebuilt. Where `OVERTONE_SYNTHETIC` asks for it, an invented day is made and landed first. A run's
logical date **is** the day of its data; its name bears the midnight after.

Every task may be run again: clear it, backfill a past day, run two days at once, stop it half-way; the
warehouse ends the same. A task that finds nothing new ends green and changes nothing.

## When a task fails, read the last line of its log

**Tried again by itself** (three times, ever later)
- `DatabaseUnavailable`, `StorageUnavailable`: the server did not answer. If it stays so, mend that server,
  then clear the task.
- `TemporaryError`: no Spark worker was free, or Spark's JVM died. The log says which.
- `AirflowTaskTimeout`: the task ran for 12 hours. A first load of all of FMA may: it goes on with what is left.
- `was killed by SIGKILL`: most often the machine ran out of memory. If it recurs, give it more, or run fewer
  tasks at once (`[core] parallelism`).

**Not tried again: somebody must act**
- `SourceMissing`: nothing was landed up to that day. `overtone land` it, clear the task.
- `SourceMalformed`, `SourceTruncated`: a drop is not what its source publishes, or was cut. Fetch it again,
  `overtone land` it, clear the task.
- `TooManyBadRows`: more rows were refused than `max_bad_share` allows, and nothing was published.
  `overtone status` names the reasons. Mend the drop; or, if the rows are truly bad, trigger the day with a
  higher share.
- `BooksDoNotBalance`: rows in and rows out differ, and nothing was published. A defect of ours: keep the log,
  report it, raise no limit.
- `DiskFull`: make room, clear the task.
- `SetupFailed`: Java or Spark did not start, or librosa is missing; the line says which.
- `this run has no date`: it was triggered by hand without one. Trigger it again with `day`.
- `SettingInvalid`: an `OVERTONE_` variable; the line says which and what it may hold.
- `MigrationChanged`: an applied file of `sql/migrations` was edited. Undo the edit; add a new file.

A run as a whole is given up after 24 hours; clear what is left.

## Days of the past

*Trigger → Backfill* on this page, or

    overtone airflow backfill create --dag-id nightly_refresh --from-date 2020-12-19 --to-date 2020-12-21

(in a container `airflow …` alone) is one run a day, both ends included; days that already ran are left alone.
*All runs* (`--reprocess-behavior completed`) runs those again too, and changes nothing. The DAG must not be
paused. For one single day: *Trigger* with `day`.
"""

from datetime import UTC, datetime, timedelta

from airflow.sdk import DAG, CronDataIntervalTimetable, Param, TaskGroup

from etl.jobs import JOBS
from plugins.assets import asset
from plugins.job_task import JobTask

RUNBOOK = {
    "make_activity": "Ends green at once while `OVERTONE_SYNTHETIC` is off. `SettingInvalid`: the home holds real "
    "drops, or another made world; nothing was made, and the line says what to set. Killed, it makes the same again. "
    "Clear it at any time: what is landed of its day is left alone.",
    "ingest_fma": "`SourceMalformed` names file and line, most often of a `tracks.csv` that was cut: land it whole. "
    "Single refused rows stop nothing; `overtone status` lists them.",
    "ingest_tiktok": "Bad lines stop nothing while they are few; `overtone status` lists them. The same video "
    "with newer counts is no error: the latest counts win.",
    "describe_audio": "The longest task. A clip that cannot be decoded goes to the quarantine and stops nothing. "
    "Stopped half-way, it goes on with the clips that are left. Up to five new clips a night are held against librosa; "
    "one that is off, or that it fails at, waits in the quarantine as `off_from_reference`. Keep it and report it: "
    "other clips may be off, too.",
    "scale_features": "Needs described tracks. Quick; clear it at any time.",
    "match_tracks": "Compares new tracks and new sounds only. Clear it at any time.",
    "ingest_listens": "Takes every drop up to the day that is not loaded yet; where nothing was landed it ends green. "
    "Listens of tracks that no catalogue has wait in the quarantine and come in by themselves once it has them.",
    "ingest_heard": "Listens in the app count at once; here they come into the books. `BooksDoNotBalance` means that "
    "one is in the lake twice, or of a track that is gone. Clear it at any time.",
    "build_tastes": "Adds the listens that came to what listeners hear, in one transaction. Of whoever has an older "
    "one it reads all again, so a late day takes longer. Clear it at any time.",
    "build_audience": "Rebuilds the days and weeks whose listens changed, late ones included. One transaction: "
    "while it runs, pages show the state before. Clear it at any time.",
    "build_recommender": "Learns from what listeners hear. The graph of artists is swapped in whole: until then "
    "lists are made with the one before. Killed by SIGKILL: `etl.recommend.items.LARGEST` is too many "
    "artists for this machine's memory. Clear it at any time.",
}

with DAG(
    dag_id="nightly_refresh",
    description="What was dropped in a day: loaded, described, matched",
    doc_md=__doc__,
    # Midnight, so that a backfill from one date to another means exactly those days.
    schedule=CronDataIntervalTimetable("0 0 * * *", timezone="UTC"),
    start_date=datetime(2017, 1, 1, tzinfo=UTC),
    catchup=False,
    # A run keeps two cores busy by itself; a second one fills its gaps.
    max_active_runs=2,
    max_active_tasks=2,
    dagrun_timeout=timedelta(hours=24),
    tags=["overtone", "nightly"],
    params={
        "day": Param(
            None,
            type=["null", "string"],
            format="date",
            title="Day",
            description="The day of the data, where it is not the run's logical date.",
        ),
        "max_bad_share": Param(
            0.01,
            type="number",
            minimum=0,
            maximum=1,
            title="Largest share of bad rows",
            description="A drop with a larger share of refused rows is not published.",
        ),
    },
    default_args={
        "owner": "overtone",
        # Days are independent; and with it, clearing a finished backfill can hang: apache/airflow#69658.
        "depends_on_past": False,
        # Runs of one job take turns: one that waits for its turn must not take another job's place.
        "max_active_tis_per_dag": 1,
        "retries": 3,
        "retry_delay": timedelta(minutes=1),
        "retry_exponential_backoff": True,
        "max_retry_delay": timedelta(minutes=30),
        "execution_timeout": timedelta(hours=12),
    },
):
    tasks = {}
    for stage in dict.fromkeys(job.stage for job in JOBS.values()):
        with TaskGroup(stage, prefix_group_id=False):
            for job in JOBS.values():
                if job.stage == stage:
                    tasks[job.name] = JobTask(
                        task_id=job.name,
                        inlets=[asset(name) for name in job.reads],
                        outlets=[asset(name) for name in job.fills],
                        doc_md=f"Here: {job.does}.\n\n{RUNBOOK[job.name]}",
                    )
    for job in JOBS.values():
        tasks[job.name].set_upstream([tasks[name] for name in job.after])
