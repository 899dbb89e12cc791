"""What taking listens in costs, against the server's own COPY of the same rows, and what a day's marts cost."""

import io
import subprocess
import tempfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.jobs import build_audience
from etl.jobs.ingest_listens import STAGED, Staged, take_in
from etl.machine import postgres
from etl.machine.spark import session
from etl.settings import Settings
from etl.store.loads import advance, copy_rows, encoded
from etl.store.migrations import migrate
from etl.store.parts import lake
from etl.store.storage import Storage
from etl.store.warehouse import Warehouse, sql
from etl.store.work import Work
from etl.synthetic.activity import Population, catalogue
from lab.bench.synthetic import plain
from lab.figures import Figure, Goal, Report
from lab.worlds.lake import listened, put_day

SEED, LAST = 1, date(2020, 12, 20)  # a Sunday
#: listeners, tracks, listens a day, days
SIZE, FULL = (25_000, 20_000, 35_000, 28), (125_000, 106_574, 166_667, 60)
NAME = "bench"  #: of the session, where none is open
LOADING = "seconds of taking a day in (load.lake)"
MOMENT = pa.scalar(timedelta(microseconds=1))  #: by which a late listen is another one


class World:
    """A scratch server with a catalogue, and made listens in the lake of its home."""

    def __init__(self, home: Path, size: tuple[int, int, int, int]) -> None:
        listeners, tracks, self.a_day, days = size
        self.tracks = catalogue(SEED, tracks)
        self.people = Population.of(SEED, listeners, self.tracks, LAST)
        self.days = [LAST - timedelta(days=number) for number in reversed(range(days))]
        url = postgres.database_url(home)
        migrate(url)
        self.warehouse = Warehouse(url)
        self.settings = replace(scratch(home), database_url=url)
        self.storage = Storage(self.settings.storage_url)
        with self.warehouse.transaction() as cursor:
            cursor.execute(
                "CREATE TEMPORARY TABLE made_track (track_id int, artist_id int, genre text, duration_s real)"
            )
            copy_rows(cursor, "made_track", self.tracks.combine_chunks().to_batches())
            cursor.execute(sql("bench/tracks"), {"day": LAST})
        self._artist = np.zeros(max(self.tracks["track_id"].to_pylist()) + 1, np.int32)
        self._artist[self.tracks["track_id"].to_numpy()] = self.tracks["artist_id"].to_numpy()

    def rows(self, day: date) -> pa.Table:
        """A day's listens as the lake has them."""
        made = self.people.listens(day, self.a_day)
        return listened(made.append_column("artist_id", pa.array(self._artist[made["track_id"].to_numpy()])))

    def load(self, day: date) -> pa.Table:
        """Put a day's listens into the lake, as they would lie there."""
        rows = self.rows(day)
        put_day(self.warehouse, self.storage, day, rows)
        return rows

    def stage(self, name: str, rows: pa.Table) -> str:
        """Write listens as the parser leaves a drop's; the file, for ``take_in``."""
        path = f"lake/staged/{name}.parquet"
        beside = {"file": pa.repeat(0, len(rows)), "position": pa.array(np.arange(len(rows)))}
        columns = [(beside.get(one.name) or rows[one.name]).cast(one.type) for one in STAGED]
        self.storage.write_table(path, pa.table(columns, schema=STAGED))
        return path

    def take_in(self, path: str) -> int:
        """Take staged listens into the lake, as etl/jobs/ingest_listens.py does; how many were new."""
        with lake(self.warehouse, self.storage, alone=True):
            taken = take_in(self.work(LAST), [Staged(path=path)], self.a_day)
            with self.warehouse.transaction() as cursor:
                taken.publish(cursor)
        return taken.inserted

    def build(self, through: date = LAST) -> None:
        """Build the marts of an audience of all that is due, where the listens are complete to a day."""
        with self.warehouse.transaction() as cursor:
            advance(cursor, "lake/listens", through)
        build_audience.run(self.work(through))

    def vacuum(self, *tables: str) -> None:
        """Make room of rows that are gone, and count what is there."""
        named = [f"--table={table}" for table in tables]
        asked = [
            str(postgres.programs() / "vacuumdb"),
            "--quiet",
            "--analyze",
            *named,
            f"--dbname={self.warehouse.url}",
        ]
        subprocess.run(asked, check=True)

    def work(self, day: date) -> Work:
        """What a job is given."""
        return Work(self.settings, self.storage, self.warehouse, day)


def scratch(home: Path) -> Settings:
    """The settings of a home for one run alone, in which all is made, with Spark on this machine."""
    own = Settings.from_env({"OVERTONE_HOME": str(home), "OVERTONE_SYNTHETIC": "world"})
    return replace(own, java_home=Settings.from_env().java_home)


def run(full: bool, data: Path | None) -> Report:
    """Take days of made listens in, COPY and ours in turns; then build the week that they are, and after a late day."""
    size = FULL if full else SIZE
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        try:
            world = World(home, size)
            *before, warm = world.days[:-7]
            for day in before:
                world.load(day)
            with session(world.settings, NAME):
                _took(world, world.stage("warm", world.rows(warm)))
                world.build(warm)
                spent = _copies(world, world.days[-7:])
                marts = _marts(world)
        finally:
            postgres.stop(home)
    a_day = median(spent["lake"])
    n = size[2]

    def against(name: str) -> float:
        return median(copy / ours for copy, ours in zip(spent["copy"], spent[name], strict=True))

    figures = [
        Figure("load.copy", n / median(spent["copy"]), "rows a second", "itself", 1.0, n),
        Figure(
            "load.encode_and_copy", n / median(spent["encoded"]), "rows a second",
            "load.copy", against("encoded"), n, Goal("ratio", at_least=0.5),
        ),
        Figure("load.lake", n / a_day, "rows a second", "load.copy", against("lake"), n, Goal("ratio", at_least=0.2)),
        Figure(
            "load.day_of_marts", marts["week"] / 7, "s", LOADING, marts["week"] / 7 / a_day, n,
            Goal("ratio", at_most=10),
        ),
        Figure("load.late_day", marts["late"], "s", LOADING, marts["late"] / a_day, n),
    ]  # fmt: skip
    return Report("Cost of loading listens", ABOUT.format(n=n, days=size[3], total=n * size[3]), figures)


def _copies(world: World, days: list[date]) -> dict[str, list[float]]:
    """Wall seconds of a day's load: bytes as they are, encoded and copied, and into the lake."""
    spent: dict[str, list[float]] = {"copy": [], "encoded": [], "lake": []}
    for day in days:
        rows = plain(world.people.listens(day, world.a_day))
        [batch] = pa.Table.from_batches(rows).combine_chunks().to_batches()
        data, names = encoded(batch), ", ".join(batch.schema.names)
        with world.warehouse.transaction() as cursor:
            cursor.execute(sql("bench/raw_listen"))
            begin = perf_counter()
            cursor.copy_expert(f"COPY raw_listen ({names}) FROM STDIN (FORMAT binary)", io.BytesIO(data), size=1 << 20)
            spent["copy"].append(perf_counter() - begin)
            cursor.execute("CREATE TABLE encoded_listen (LIKE raw_listen)")
            begin = perf_counter()
            copy_rows(cursor, "encoded_listen", pa.Table.from_batches(rows).to_batches(max_chunksize=50_000))
            spent["encoded"].append(perf_counter() - begin)
            cursor.connection.rollback()
        spent["lake"].append(_took(world, world.stage(f"{day}", world.rows(day))))
    return spent


def _took(world: World, path: str) -> float:
    """Wall seconds of taking new listens in."""
    begin = perf_counter()
    if not world.take_in(path):
        raise AssertionError("nothing was taken in")
    return perf_counter() - begin


def _marts(world: World) -> dict[str, float]:
    """Wall seconds of the marts of the last week, none of whose days was built, and once more after a late day."""
    spent = {"week": _built(world)}
    rows = world.rows(world.days[-7])
    late = rows.take(pa.array(np.unique(rows["artist_id"].to_numpy(), return_index=True)[1]))
    at = late.schema.get_field_index("listened_at")
    _took(world, world.stage("late", late.set_column(at, "listened_at", pc.add(late["listened_at"], MOMENT))))
    return spent | {"late": _built(world)}


def _built(world: World) -> float:
    begin = perf_counter()
    world.build()
    return perf_counter() - begin


ABOUT = """
{total:,} made listens on {days} days, {n:,} a day, on an embedded server and in the lake of a home for this run alone;
wall seconds, median of seven days, contestants in turns. *copy* is the server's binary COPY of bytes that were encoded
before, into a table without indexes made in the same transaction. *encode_and_copy* begins at Arrow tables. *lake* is
what `ingest_listens` does with what its parser wrote: each listen looked for among those that its day has, duplicates
found, the day's Parquet files written, what changed counted by artist and noted for the marts. `overtone bench scale`
says what more rows cost. *day_of_marts* is a seventh of `build_audience` when the last
seven days came: their sums and sketches, the week put together from them, the spans of weeks that it ends, people by
country, interests and the genres' curves; that is what a night costs on average, and most of it falls on the night that
ends a week. *late_day* is the same job after every artist of one of these days got a late listen: the worst that a late
drop can do.
"""
