"""Makes who listens to the demo's tracks, and what they heard: files as somebody else would land them."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from etl.synthetic import activity
from etl.synthetic.activity import Population, of_archive
from etl.synthetic.demo.drop import code, make_file
from etl.synthetic.demo.posts import creators

LISTENERS = 5_000
DAYS = 60


def make_listens(folder: Path, seed: int, metadata: Path, last: date, days: int = DAYS) -> dict[date, list[Path]]:
    """Make who listens to the demo's tracks, and what they heard on each of the days up to ``last``.

    Args:
        folder: where the files go, beside the rest of the drop.
        seed: fixes everything, together with the day of a file.
        metadata: the drop's ``fma_metadata.zip``.
        last: the last day of listens; by then all listeners have joined.
        days: how many.
    Returns:
        files by the day on which they are landed: people with the first day's listens.
    """
    population = Population.of(seed, LISTENERS, of_archive(metadata), last)
    known = [
        {"creator_id": one.creator_id, "handle": one.handle, "name": one.name, "followers": one.followers}
        for one in creators(seed)
    ]
    tables: dict[str, Callable[[], pa.Table]] = {
        "listeners": population.listeners,
        "friendships": population.friendships,
        "influencers": lambda: population.influencers(pa.Table.from_pylist(known)),
    }
    every = [last - timedelta(days=number) for number in reversed(range(days))]
    files = {day: [folder / f"listens_{day}.parquet"] for day in every}
    files[every[0]] += [folder / f"{name}.parquet" for name in tables]
    folder.mkdir(parents=True, exist_ok=True)
    fingerprint = f"seed {seed}, {days} days to {last}, code {code(Path(activity.__file__).parent)}"
    for day in every:
        make_file(files[day][0], fingerprint, partial(_write, partial(population.listens, day)))
    for name, table in tables.items():
        make_file(folder / f"{name}.parquet", fingerprint, partial(_write, table))
    return files


def _write(table: Callable[[], pa.Table], path: Path) -> None:
    pq.write_table(table(), path)
