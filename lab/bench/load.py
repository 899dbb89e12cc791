"""What loading listens costs, against the server's own COPY of the same bytes, and what a day's marts cost."""

import io
import tempfile
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np
import pyarrow as pa

from etl.audience.spans import WEEK, last_week
from etl.jobs.build_audience import build_people, build_spans, build_week
from etl.machine import postgres
from etl.store.loads import copy_rows, encoded, insert
from etl.store.migrations import migrate
from etl.store.warehouse import Cursor, Warehouse, sql
from etl.synthetic.activity import Population, catalogue
from lab.figures import Figure, Goal, Report

SEED, LAST = 1, date(2020, 12, 20)  # a Sunday
#: listeners, tracks, listens a day, days
SIZE, FULL = (25_000, 20_000, 35_000, 28), (125_000, 106_574, 166_667, 60)
LOADING = "seconds of loading a day (with_indexes)"
COLUMNS = "listened_at, listener_id, artist_id, track_id, day, heard_pct, synthetic, country"


class World:
    """A scratch server with a catalogue and made listens, loaded by COPY; days are Arrow tables."""

    def __init__(self, home: Path, size: tuple[int, int, int, int]) -> None:
        listeners, tracks, self.a_day, days = size
        self.tracks = catalogue(SEED, tracks)
        self.people = Population.of(SEED, listeners, self.tracks, LAST)
        self.days = [LAST - timedelta(days=number) for number in reversed(range(days))]
        url = postgres.database_url(home)
        migrate(url)
        self.warehouse = Warehouse(url)
        with self.warehouse.transaction() as cursor:
            cursor.execute(
                "CREATE TEMPORARY TABLE made_track (track_id int, artist_id int, genre text, duration_s real)"
            )
            copy_rows(cursor, "made_track", self.tracks.combine_chunks().to_batches())
            cursor.execute(sql("bench/tracks"), {"day": LAST})
        for month in sorted({day.replace(day=1) for day in self.days}):
            self.warehouse.execute("CALL activity.make_month(%s)", (month,))
        self._artist = dict(zip(self.tracks["track_id"].to_pylist(), self.tracks["artist_id"].to_pylist(), strict=True))

    def rows(self, day: date) -> list[pa.RecordBatch]:
        """A day's listens as activity.listen has them."""
        made = self.people.listens(day, self.a_day).to_pandas()
        table = pa.table(
            {
                "listened_at": pa.array(made["listened_at"], pa.timestamp("us", "UTC")),
                "listener_id": pa.array(made["listener_id"], pa.int64()),
                "artist_id": pa.array(made["track_id"].map(self._artist), pa.int32()),
                "track_id": pa.array(made["track_id"], pa.int32()),
                "day": pa.array([day] * len(made), pa.date32()),
                "heard_pct": pa.array(made["heard_pct"], pa.int16()),
                "synthetic": pa.array([True] * len(made)),
                "country": pa.array(made["country"].astype(object).where(made["country"].notna(), None), pa.string()),
            }
        )
        return table.combine_chunks().to_batches(max_chunksize=50_000)

    def load(self, day: date) -> list[pa.RecordBatch]:
        """Load a day into activity.listen and say what is due."""
        rows = self.rows(day)
        with self.warehouse.transaction() as cursor:
            insert(cursor, "activity.listen", pa.Table.from_batches(by_artist(rows)))
            cursor.execute(sql("bench/due"), {"day": day})
        return rows

    def build(self) -> None:
        """Every whole week that is due, as etl/jobs/build_audience.py does."""
        with self.warehouse.transaction() as cursor:
            build(cursor, self.days)
            cursor.execute("DELETE FROM ops.audience_due")
        self.warehouse.execute("ANALYZE mart.audience, mart.audience_day")


def by_artist(rows: list[pa.RecordBatch]) -> list[pa.RecordBatch]:
    """A day's listens in the order in which ingest_listens puts them into the table."""
    return [batch.take(pa.array(np.argsort(batch["artist_id"].to_numpy(), kind="stable"))) for batch in rows]


def build(cursor: Cursor, days: list[date]) -> None:
    """Rebuild the marts of these days and of the weeks that they are in."""
    cursor.execute("ANALYZE activity.listen, ops.audience_due")
    cursor.execute("SET LOCAL work_mem = '256MB'")
    for day in days:
        cursor.execute(sql("marts/audience_day"), {"day": day})
    weeks = sorted({day - timedelta(days=day.weekday()) for day in days if day < last_week(LAST) + WEEK})
    for week in weeks:
        build_week(cursor, bytes(32), week)
    build_spans(cursor, weeks)
    build_people(cursor, bytes(32), weeks, last_week(LAST), None)


def run(full: bool, data: Path | None) -> Report:
    """Load days of made listens on a scratch server, COPY and ours in turns; then rebuild a week's marts."""
    size = FULL if full else SIZE
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        try:
            world = World(home, size)
            spent = _copies(world, world.days[-7:])
            for day in world.days:
                world.load(day)
            marts = _marts(world)
        finally:
            postgres.stop(home)
    a_day = median(spent["indexed"])
    n = size[2]

    def against(name: str) -> float:
        return median(copy / ours for copy, ours in zip(spent["copy"], spent[name], strict=True))

    copy = median(spent["copy"])
    figures = [
        Figure("load.copy", n / copy, "rows a second", "itself", 1.0, n),
        Figure(
            "load.encode_and_copy", n / median(spent["encoded"]), "rows a second",
            "load.copy", against("encoded"), n, Goal("ratio", at_least=0.5),
        ),
        Figure(
            "load.with_indexes", n / a_day, "rows a second", "load.copy", against("indexed"), n,
            Goal("ratio", at_least=0.2),
        ),
        Figure(
            "load.day_of_marts", marts["week"] / 7, "s", LOADING, marts["week"] / 7 / a_day, n,
            Goal("ratio", at_most=10),
        ),
        Figure("load.late_day", marts["late"], "s", LOADING, marts["late"] / a_day, n),
    ]  # fmt: skip
    return Report("Cost of loading listens", ABOUT.format(n=n, days=size[3], total=n * size[3]), figures)


def _copies(world: World, days: list[date]) -> dict[str, list[float]]:
    """Wall seconds of a day's load: bytes as they are, encoded and copied, and into the table with its indexes."""
    spent: dict[str, list[float]] = {"copy": [], "encoded": [], "indexed": []}
    for day in days:
        rows = world.rows(day)
        [data] = map(encoded, pa.Table.from_batches(rows).combine_chunks().to_batches())
        with world.warehouse.transaction() as cursor:
            for name in ("copy", "encoded"):
                cursor.execute(f"CREATE TABLE {name} (LIKE activity.listen)")
            begin = perf_counter()
            cursor.copy_expert(f"COPY copy ({COLUMNS}) FROM STDIN (FORMAT binary)", io.BytesIO(data), size=1 << 20)
            spent["copy"].append(perf_counter() - begin)
            begin = perf_counter()
            copy_rows(cursor, "encoded", rows)
            spent["encoded"].append(perf_counter() - begin)
            cursor.execute("DROP TABLE copy, encoded")
            begin = perf_counter()
            insert(cursor, "activity.listen", pa.Table.from_batches(by_artist(rows)))
            spent["indexed"].append(perf_counter() - begin)
            cursor.connection.rollback()
    return spent


def _marts(world: World) -> dict[str, float]:
    """Wall seconds of the marts of the last week, all seven days, and of one late day that rebuilds its week."""
    world.build()
    spent = {}
    last = world.days[-7:]
    for name, days in (("week", last), ("late", last[:1])):
        with world.warehouse.transaction() as cursor:
            for day in days:
                cursor.execute(sql("bench/due"), {"day": day})
            begin = perf_counter()
            build(cursor, days)
            spent[name] = perf_counter() - begin
            cursor.connection.rollback()
    return spent


ABOUT = """
{total:,} made listens on {days} days, {n:,} a day, on an embedded server for this run alone; wall seconds, median of
seven days, contestants in turns. *copy* is the server's binary COPY of bytes that were encoded before, into a table
without indexes made in the same transaction. *encode_and_copy* begins at Arrow tables. *with_indexes* ends in
activity.listen with its partitions, BRIN and btree, and is logged; as in ingest_listens, a day's rows are first put in
order of their artists. *day_of_marts* is a seventh of rebuilding all of a week for all artists: seven days of series,
the week's published cells, and the sums over 4 and 16 weeks; that is what a night costs on average, and most of it
falls on the night that ends a week. *late_day* rebuilds that whole week because every artist of one of its days got a
late listen: the worst that a late drop can do. Interests and the genres' curves, once a week, are not in it.
"""
