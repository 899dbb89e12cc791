"""Write a world's days as drops, and the truth beside them."""

from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from etl.synthetic.activity.law import Law
from etl.synthetic.demo.archive import catalogue, newest, write_metadata
from etl.synthetic.demo.pushshift import write_posts
from etl.synthetic.demo.world import CLIPS, world


def write(folder: Path, seed: int, law: Law, first: date, last: date, listeners: int = 5_000) -> None:
    """Write the days of a world, both ends included.

    ``fma_metadata.zip``; for each day ``posts_<day>.ndjson.zst``, ``listens_<day>.parquet`` and, of the listens that
    would not have been without a post, ``truth/<day>.parquet`` (listened_at, listener_id, track_id, video_id); and who
    the listeners are.

    Args:
        folder: where the files go; made if it is not there.
        seed: fixes everything.
        law: of the world.
        first: day.
        last: day.
        listeners: how many have joined by the end of the demo's first nights.
    """
    (folder / "truth").mkdir(parents=True, exist_ok=True)
    whole = world(seed, last, listeners, law=law)
    write_metadata(folder / "fma_metadata.zip", seed, (*catalogue(seed, CLIPS), *newest(seed, CLIPS, date.min, last)))
    pq.write_table(whole.people.listeners(last=last), folder / "listeners.parquet")
    pq.write_table(whole.people.friendships(last=last), folder / "friendships.parquet")
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        write_posts(folder / f"posts_{day}.ndjson.zst", whole.feed.lines(day))
        listens, caused = whole.people.with_truth(day)
        pq.write_table(listens, folder / f"listens_{day}.parquet")
        pq.write_table(caused, folder / "truth" / f"{day}.parquet")


def truth(folder: Path) -> pa.Table:
    """The listens of a written world that would not have been without a post; made there by us or by somebody else."""
    return pq.read_table(folder / "truth")
