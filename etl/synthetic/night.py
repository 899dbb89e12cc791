"""A night of the made world: the files of a day, as somebody else would land them. Everything in them is invented.

What a day holds is a function of the seed, the size and the day alone, and of the catalogue where it is not the world's
own: days before are computed again, never read. So days may be made in any order, and again.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from etl.synthetic import activity, chance
from etl.synthetic.activity import Population, of_archive
from etl.synthetic.demo import drop, music
from etl.synthetic.demo.archive import Track, catalogue, write_metadata, write_release
from etl.synthetic.demo.posts import creators, write_posts

VERSION = "world-1"  #: another one wherever the same arguments give other files

FIRST = date(2020, 12, 19)  #: the first night; before it lie the first archive and a history of listens
HISTORY = 60  #: days
FULL = date(2021, 1, 31)  #: by when all listeners have joined: some do in every night of the first weeks
RECENT = timedelta(60)  #: for how long a night tells of what is new, so that one that was skipped is made good

CLIPS = 192
RELEASED = 2  #: clips a night
NIGHTS = 8  #: that bring clips


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
        people = Population.of(seed, listeners, tracks, FULL)
        return Made([], [], _written(folder, day, _heard(people, day), _told(people, day, date.min, None)), None)
    posts = folder / f"posts_{day}.ndjson.zst"
    write_posts(posts, seed, day, CLIPS)
    people = _people(seed, listeners)
    told = _told(people, day, day - RECENT, _creators(seed))
    listens = _written(folder, day, _heard(people, day, held(seed, day)), told)
    return Made(_release(folder, seed, day), [posts], listens, None)


def archive(folder: Path, seed: int, progress: Callable[[int, int], None] | None = None) -> list[Path]:
    """Make the world's music up to the first night; what was made before is left alone."""
    made = drop.make(folder, seed, [], CLIPS, progress=progress, held=held(seed, FIRST - timedelta(1)))
    return [made.fma_metadata, made.fma_small]


def history(folder: Path, seed: int, listeners: int) -> dict[date, list[Path]]:
    """Make what was heard on the days before the first night; what was made before is left alone.

    Returns:
        files by the day on which they are landed: people with the first day's listens.
    """
    every = [FIRST - timedelta(ago) for ago in range(HISTORY, 0, -1)]
    people, out = _people(seed, listeners), held(seed, every[-1])
    fingerprint = f"seed {seed}, {listeners} listeners, code {drop.code(Path(activity.__file__).parent)}"
    files = {day: [folder / f"listens_{day}.parquet"] for day in every}
    folder.mkdir(parents=True, exist_ok=True)
    for day, [file] in files.items():
        drop.make_file(file, fingerprint, partial(_write_heard, people, day, out))
    for name, table in _told(people, every[-1], date.min, _creators(seed)).items():
        files[every[0]].append(folder / f"{name}.parquet")
        drop.make_file(folder / f"{name}.parquet", fingerprint, partial(pq.write_table, table))
    return files


def held(seed: int, day: date) -> list[Track]:
    """The tracks that are not out by a day."""
    return [track for later, tracks in _releases(seed).items() if later > day for track in tracks]


@lru_cache(maxsize=2)
def _releases(seed: int) -> dict[date, list[Track]]:
    """The tracks that are not in the first archive, by the day on which they come."""
    clipped = [track for track in catalogue(seed, CLIPS) if track.clip]
    drawn = chance(seed, "releases").permutation(len(clipped))[: NIGHTS * RELEASED].reshape(NIGHTS, RELEASED)
    return {FIRST + timedelta(night): [clipped[place] for place in some] for night, some in enumerate(drawn)}


def _release(folder: Path, seed: int, day: date) -> list[Path]:
    """The songs of the last days, and the clips of this one."""
    known = [track for came, some in _releases(seed).items() if day - RECENT < came <= day for track in some]
    clips = [
        (track, music.mp3(seed, track.genre, track.artist.artist_id, track.track_id))
        for track in _releases(seed).get(day, [])
    ]
    if known:
        write_release(folder / f"fma_new_{day}.zip", seed, known, clips)
    return [folder / f"fma_new_{day}.zip"] if known else []


@lru_cache(maxsize=1)
def _people(seed: int, listeners: int) -> Population:
    """Who hears the world's own music; of songs that are not out, they know nothing yet."""
    with TemporaryDirectory() as folder:
        metadata = Path(folder) / "fma_metadata.zip"
        write_metadata(metadata, seed, CLIPS)
        return Population.of(seed, listeners, of_archive(metadata), FULL)


def _creators(seed: int) -> pa.Table:
    names = ("creator_id", "handle", "name", "followers")
    return pa.Table.from_pylist([{name: getattr(one, name) for name in names} for one in creators(seed)])


def _told(people: Population, day: date, since: date, known: pa.Table | None) -> dict[str, pa.Table]:
    """Who has come after one day and up to another, and all influencers."""
    listeners, friendships = people.listeners(), people.friendships()
    return {
        "listeners": listeners.filter(_within(listeners["joined"], since, day)),
        "friendships": friendships.filter(_within(friendships["since"], since, day)),
        "influencers": people.influencers(known),
    }


def _heard(people: Population, day: date, held: Collection[Track] = ()) -> pa.Table:
    """A day's listens, without those of songs that are not out."""
    listens, ids = people.listens(day), pa.array([track.track_id for track in held], pa.int32())
    return listens.filter(pc.invert(pc.is_in(listens["track_id"], ids)))


def _write_heard(people: Population, day: date, held: Collection[Track], path: Path) -> None:
    pq.write_table(_heard(people, day, held), path)


def _within(days: pa.ChunkedArray, since: date, day: date) -> pa.ChunkedArray:
    return pc.and_(pc.greater(days, pa.scalar(since)), pc.less_equal(days, pa.scalar(day)))


def _written(folder: Path, day: date, listens: pa.Table, told: dict[str, pa.Table]) -> list[Path]:
    files = {folder / f"{name}_{day}.parquet": table for name, table in ({"listens": listens} | told).items()}
    for file, table in files.items():
        pq.write_table(table, file)
    return list(files)
