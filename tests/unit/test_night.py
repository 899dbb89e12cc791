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
    night._people.cache_clear()
    third = content(made(FIRST + timedelta(2)))
    made(FIRST)
    assert content(made(FIRST + timedelta(2))) == third
    assert len(third) == 6
    other = content(made(FIRST + timedelta(2), seed=2))
    assert {name for name in third if other[name] == third[name]} == set()


def test_a_night_brings_two_clips_and_tells_of_the_songs_of_the_nights_before(made) -> None:
    first, second = songs(made(FIRST)), songs(made(FIRST + timedelta(1)))
    assert first[0] == first[1]
    assert len(first[1]) == len(second[1]) == night.RELEASED
    assert second[0] == first[1] | second[1]
    later = songs(made(FIRST + timedelta(night.NIGHTS)))  # when no more come
    assert (len(later[0]), later[1]) == (night.NIGHTS * night.RELEASED, set())
    assert made(FIRST + timedelta(night.NIGHTS) + night.RECENT).fma == []


def test_a_song_is_neither_in_the_first_archive_nor_heard_before_it_is_out(made, tmp_path: Path) -> None:
    out = {track.track_id for track in night.held(1, FIRST)}
    assert len(out) == (night.NIGHTS - 1) * night.RELEASED
    assert out.isdisjoint(table(made(FIRST), "listens")["track_id"].to_pylist())
    last = made(FIRST + timedelta(night.NIGHTS))
    assert out & set(table(last, "listens")["track_id"].to_pylist())
    before = night.history(tmp_path, 1, SIZE)
    heard = {track for files in before.values() for track in pq.read_table(files[0])["track_id"].to_pylist()}
    assert {track.track_id for track in night.held(1, FIRST - timedelta(1))}.isdisjoint(heard)
    night.write_metadata(tmp_path / "first.zip", 1, night.CLIPS, night.held(1, FIRST - timedelta(1)))
    first = set(night.of_archive(tmp_path / "first.zip")["track_id"].to_pylist())
    assert len(first) == 992 - night.NIGHTS * night.RELEASED
    assert out.isdisjoint(first)


def test_the_history_tells_of_everybody_who_has_come_and_the_nights_of_who_comes(made, tmp_path: Path) -> None:
    people = night._people(1, SIZE).listeners().to_pandas()
    files = {file.stem: file for some in night.history(tmp_path, 1, SIZE).values() for file in some}
    known = pd.read_parquet(files["listeners"])
    assert known["listener_id"].tolist() == people["listener_id"][people["joined"] < FIRST].tolist()
    assert len(known) < SIZE
    for ago in (1, 9):
        day = FIRST + timedelta(ago)
        told = table(made(day), "listeners").to_pandas()
        since = (people["joined"] > day - night.RECENT) & (people["joined"] <= day)
        assert told["listener_id"].tolist() == people["listener_id"][since].tolist()
    assert len(files) == night.HISTORY + 3


def test_over_a_catalogue_of_others_each_day_tells_of_everybody(made) -> None:
    tracks = catalogue(1, 50)
    one = made(night.FULL, tracks)
    assert (one.fma, one.tiktok) == ([], [])
    assert len(table(one, "listeners")) == SIZE
    assert set(table(one, "listens")["track_id"].to_pylist()) <= set(tracks["track_id"].to_pylist())
    assert content(made(night.FULL, tracks.slice(0, 40))) != content(one)


def test_the_demo_begins_with_the_first_nights() -> None:
    assert DAYS[0] == FIRST
