"""The command ``overtone``.

Exit codes: 0 done, 2 the caller must change something, 1 anything else. An error is one line that names the thing, the
reason and the next step. Libraries are imported inside the commands: ``--help`` must not wait for Spark.
"""

import dataclasses
import json
import logging
import os
import sys
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from etl.console import err, out, print_json, print_table, report
from etl.errors import ArgumentInvalid, OvertoneError, SourceMissing
from etl.jobs import JOBS

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from etl.warehouse import Warehouse

app = typer.Typer(
    name="overtone",
    help="Who listens to your music, who could carry it further, and where music like it is used on TikTok.",
    epilog="From download to answer: [bold]overtone land[/bold] fma … and tiktok …, [bold]overtone refresh[/bold]"
    " --day D, then [bold]overtone similar[/bold] FILE or [bold]overtone status[/bold]."
    " Settings are OVERTONE_… variables; etl/settings.py lists them.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
land_app = typer.Typer(help="Take in what was downloaded: archives, folders and files.", no_args_is_help=True)
app.add_typer(land_app, name="land", rich_help_panel="Data")
download_app = typer.Typer(help="Fetch a source's official archives.", no_args_is_help=True)
app.add_typer(download_app, name="download", rich_help_panel="Data")
bench_app = typer.Typer(help="Measure what things cost here, in CPU time and ratios.", no_args_is_help=True)
app.add_typer(bench_app, name="bench", rich_help_panel="Data")
account_app = typer.Typer(help="Who may log in to the app.", no_args_is_help=True)
app.add_typer(account_app, name="account", rich_help_panel="Servers")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no day; write it as 2020-12-21") from None


Paths = Annotated[list[Path], typer.Argument(help="Files and folders.", show_default=False)]
Day = Annotated[date, typer.Option("--day", parser=_day, metavar="DAY", help="A day (UTC), such as 2020-12-21.")]
MaybeDay = Annotated[
    date | None,
    typer.Option("--day", parser=_day, metavar="DAY", help="The day of the drop.", show_default=False),
]
MaxBadShare = Annotated[
    float,
    typer.Option(min=0, max=1, help="Share of refused rows above which nothing of a drop is published."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@land_app.command("fma")
def land_fma(paths: Paths, day: MaybeDay = None) -> None:
    """Land FMA archives (fma_metadata.zip, fma_small.zip …), or their unpacked folders and files."""
    _land("fma", paths, day)


@land_app.command("tiktok")
def land_tiktok(paths: Paths, day: MaybeDay = None) -> None:
    """Land TikTok posts: one JSON object a line; plain, gzip, Zstandard or zip."""
    _land("tiktok", paths, day)


def _land(source: str, paths: list[Path], day: date | None) -> None:
    from etl.landing import land
    from etl.settings import Settings
    from etl.storage import Storage

    fresh = land(Storage(Settings.from_env().storage_url), source, paths, day)
    if fresh:
        size = sum(file.size for file in fresh) / 1e6
        files = "1 file" if len(fresh) == 1 else f"{len(fresh):,} files"
        out.print(f"Landed {files} ({size:,.1f} MB) of {source} for {fresh[0].day}.")
    else:
        out.print(f"Nothing new: these files of {source} were landed before.")


@download_app.command("fma")
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

    from etl.download import ARCHIVES, download

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


@app.command(rich_help_panel="Data")
def run(
    job: Annotated[str, typer.Argument(help=", ".join(JOBS), show_default=False)],
    day: Day,
    max_bad_share: MaxBadShare = 0.01,
    error_json: Annotated[
        bool, typer.Option("--error-json", help="End a failure with one JSON line on stderr.")
    ] = False,
) -> None:
    """Run one job of the refresh for a day. Running it again changes nothing."""
    from etl.jobs.work import run_job
    from etl.settings import Settings

    # error_json is read by main(): it is for a mistake in the call, too.
    for books in run_job(Settings.from_env(), job, day, max_bad_share):
        out.print(_line(books))


@app.command(rich_help_panel="Data")
def refresh(
    day: Day,
    days: Annotated[int, typer.Option(min=1, help="How many days, from that day on.")] = 1,
    max_bad_share: MaxBadShare = 0.01,
) -> None:
    """Run the whole refresh, without Airflow: every job, in order, for a day or several."""
    from etl.jobs.work import run_job
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


@app.command(rich_help_panel="Data")
def similar(
    file: Annotated[Path, typer.Argument(help="An mp3, wav, ogg or flac.", show_default=False)],
    genre: Annotated[str | None, typer.Option(help="Search in one of the 16 top genres.", show_default="all")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many tracks.")] = 10,
    as_json: AsJson = False,
) -> None:
    """Find the tracks that sound like a song, and how music like it is used on TikTok."""
    from etl.jobs.find_similar import find_similar

    results = find_similar(_warehouse(), _bytes(file), str(file), genre, limit)
    if as_json:
        print_json({"results": [dataclasses.asdict(track) for track in results]})
        return
    for place, track in enumerate(results, start=1):
        out.print(
            f"[bold]{place:2}  {track.score:.2f}  {escape(track.title)}[/bold]",
            escape(f"— {track.artist} ({track.genre})"),
            highlight=False,
        )
        if not track.match:
            out.print("          no match on TikTok", style="dim")
            continue
        match = track.match
        scores = f"title {_score(match.title_score)}, artist {_score(match.artist_score)}"
        out.print(
            f"          on TikTok: {match.title} — {match.artist_name} ({scores}, probability {match.probability:.2f})",
            markup=False,
            highlight=False,
        )
        for video in track.videos[:3]:
            plays = "unknown" if video.plays is None else f"{video.plays:,}"
            out.print(
                f"          {plays:>12} plays  {video.creator}  {video.url or ''}",
                markup=False,
                highlight=False,
                no_wrap=True,
            )


@app.command(rich_help_panel="Data")
def status(
    as_json: AsJson = False,
    with_hash: Annotated[bool, typer.Option("--hash", help="Add a hash of each table's content.")] = False,
) -> None:
    """Show how fresh each table is, the books of every load, and what was refused."""
    from etl.warehouse import content_hash, sql

    warehouse = _warehouse()

    def ask(question: str, **params: object) -> list[dict[str, Any]]:
        return warehouse.query(sql(f"queries/{question}"), params)

    tables, quarantine = ask("status_tables"), ask("status_quarantine")
    latest: dict[tuple[object, ...], dict[str, Any]] = {}
    for load in ask("status_loads", limit=None):  # the newest first
        latest.setdefault((load["job"], load["day"], load["table_name"]), load)
    loads = sorted(latest.values(), key=lambda load: (load["day"], load["run_id"]))
    hashes = content_hash(warehouse) if with_hash else {}
    counts = ("inserted", "updated", "unchanged", "quarantined")
    if as_json:
        print_json(
            {
                "tables": {row["table_name"]: {"rows": row["row_count"], "through": row["through"]} for row in tables},
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
                **({"hash": hashes} if with_hash else {}),
            }
        )
        return
    columns = ("rows_in", *counts)
    print_table(
        "Tables",
        ("table", "rows", "through"),
        [(row["table_name"], row["row_count"], row["through"] or "never loaded") for row in tables],
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
    if with_hash:
        print_table("Content", ("table", "hash"), list(hashes.items()))


@bench_app.command("features")
def bench_features(
    files: Annotated[list[Path] | None, typer.Argument(help="Audio files; without any, made clips.")] = None,
    rounds: Annotated[int, typer.Option(min=1, help="Turns a clip.")] = 3,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
) -> None:
    """Describing a clip, against decoding it and one Fourier transform."""
    from etl.bench.features import made_clips, measure

    figures = measure([_bytes(file) for file in files] if files else made_clips(), rounds)
    if as_json:
        for figure in figures:
            print_json(dataclasses.asdict(figure))
        return
    print_table(
        "Features",
        ("figure", "value", "unit", "ratio", "versus", "n"),
        [(one.name, f"{one.value:.1f}", one.unit, f"{one.ratio:.2f}", one.versus, one.n) for one in figures],
    )


@app.command(rich_help_panel="Servers")
def demo() -> None:
    """Run the whole platform over made music and posts, until Ctrl-C."""
    from etl.local import demo
    from etl.settings import Settings

    demo.run(Settings.from_env())


@app.command(rich_help_panel="Servers")
def stop() -> None:
    """Stop the demo and the embedded Postgres of this OVERTONE_HOME."""
    from etl.local import demo, postgres
    from etl.settings import Settings

    settings = Settings.from_env()
    demo.stop(settings)
    postgres.stop(settings.home)


@app.command("app", rich_help_panel="Servers")
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on; 0.0.0.0 only within a container.")] = "127.0.0.1",
) -> None:
    """Serve the app."""
    from dashboards.app import serve
    from etl.settings import Settings

    serve(Settings.from_env(), host)


@app.command(
    "airflow",
    rich_help_panel="Servers",
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
)
def airflow(context: typer.Context) -> None:
    """Airflow's own command line, on this home's Airflow: overtone airflow backfill create …"""
    from etl.local.airflow import COMMAND, environment
    from etl.settings import Settings

    for name, value in environment(Settings.from_env()).items():
        os.putenv(name, value)
    os.execv(COMMAND[0], [*COMMAND, *context.args])


@account_app.command("add")
def add_account(
    login: Annotated[str, typer.Argument(help="Such as an e-mail address.", show_default=False)],
    role: Annotated[str, typer.Option(help="artist, listener or operator.")],
    name: Annotated[str, typer.Option(help="What the app calls them.")] = "",
    artist_id: Annotated[int | None, typer.Option(help="Of core.artist, for an artist.")] = None,
    password: Annotated[str, typer.Option(prompt=True, confirmation_prompt=True, hide_input=True)] = "",
) -> None:
    """Let somebody log in, or change their password and role."""
    from dashboards.auth import add_account

    add_account(_warehouse(), login, password, role, name, artist_id)
    out.print(f"{login} may log in.")


@app.command(rich_help_panel="Servers")
def migrate() -> None:
    """Bring the database to the newest schema. Every command that needs it does so by itself."""
    from etl.migrations import migrate
    from etl.settings import Settings
    from etl.warehouse import Warehouse

    applied = migrate(Warehouse.open(Settings.from_env()).url)
    out.print(f"Applied {', '.join(applied)}." if applied else "The schema is the newest.")


@app.command(hidden=True)
def warm() -> None:
    """Try out what a first upload needs; part of the set-up."""
    from etl.audio.features import warm

    warm()


def main() -> None:
    """Run the command line; every failure becomes one line and an exit code."""
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    for noisy in ("py4j", "botocore", "aiobotocore", "fsspec"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    try:
        sys.exit(app(prog_name="overtone", standalone_mode=False))
    except Exception as error:
        code = report(error)
        if "--error-json" in sys.argv:
            retry = isinstance(error, OvertoneError) and error.retry
            verdict = {"error": type(error).__name__, "retry": retry, "message": str(error)}
            print(json.dumps(verdict), file=sys.stderr, flush=True)
        sys.exit(code)


def _show(bar: "Progress", task: "TaskID", done: int, total: int) -> None:
    bar.update(task, completed=done, total=total)


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise SourceMissing(file, f"it cannot be read: {error.strerror}", "Check the path.") from error


def _warehouse() -> "Warehouse":
    from etl.migrations import migrated
    from etl.settings import Settings

    return migrated(Settings.from_env())


def _line(books: Any) -> str:
    return (
        f"{books.job} → {books.table}: {books.rows_in:,} in = {books.inserted:,} inserted + {books.updated:,} updated"
        f" + {books.unchanged:,} unchanged + {books.quarantined:,} quarantined"
    )


def _score(score: float | None) -> str:
    return "–" if score is None else f"{score:.2f}"


if __name__ == "__main__":
    main()
