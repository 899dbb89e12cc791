"""What the DAG file says: read by Airflow's own DagBag, and light to read."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from etl.jobs import JOBS
from etl.settings import CHECKOUT


@pytest.fixture(scope="module")
def bag() -> Any:
    from airflow.dag_processing.dagbag import DagBag

    return DagBag(CHECKOUT / "dags")


@pytest.fixture(scope="module")
def dag(bag: Any) -> Any:
    return bag.dags["nightly_refresh"]


def test_the_folder_holds_exactly_this_dag_and_nothing_that_fails_to_load(bag: Any) -> None:
    assert bag.import_errors == {}
    assert sorted(bag.dags) == ["nightly_refresh"]


def test_the_tasks_wait_for_what_they_read(dag: Any) -> None:
    assert {task.task_id: task.upstream_task_ids for task in dag.tasks} == {
        "make_activity": set(),
        "ingest_fma": {"make_activity"},
        "ingest_tiktok": {"make_activity"},
        "describe_audio": {"ingest_fma"},
        "scale_features": {"describe_audio"},
        "match_tracks": {"ingest_fma", "ingest_tiktok"},
        "ingest_listens": {"make_activity", "ingest_fma"},
        "ingest_heard": {"ingest_listens"},
        "build_tastes": {"ingest_listens", "ingest_heard"},
        "build_audience": {"ingest_listens", "ingest_heard"},
        "build_recommender": {"build_tastes"},
    }


def test_a_stage_is_a_group(dag: Any) -> None:
    groups = {name: sorted(group.children) for name, group in dag.task_group_dict.items() if name}
    assert groups == {
        "ingest": ["ingest_fma", "ingest_heard", "ingest_listens", "ingest_tiktok", "make_activity"],
        "describe": ["describe_audio", "scale_features"],
        "match": ["match_tracks"],
        "listeners": ["build_recommender", "build_tastes"],
        "audience": ["build_audience"],
    }


def test_every_job_of_the_refresh_is_a_task_and_has_a_runbook(dag: Any) -> None:
    assert sorted(dag.task_ids) == sorted(JOBS)
    assert all(JOBS[task.task_id].does in task.doc_md and len(task.doc_md) > 80 for task in dag.tasks)
    assert dag.doc_md.startswith("# Nightly refresh")
    for error in ("DatabaseUnavailable", "SourceMalformed", "TooManyBadRows", "BooksDoNotBalance", "DiskFull"):
        assert f"`{error}`" in dag.doc_md


def test_assets_draw_the_lineage_from_drop_to_match(dag: Any) -> None:
    filled = {task.task_id: [asset.uri for asset in task.outlets] for task in dag.tasks}
    assert filled == {
        "make_activity": [f"x-overtone://landing/{source}" for source in ("fma", "tiktok", "listens")],
        "ingest_fma": ["x-overtone://core/genre", "x-overtone://core/artist", "x-overtone://core/track"],
        "ingest_tiktok": ["x-overtone://core/sound", "x-overtone://core/creator", "x-overtone://core/video"],
        "describe_audio": ["x-overtone://core/track_feature", "x-overtone://core/clip", "x-overtone://ops/check"],
        "scale_features": ["x-overtone://core/scaler", "x-overtone://core/track_vector"],
        "match_tracks": ["x-overtone://core/track_match", "x-overtone://ops/matched"],
        "ingest_listens": [
            "x-overtone://lake/listens",
            *(f"x-overtone://activity/{name}" for name in ("listener", "friendship", "influencer")),
            "x-overtone://ops/audience_due",
            "x-overtone://ops/listens_loaded",
        ],
        "ingest_heard": ["x-overtone://lake/listens", "x-overtone://app/heard", "x-overtone://ops/audience_due"],
        "build_tastes": [
            "x-overtone://mart/taste",
            "x-overtone://mart/variety",
            "x-overtone://ops/built_of",
            "x-overtone://ops/counted_as",
            "x-overtone://app/heard",
        ],
        "build_audience": [
            "x-overtone://lake/songs",
            "x-overtone://lake/heard",
            *(
                f"x-overtone://mart/{name}"
                for name in ("audience", "audience_day", "people", "genre_curve", "interest")
            ),
            "x-overtone://ops/audience_due",
            "x-overtone://ops/people_key",
        ],
        "build_recommender": ["x-overtone://app/stand_in", "x-overtone://mart/recommender"],
    }
    read = {task.task_id: [asset.name for asset in task.inlets] for task in dag.tasks}
    assert read["ingest_tiktok"] == ["landing/tiktok"]
    assert read["match_tracks"] == ["core.track", "core.sound"]


def test_a_run_is_a_day_and_its_logical_date_is_that_day(dag: Any) -> None:
    from airflow.serialization.serialized_objects import DagSerialization

    served = DagSerialization.from_dict(DagSerialization.to_dict(dag))
    runs = list(
        served.iter_dagrun_infos_between(datetime(2020, 12, 19, tzinfo=UTC), datetime(2020, 12, 21, tzinfo=UTC))
    )
    assert [run.logical_date.date().isoformat() for run in runs] == ["2020-12-19", "2020-12-20", "2020-12-21"]
    assert [(run.data_interval.start, run.data_interval.end) for run in runs] == [
        (run.logical_date, run.logical_date + timedelta(days=1)) for run in runs
    ]
    assert dag.start_date < datetime(2017, 5, 9, tzinfo=UTC)  # the day of FMA's release
    assert dag.catchup is False


def test_retries_wait_ever_longer_and_days_do_not_wait_for_each_other(dag: Any) -> None:
    for task in dag.tasks:
        assert (task.retries, task.retry_delay, task.max_retry_delay) == (
            3,
            timedelta(minutes=1),
            timedelta(minutes=30),
        )
        assert task.retry_exponential_backoff
        assert task.depends_on_past is False
        assert task.execution_timeout == timedelta(hours=12)
        assert task.max_active_tis_per_dag == 1
        assert task.owner == "overtone"
    assert (dag.max_active_runs, dag.max_active_tasks) == (2, 2)


def test_params_are_typed_and_refuse_what_they_cannot_hold(dag: Any) -> None:
    from airflow.sdk.exceptions import ParamValidationError

    assert dag.params.dump() == {"day": None, "max_bad_share": 0.01}
    day, share = dag.params.get_param("day"), dag.params.get_param("max_bad_share")
    assert day.schema["format"] == "date"  # what makes the form show a date picker
    assert day.resolve("2020-12-21") == "2020-12-21"
    assert share.resolve(0) == 0
    for param, wrong in ((day, "21.12.2020"), (day, 5), (share, 1.5), (share, -0.1), (share, "much")):
        with pytest.raises(ParamValidationError):
            param.resolve(wrong)


def test_reading_the_dag_file_imports_nothing_heavy() -> None:
    program = """
import runpy, sys
runpy.run_path("dags/nightly_refresh.py")
heavy = {"pyspark", "librosa", "soundfile", "numba", "pandas", "pyarrow", "sklearn", "psycopg2", "dash"}
print(sorted(heavy & set(sys.modules)), sorted(name for name in sys.modules if name.startswith("etl.jobs.")))
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[] []"


def test_the_plugin_adds_a_link_and_a_door_and_no_route() -> None:
    from airflow import plugins_manager

    plugins_manager._get_plugins.cache_clear()
    plugins, errors = plugins_manager._get_plugins()
    assert errors == {}
    plugin = next(plugin for plugin in plugins if plugin.name == "overtone")
    assert [view["href"] for view in plugin.external_views] == ["http://127.0.0.1:8050/status"]
    assert [one["name"] for one in plugin.fastapi_root_middlewares] == ["door"]
    assert (plugin.fastapi_apps, plugin.flask_blueprints) == ([], [])
