"""A night of the made world: the files of a day, as somebody else would land them. Everything in them is invented.

What a day holds is a function of the seed, the size and the day alone, and of the catalogue where it is not the world's
own: days before are computed again, never read. So days may be made in any order, and again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from etl.synthetic import activity
from etl.synthetic.activity import Population
from etl.synthetic.demo import drop, music
from etl.synthetic.demo.archive import newest, released, write_release
from etl.synthetic.demo.posts import EPOCH as FIRST
from etl.synthetic.demo.pushshift import write_posts
from etl.synthetic.demo.world import CLIPS, world

VERSION = "world-2"  #: another one wherever the same arguments give other files

HISTORY = 60  #: days of listens before the first night
RECENT = timedelta(60)  #: for how long a night tells of what is new, so that one that was skipped is made good


@dataclass(frozen=True)
class Made:
    """The files of a day."""

    fma: list[Path]
    tiktok: list[Path]
    listens: list[Path]
    truth: Path | None  #: which listens a post caused


def make(folder: Path, seed: int, day: date, listeners: int, tracks: pa.Table | None) -> Made:
    """Make what arrives on a day: listens, and who is new among listeners, their friendships and influencers.

    Args:
        folder: where the files go; made if it is not there.
        seed: fixes everything; not negative.
        day: a UTC day.
        listeners: how many there are once all have joined.
        tracks: what there is to hear (track_id, artist_id, genre, duration_s); None: the world's own music, with the
            day's new songs and posts.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if tracks is not None:  # nobody knows on which day a home begins, so each tells of everybody
        return of_people(folder, Population.of(seed, listeners, tracks, until=day), day, date.min)
    whole = world(seed, day, listeners)
    posts = [folder / f"posts_{day}.ndjson.zst"]
    write_posts(posts[0], whole.feed.lines(day))
    if day == FIRST:  # with which those come that were known before
        posts.append(folder / f"posts_before_{day}.ndjson.zst")
        write_posts(posts[1], whole.feed.history(day - timedelta(1)))
    told = _told(whole.people, day - RECENT, day, whole.feed.influencers(day))
    truth = folder / f"caused_{day}.parquet"
    listens, caused = whole.people.with_truth(day)
    pq.write_table(caused, truth)
    return Made(_release(folder, seed, day), posts, _written(folder, day, listens, told), truth)


def of_people(folder: Path, people: Population, day: date, since: date) -> Made:
    """Make what people hear on a day, and tell of those who have come from another day on."""
    folder.mkdir(parents=True, exist_ok=True)
    told = _told(people, since, day, people.influencers())
    return Made([], [], _written(folder, day, people.listens(day), told), None)


def archive(folder: Path, seed: int, progress: Callable[[int, int], None] | None = None) -> list[Path]:
    """Make the world's music up to the first night; what was made before is left alone."""
    made = drop.make(folder, seed, [], CLIPS, progress=progress, out_by=FIRST - timedelta(1))
    return [made.fma_metadata, made.fma_small]


def history(folder: Path, seed: int, listeners: int) -> dict[date, list[Path]]:
    """Make what was heard on the days before the first night; what was made before is left alone.

    Returns:
        files by the day on which they are landed: people with the first day's listens.
    """
    every = [FIRST - timedelta(ago) for ago in range(HISTORY, 0, -1)]
    whole = world(seed, FIRST, listeners)
    fingerprint = f"seed {seed}, {listeners} listeners, code {drop.code(Path(activity.__file__).parent)}"
    files = {day: [folder / f"listens_{day}.parquet"] for day in every}
    folder.mkdir(parents=True, exist_ok=True)
    for day, [file] in files.items():
        drop.make_file(file, fingerprint, partial(_write_heard, whole.people, day))
    for name, table in _told(whole.people, date.min, every[-1], whole.feed.influencers(every[-1])).items():
        files[every[0]].append(folder / f"{name}.parquet")
        drop.make_file(folder / f"{name}.parquet", fingerprint, partial(pq.write_table, table))
    return files


def _release(folder: Path, seed: int, day: date) -> list[Path]:
    """The songs of the last days, and the clips of this one."""
    known = newest(seed, CLIPS, day - RECENT, day)
    clips = [
        (track, music.mp3(seed, track.genre, track.artist.artist_id, track.track_id))
        for track in released(seed, CLIPS, day)
        if track.clip
    ]
    if known:
        write_release(folder / f"fma_new_{day}.zip", seed, known, clips)
    return [folder / f"fma_new_{day}.zip"] if known else []


def _told(people: Population, first: date, last: date, influencers: pa.Table) -> dict[str, pa.Table]:
    """Who has come from one day to another, and all influencers."""
    return {
        "listeners": people.listeners(first, last),
        "friendships": people.friendships(first, last),
        "influencers": influencers,
    }


def _write_heard(people: Population, day: date, path: Path) -> None:
    pq.write_table(people.listens(day), path)


def _written(folder: Path, day: date, listens: pa.Table, told: dict[str, pa.Table]) -> list[Path]:
    files = {folder / f"{name}_{day}.parquet": table for name, table in ({"listens": listens} | told).items()}
    for file, table in files.items():
        pq.write_table(table, file)
    return list(files)
