"""Make the day of an invented world and land it, for the jobs that load real drops to load.

Behind ``OVERTONE_SYNTHETIC``: nothing while it is off. Else reads what FMA drops up to the day say of tracks, unless
the world has music of its own; lands the day's listens and people, with the world's own music its new songs and posts,
too. A day is a function of seed, size and day (and of that catalogue), so days may be run in any order, in parallel, or
be killed: what was landed for a day is left alone, and the rest is made again, byte for byte. Its books count files.

A home that holds other drops is refused: made and real listens stand beside each other only where the setting says so,
and two made worlds never do.
"""

import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa

from etl.drops.landing import land, manifests
from etl.errors import ArgumentInvalid, SettingInvalid, SourceMissing
from etl.jobs import ingest_fma
from etl.settings import Synthetic
from etl.store.loads import Books, close_books
from etl.store.storage import Storage
from etl.store.work import Work
from etl.synthetic import night
from etl.synthetic.activity import Population
from etl.synthetic.activity.charts import ALWAYS
from etl.tables import TRACK

log = logging.getLogger(__name__)

JOB = "make_activity"

SOURCES = ("fma", "tiktok", "listens")  #: as they are landed: with its listens a day is complete

HEARD = ["track_id", "artist_id", "genre", "duration_s"]  #: what listens are made from


def run(work: Work) -> list[Books]:
    """Make what is not landed of the day."""
    books = [_books(work, "listens", 0, 0, 0)] if work.settings.synthetic.kind == "off" else _make(work)
    with work.warehouse.transaction() as cursor:
        for one in books:
            close_books(cursor, one, [], work.started_at)
    return books


def maker(asked: Synthetic) -> str:
    """What manifests say of drops of this world: another seed, size or version is another world."""
    music = "its own music" if asked.kind == "world" else "the catalogue"
    return f"{night.VERSION} of {asked.listeners} listeners of {music}, seed {asked.seed}"


def check(storage: Storage, asked: Synthetic) -> dict[str, dict[date, int]]:
    """How many files of this world are landed, by source and day.

    Raises:
        SettingInvalid: the home holds another world, or real drops where that is not asked for.
    """
    found: dict[str, dict[date, int]] = {source: {} for source in SOURCES}
    for source in SOURCES:
        for drop in manifests(storage, source):
            day = date.fromisoformat(drop["files"][0]["day"])
            if (made_by := drop.get("made_by")) == maker(asked):
                found[source][day] = found[source].get(day, 0) + len(drop["files"])
            elif made_by:
                raise SettingInvalid(
                    "OVERTONE_SYNTHETIC",
                    f"landing/{source} of {day} is of another made world ({made_by}; this one is {maker(asked)})",
                    "Begin this one in another OVERTONE_HOME, or set it to off.",
                )
            elif asked.kind == "world" or (source == "listens" and asked.kind != "beside"):
                whose = "of others" if drop["files"][0].get("synthetic") else "real"
                beside = ", or to beside, which makes listens beside real ones" if asked.kind == "activity" else ""
                raise SettingInvalid(
                    "OVERTONE_SYNTHETIC",
                    f"landing/{source} of {day} is {whose}, and nothing is made beside it",
                    f"Set it to off{beside}; or take another OVERTONE_HOME.",
                )
    return found


def _make(work: Work) -> list[Books]:
    _check_day(work.day)
    asked = work.settings.synthetic
    landed = check(work.storage, asked)
    before = {source: days.get(work.day, 0) for source, days in landed.items()}
    if before["listens"]:
        return [_books(work, source, count, 0, count) for source, count in before.items() if count]
    if asked.kind == "world" and not landed["fma"]:
        raise SourceMissing(
            "landing/fma",
            "the made world's first archive is not landed",
            "`overtone demo` lands it; or set OVERTONE_SYNTHETIC to activity.",
        )
    tracks = None if asked.kind == "world" else _catalogue(work)
    if tracks is not None and not len(tracks):
        log.info("no tracks are landed up to %s: there is nothing to hear", work.day)
        return [_books(work, "listens", 0, 0, 0)]
    with _folder(work.settings.home) as folder:
        made = night.make(folder, asked.seed, work.day, asked.listeners, tracks)
        if made.truth:  # for lab alone: which listens a post caused
            work.storage.put(made.truth, f"truth/day={work.day}/caused.parquet")
        files = {"fma": made.fma, "tiktok": made.tiktok, "listens": made.listens}
        books = []
        for source, some in files.items():
            if some:
                fresh = land(work.storage, source, some, work.day, made_by=maker(asked))
                books.append(_books(work, source, len(some), len(fresh), before[source]))
        return books


def make_days(work: Work, first: date) -> Iterator[tuple[date, int]]:
    """Make the days from one to the work's and land each; yields it, and how many files of it are new.

    The people are made once. The first day tells of all of them, each later one of who came on it: that is what makes
    many days of many people cheap.

    Raises:
        ArgumentInvalid: the first day is before the made world's.
        SettingInvalid: the home holds another world, or real drops where that is not asked for.
        SourceMissing: there is nothing to hear.
    """
    _check_day(first)
    with work.warehouse.lock(f"job {JOB}"):  # a night may be making the same
        asked, before = work.settings.synthetic, check(work.storage, work.settings.synthetic)
        tracks = _catalogue(work)
        if not len(tracks):
            raise SourceMissing("landing/fma", "no tracks are landed", "Land them: overtone land fma fma_metadata.zip.")
        people = Population.of(asked.seed, asked.listeners, tracks, until=work.day)
        for number in range((work.day - first).days + 1):
            day = first + timedelta(number)
            fresh = 0
            if day not in before["listens"]:
                with _folder(work.settings.home) as folder:
                    made = night.of_people(folder, people, day, day if number else date.min)
                    fresh = len(land(work.storage, "listens", made.listens, day, made_by=maker(asked)))
            yield day, fresh


def _check_day(day: date) -> None:
    if day < ALWAYS.item():
        raise ArgumentInvalid(f"{day}", f"the made world begins on {ALWAYS}", "Take a later day.")


def _books(work: Work, source: str, files: int, landed: int, known: int) -> Books:
    return Books(JOB, work.day, f"landing/{source}", files, landed, 0, known, 0)


def _catalogue(work: Work) -> pa.Table:
    """What FMA drops up to the day say of tracks, of each the latest; from the lake, not from the database."""
    with work.warehouse.lock("job ingest_fma"):  # another day's may be parsing the same files
        parsed = ingest_fma.parse(work)[1]
    files = [path for one in parsed for path in work.storage.files(f"{one.folder}/rows")]
    rows = work.storage.read_table(files, TRACK.schema, HEARD).to_pandas().drop_duplicates("track_id", keep="last")
    return pa.Table.from_pandas(rows, pa.schema([TRACK.schema.field(name) for name in HEARD]), preserve_index=False)


@contextmanager
def _folder(home: Path) -> Iterator[Path]:
    """A folder for files on their way; what a killed run left in it goes, too."""
    folder = home / "tmp" / JOB
    shutil.rmtree(folder, ignore_errors=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
