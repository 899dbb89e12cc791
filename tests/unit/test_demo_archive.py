import io
import zipfile
from pathlib import Path

import pytest

from etl.contracts import Refused
from etl.sources import fma
from etl.synthetic.demo.archive import TOP, catalogue, genres, write_clips, write_metadata
from etl.tables import TRACK


@pytest.fixture(scope="module")
def metadata(tmp_path_factory) -> zipfile.ZipFile:
    path = tmp_path_factory.mktemp("demo") / "fma_metadata.zip"
    write_metadata(path, 7, catalogue(7, 192))
    return zipfile.ZipFile(path)


def tracks(metadata) -> list[dict]:
    titles = {genre.genre_id: genre.title for genre in genres().values()}
    rows = [values for _, _, values in fma.read_tracks(metadata.open("fma_metadata/tracks.csv"), "t", titles)]
    assert not [row for row in rows if isinstance(row, Refused)]
    return [dict(zip([column.name for column in TRACK.columns], row, strict=True)) for row in rows]


def test_there_are_163_genres_below_16_top_genres():
    known = {genre.genre_id: genre for genre in genres().values()}
    assert len(known) == 163
    assert sum(genre.parent_id == 0 for genre in known.values()) == 16
    assert all(known[g.parent_id].top == g.top for g in known.values() if g.parent_id)


def test_the_archive_is_read_like_a_real_one_and_nothing_is_refused(metadata):
    refused = fma.read_genres(metadata.open("fma_metadata/genres.csv"), "g")
    assert [isinstance(values, Refused) for _, _, values in refused] == [False] * 163
    rows = tracks(metadata)
    assert len(rows) == 992
    assert {row["track_id"]: row["title"] for row in rows} == {t.track_id: t.title for t in catalogue(7, 192)}


def test_the_header_is_the_one_of_the_genuine_file(metadata, real_data):
    with (real_data / "fma/fma_metadata/tracks.csv").open("rb") as genuine:
        made = metadata.open("fma_metadata/tracks.csv")
        assert [made.readline() for _ in range(3)] == [genuine.readline() for _ in range(3)]


def test_the_mess_of_real_files_is_there(metadata):
    rows = tracks(metadata)
    text = metadata.read("fma_metadata/tracks.csv").decode()
    assert 50 < sum(row["genre"] is None for row in rows) < 250
    assert sum(row["album_title"] is None for row in rows) > 100
    assert text.count("\n") > len(rows) * 1.2  # newlines within quotes
    assert '""It began with a ' in text
    assert any(not row["title"].isascii() for row in rows)
    by_title: dict[str, set] = {}
    for row in rows:
        by_title.setdefault(row["title"], set()).add(row["artist_name"])
    assert sum(len(artists) > 1 for artists in by_title.values()) > 20


def test_clips_are_spread_evenly_over_the_genres_and_each_has_its_genre(metadata):
    clipped = [row["genre"] for row in tracks(metadata) if row["subset"] == "small"]
    assert {genre: clipped.count(genre) for genre in TOP} == dict.fromkeys(TOP, 12)


def test_clips_lie_where_fma_puts_them(tmp_path: Path):
    some = [track for track in catalogue(7, 192) if track.clip][:3]
    write_clips(tmp_path / "a.zip", [(track, b"mp3 of %d" % track.track_id) for track in some])
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        first = f"fma_small/{some[0].track_id // 1000:03}/{some[0].track_id:06}.mp3"
        assert archive.read(first) == b"mp3 of %d" % some[0].track_id
        assert len(io.BytesIO(archive.read("fma_small/checksums")).readlines()) == 3
        assert sum(fma.CLIP.search(name) is not None for name in archive.namelist()) == 3
