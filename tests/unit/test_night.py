"""A night of the made world: what arrives on a day, whatever was made before."""

import io
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from zipfile import ZipFile

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from etl.sources import fma
from etl.synthetic import night
from etl.synthetic.activity import catalogue
from etl.synthetic.activity.population import FULL
from etl.synthetic.demo.archive import FIRST_NEW, NEW, NEW_CLIPS, newest
from etl.synthetic.demo.world import _world, world
from etl.synthetic.night import FIRST, Made
from overtone.demo.demo import DAYS

SIZE = 300


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Made]:
    """Makes days of a small world, whose songs are not played: that takes seconds."""

    def make(day: date, tracks: pa.Table | None = None, seed: int = 1) -> Made:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(night.music, "mp3", lambda seed, genre, artist, track: f"{seed} {genre} {track}".encode())
            return night.make(tmp_path_factory.mktemp("night"), seed, day, SIZE, tracks)

    return make


def table(made: Made, name: str) -> pa.Table:
    [file] = [file for file in made.listens if file.name.startswith(name)]
    return pq.read_table(file)


def content(made: Made) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in (*made.fma, *made.tiktok, *made.listens)}


def songs(made: Made) -> tuple[set[int], set[int]]:
    """The tracks that a day's archive tells of, and those whose clip it has."""
    with ZipFile(made.fma[0]) as archive:
        told = pd.read_csv(io.BytesIO(archive.read("fma_metadata/tracks.csv")), header=[0, 1], index_col=0)
        return set(told.index), {int(found[1]) for name in archive.namelist() if (found := fma.CLIP.search(name))}


def test_a_day_is_the_same_bytes_whatever_was_made_before_and_another_seed_or_day_others(made) -> None:
    third = content(made(FIRST + timedelta(2)))
    made(FIRST)
    _world.cache_clear()
    assert content(made(FIRST + timedelta(2))) == third
    assert len(third) == 6
    other = content(made(FIRST + timedelta(2), seed=2))
    assert {name for name in third if other[name] == third[name]} == set()


def test_a_night_brings_a_clip_and_tells_of_the_songs_of_the_nights_before(made) -> None:
    first, second = songs(made(FIRST)), songs(made(FIRST + timedelta(1)))
    assert len(second[1]) == NEW_CLIPS
    assert second[1].isdisjoint(first[0])
    assert second[0] > first[0]
    assert len(second[0] - first[0]) == NEW
    long_after = FIRST_NEW + night.RECENT + timedelta(9)
    assert len(songs(made(long_after))[0]) == NEW * (night.RECENT.days + 1)


def test_a_song_is_neither_in_the_first_archive_nor_heard_before_it_is_out(made, tmp_path: Path) -> None:
    out = {track.track_id for track in newest(1, night.CLIPS, FIRST + timedelta(1), FIRST + timedelta(6))}
    assert len(out) == 6 * NEW
    assert out.isdisjoint(table(made(FIRST), "listens")["track_id"].to_pylist())
    assert out & set(table(made(FIRST + timedelta(6)), "listens")["track_id"].to_pylist())
    before = night.history(tmp_path, 1, SIZE)
    heard = {track for files in before.values() for track in pq.read_table(files[0])["track_id"].to_pylist()}
    assert out.isdisjoint(heard)


def test_with_the_first_night_come_the_posts_that_were_known_before(made) -> None:
    assert [file.name.split("_2")[0] for file in made(FIRST).tiktok] == ["posts", "posts_before"]
    assert [file.name.split("_2")[0] for file in made(FIRST + timedelta(1)).tiktok] == ["posts"]


def test_what_posts_brought_is_among_the_listens_of_the_day(made) -> None:
    one = made(FIRST, seed=3)
    assert one.truth is not None
    brought = pq.read_table(one.truth)
    assert brought.schema.names == ["listened_at", "listener_id", "track_id", "video_id"]
    assert 0 < len(brought) < 0.3 * len(table(one, "listens"))
    key = ["listened_at", "listener_id", "track_id"]
    heard = {tuple(row.values()) for row in table(one, "listens").select(key).to_pylist()}
    assert {tuple(row.values()) for row in brought.select(key).to_pylist()} <= heard


def test_the_history_tells_of_everybody_who_has_come_and_the_nights_of_who_comes(made, tmp_path: Path) -> None:
    people = world(1, FIRST + timedelta(20), SIZE).people.listeners().to_pandas()
    files = {file.stem: file for some in night.history(tmp_path, 1, SIZE).values() for file in some}
    known = pd.read_parquet(files["listeners"])
    assert known["listener_id"].tolist() == people["listener_id"][people["joined"] < FIRST].tolist()
    for ago in (1, 9):
        day = FIRST + timedelta(ago)
        told = table(made(day), "listeners").to_pandas()
        since = (people["joined"] >= day - night.RECENT) & (people["joined"] <= day)
        assert told["listener_id"].tolist() == people["listener_id"][since].tolist()
    assert len(files) == night.HISTORY + 3


def test_over_a_catalogue_of_others_each_day_tells_of_everybody(made) -> None:
    tracks = catalogue(1, 50)
    one = made(FULL, tracks)
    assert (one.fma, one.tiktok) == ([], [])
    assert len(table(one, "listeners")) == SIZE
    assert set(table(one, "listens")["track_id"].to_pylist()) <= set(tracks["track_id"].to_pylist())
    assert content(made(FULL, tracks.slice(0, 40))) != content(one)


def test_the_demo_begins_with_the_first_nights() -> None:
    assert DAYS[0] == FIRST
