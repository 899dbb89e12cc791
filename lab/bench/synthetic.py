"""What making listens costs, against the server's COPY of the same rows into a table without indexes."""

import tempfile
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from statistics import median
from time import process_time

import psutil
import pyarrow as pa
import pyarrow.parquet as pq
from threadpoolctl import threadpool_limits

from etl.machine import postgres
from etl.store.loads import copy_rows
from etl.store.warehouse import Warehouse, ask, sql
from etl.synthetic.activity import Population, catalogue
from etl.synthetic.activity.population import FULL
from lab.figures import Figure, Goal, Report

SEED, DAYS = 1, 60
#: listens: (listeners, tracks, listens a day or None for the usual ones, rounds)
DEMO = {400_000: (5_000, 992, None, 7)}
LARGE = {10_000_000: (125_000, 106_574, 166_667, 2)}


def run(full: bool, data: Path | None) -> Report:
    """Days made and copied in turns, on a scratch server; CPU seconds of this process and of the server's."""
    figures = []
    with tempfile.TemporaryDirectory() as home, threadpool_limits(1):
        try:
            warehouse = Warehouse(postgres.database_url(Path(home)))
            for listens, (listeners, tracks, a_day, rounds) in (DEMO | LARGE if full else DEMO).items():
                population = Population.of(SEED, listeners, catalogue(SEED, tracks))
                figures += measure(warehouse, population, f"{listens:,}".replace(",", "_"), DAYS, a_day, rounds)
        finally:
            postgres.stop(Path(home))
    return Report("Cost of making listens", ABOUT, figures)


ABOUT = f"""
{DAYS} days of listens are made and copied, a day of each in turn. *Making* is everything from the seed to a Parquet
file by time, in one thread, in CPU seconds of this process; the population is made before. *COPY* is the CPU time of
the one server process that takes the rows, and of nothing else: binary COPY, rows encoded before (no part of either
cost), into a table without indexes that was made in the same transaction, so that nothing is logged: the cheapest
load there is. The server is an embedded one for this run alone. 400,000: the demo, 5,000 listeners and 992 tracks,
some 6,700 listens a day; 10,000,000 (with --full): 125,000 listeners and 106,574 tracks, 166,667 a day. The ratio is
rows a CPU second of making over that of COPY, the median of the rounds.
"""


def measure(
    warehouse: Warehouse, population: Population, name: str, days: int, a_day: int | None, rounds: int
) -> list[Figure]:
    """Rows a CPU second of making the last days, and of copying them, in turns."""
    population.listens(FULL)
    costs = [_round(warehouse, population, days, a_day) for _ in range(rounds)]
    rows = costs[0][0]
    making, copying = (rows / median(cost[place] for cost in costs) for place in (1, 2))
    ratio = median(copied / made for _, made, copied in costs)
    copy = f"synthetic.copy.{name}"
    return [
        Figure(copy, copying, "rows a CPU second", n=rounds),
        Figure(
            f"synthetic.listens.{name}", making, "rows a CPU second", copy, ratio, rounds, Goal("ratio", at_least=0.5)
        ),
    ]


def _round(warehouse: Warehouse, population: Population, days: int, a_day: int | None) -> tuple[int, float, float]:
    """Rows, CPU seconds of making them, CPU seconds of copying them."""
    rows, making = 0, 0.0
    with warehouse.transaction() as cursor:
        server = psutil.Process(ask(cursor, "SELECT pg_backend_pid() AS pid")["pid"])
        cursor.execute(sql("bench/raw_listen"))
        before = server.cpu_times()
        for ago in range(days):
            begin = process_time()
            table = population.listens(FULL - timedelta(days=ago), a_day)
            pq.write_table(table, BytesIO())
            making += process_time() - begin
            rows += copy_rows(cursor, "raw_listen", plain(table))
        after = server.cpu_times()
        if ask(cursor, "SELECT count(*) AS rows FROM raw_listen")["rows"] != rows:
            raise AssertionError("COPY lost rows")
        cursor.execute("DROP TABLE raw_listen")
    # The system counts a process's time in hundredths: no part of a round is read alone.
    return rows, making, max(0.01, after.user + after.system - before.user - before.system)


def plain(listens: pa.Table) -> list[pa.RecordBatch]:
    """Listens as COPY takes them, their countries written out."""
    place = listens.schema.get_field_index("country")
    return listens.set_column(place, "country", listens["country"].cast(pa.string())).to_batches()
