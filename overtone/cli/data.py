"""Commands that take data in and work it up: land, download, run, refresh, status."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from etl.console import err, out, print_json, print_table, report
from etl.errors import ArgumentInvalid
from etl.jobs import JOBS
from overtone.cli.common import AsJson, Paths, warehouse

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no day; write it as 2020-12-21") from None


Day = Annotated[date, typer.Option("--day", parser=_day, metavar="DAY", help="A day (UTC), such as 2020-12-21.")]
MaybeDay = Annotated[
    date | None,
    typer.Option("--day", parser=_day, metavar="DAY", help="The day of the drop.", show_default=False),
]
Synthetic = Annotated[
    bool,
    typer.Option("--synthetic", help="What is landed was made, not observed: every row of it says so."),
]
MaxBadShare = Annotated[
    float,
    typer.Option(min=0, max=1, help="Share of refused rows above which nothing of a drop is published."),
]


def land_fma(paths: Paths, day: MaybeDay = None, synthetic: Synthetic = False) -> None:
    """Land FMA archives (fma_metadata.zip, fma_small.zip …), or their unpacked folders and files."""
    _land("fma", paths, day, synthetic)


def land_tiktok(paths: Paths, day: MaybeDay = None, synthetic: Synthetic = False) -> None:
    """Land TikTok posts: one JSON object a line; plain, gzip, Zstandard or zip."""
    _land("tiktok", paths, day, synthetic)


def land_listens(paths: Paths, day: MaybeDay = None, synthetic: Synthetic = False) -> None:
    """Land listens, listeners, friendships and influencers: Parquet or CSV; docs/sources.md has the columns."""
    _land("listens", paths, day, synthetic)


def make(
    listeners: Annotated[int, typer.Option(min=1, help="How many have joined by the end of 2020.")] = 5_000,
    days: Annotated[int, typer.Option(min=1, help="How many days, up to the last one.")] = 60,
    last: Annotated[
        date | None, typer.Option("--last", parser=_day, metavar="DAY", help="The last day; yesterday unless given.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Another one is another world.")] = 1,
) -> None:
    """Make listeners and what they hear of the tracks that are landed, and land it: drops that say they are made."""
    from etl.jobs.make_activity import make_days
    from etl.settings import Settings
    from etl.settings import Synthetic as Asked
    from etl.store.migrations import migrated
    from etl.store.storage import Storage
    from etl.store.work import Work

    settings = Settings.from_env()
    kind = "beside" if settings.synthetic.kind == "beside" else "activity"
    settings = replace(settings, synthetic=Asked(kind, listeners, seed))
    day = last or datetime.now(UTC).date() - timedelta(1)
    work = Work(settings, Storage(settings.storage_url), migrated(settings), day)
    landed = sum(bool(fresh) for _, fresh in make_days(work, day - timedelta(days - 1)))
    out.print(f"{landed} of {days} days are new. Load them: overtone refresh --day {day}")


def _land(source: str, paths: list[Path], day: date | None, synthetic: bool) -> None:
    from etl.drops.landing import land
    from etl.settings import Settings
    from etl.store.storage import Storage

    fresh = land(Storage(Settings.from_env().storage_url), source, paths, day, synthetic)
    if fresh:
        size = sum(file.size for file in fresh) / 1e6
        files = "1 file" if len(fresh) == 1 else f"{len(fresh):,} files"
        word = ", as synthetic" if synthetic else ""
        out.print(f"Landed {files} ({size:,.1f} MB) of {source} for {fresh[0].day}{word}.")
    else:
        out.print(f"Nothing new: these files of {source} were landed before.")


def download_fma(
    names: Annotated[list[str], typer.Argument(help="metadata, small, medium, large or full.", show_default=False)],
    to: Annotated[Path, typer.Option(help="The folder to put them in.")] = Path(),
) -> None:
    """Download official FMA archives, going on where an earlier try stopped, and check their checksums."""
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    from etl.drops.download import ARCHIVES, download

    for name in names:
        if name in ARCHIVES:
            err.print(f"fma_{name}.zip: {ARCHIVES[name].cost()}")
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            DownloadColumn(),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=err) as bar:
            task = bar.add_task(f"fma_{name}.zip", total=None)
            path = download(name, to, progress=partial(_show, bar, task))
        out.print(f"{path}: complete, checksum correct. Land it: overtone land fma {path}")


def run(
    job: Annotated[str, typer.Argument(help=", ".join(JOBS), show_default=False)],
    day: Day,
    max_bad_share: MaxBadShare = 0.01,
    error_json: Annotated[
        bool, typer.Option("--error-json", help="End a failure with one JSON line on stderr.")
    ] = False,
) -> None:
    """Run one job of the refresh for a day. Running it again changes nothing."""
    from etl.jobs.run import run_job
    from etl.settings import Settings

    # error_json is read by main(): it is for a mistake in the call, too.
    for books in run_job(Settings.from_env(), job, day, max_bad_share):
        out.print(_line(books))


def refresh(
    day: Day,
    days: Annotated[int, typer.Option(min=1, help="How many days, from that day on.")] = 1,
    max_bad_share: MaxBadShare = 0.01,
) -> None:
    """Run the whole refresh, without Airflow: every job, in order, for a day or several."""
    from etl.jobs.run import run_job
    from etl.settings import Settings

    settings, codes = Settings.from_env(), []
    if days > (date.max - day).days:
        raise ArgumentInvalid(f"--days {days}", "the calendar ends before", "Give fewer days.")
    for one in (day + timedelta(days=number) for number in range(days)):
        out.print(f"[bold]{one}[/bold]")
        failed: set[str] = set()
        for job in JOBS.values():
            if waits_for := failed.intersection(job.after):
                failed.add(job.name)
                out.print(f"  {job.name}: not run, it needs {', '.join(sorted(waits_for))}")
                continue
            try:
                for books in run_job(settings, job.name, one, max_bad_share):
                    out.print(f"  {_line(books)}")
            except Exception as error:
                # What does not depend on it goes on, as it does in Airflow.
                failed.add(job.name)
                codes.append(report(error))
    if codes:
        raise typer.Exit(max(codes))


def status(
    as_json: AsJson = False,
    with_hash: Annotated[bool, typer.Option("--hash", help="Add a hash of each table's content.")] = False,
) -> None:
    """Show how fresh each table is, the books of every load, what was refused, and the last check of features."""
    from dashboards.queries.status import Check
    from etl.store.warehouse import content_hash, sql

    ours = warehouse()

    def ask(question: str, **params: object) -> list[dict[str, Any]]:
        return ours.query(sql(f"queries/{question}"), params)

    tables, quarantine = ask("status_tables"), ask("status_quarantine")
    check = next(iter(ask("status_check")), None)
    latest: dict[tuple[object, ...], dict[str, Any]] = {}
    for load in ask("status_loads", limit=None):  # the newest first
        latest.setdefault((load["job"], load["day"], load["table_name"]), load)
    loads = sorted(latest.values(), key=lambda load: (load["day"], load["run_id"]))
    hashes = content_hash(ours) if with_hash else {}
    counts = ("inserted", "updated", "unchanged", "quarantined")
    if as_json:
        print_json(
            {
                "tables": {
                    row["table_name"]: {
                        "rows": row["row_count"],
                        "synthetic": row["synthetic"],
                        "through": row["through"],
                    }
                    for row in tables
                },
                "loads": [
                    {
                        "job": load["job"],
                        "day": load["day"],
                        "table": load["table_name"],
                        "in": load["rows_in"],
                    }
                    | {name: load[name] for name in counts}
                    | {"finished_at": load["finished_at"]}
                    for load in loads
                ],
                "quarantine": {row["reason"]: row["row_count"] for row in quarantine},
                "check": check,
                **({"hash": hashes} if with_hash else {}),
            }
        )
        return
    columns = ("rows_in", *counts)
    print_table(
        "Tables",
        ("table", "rows", "synthetic", "through"),
        [
            (
                row["table_name"],
                row["row_count"],
                "–" if row["synthetic"] is None else row["synthetic"],
                row["through"] or "never loaded",
            )
            for row in tables
        ],
    )
    print_table(
        "Loads, the latest of each job and day",
        ("day", "job", "table", "in", *counts),
        [(load["day"], load["job"], load["table_name"], *(load[name] for name in columns)) for load in loads],
    )
    print_table(
        "Quarantine",
        ("reason", "rows", "latest example"),
        [
            (row["reason"], row["row_count"], f"{row['source']} {row['position']}: {row['detail']}")
            for row in quarantine
        ],
    )
    said = Check(**check).said(check["day"]) if check else "none yet; the first night that describes clips makes one"
    out.print(f"[bold]Check[/bold]: {said}")
    if with_hash:
        print_table("Content", ("table", "hash"), list(hashes.items()))


def _show(bar: "Progress", task: "TaskID", done: int, total: int) -> None:
    bar.update(task, completed=done, total=total)


def _line(books: Any) -> str:
    return (
        f"{books.job} → {books.table}: {books.rows_in:,} in = {books.inserted:,} inserted + {books.updated:,} updated"
        f" + {books.unchanged:,} unchanged + {books.quarantined:,} quarantined"
    )
