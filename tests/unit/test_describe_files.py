import os

import numpy as np
import pyarrow.parquet as pq
import pytest
import soundfile

from etl.audio.decode import decode
from etl.audio.features import FEATURE_NAMES, describe
from etl.errors import ArgumentInvalid, SourceMissing
from etl.files import describe_files as module
from etl.files.describe_files import describe_files

RNG = np.random.default_rng(3)


@pytest.fixture
def music(tmp_path):
    folder = tmp_path / "music"
    (folder / "live").mkdir(parents=True)
    for name, rate in (("b.wav", 8_000), ("a.flac", 44_100), ("live/c.mp3", 22_050)):
        soundfile.write(folder / name, RNG.normal(0, 0.1, (rate, 2)), rate)
    (folder / ".hidden").write_bytes(b"a thumbnail")
    return folder


def test_a_folder_becomes_a_table_of_what_is_in_it_each_at_its_own_rate(music, tmp_path):
    seen = []
    assert describe_files([music], tmp_path / "features.parquet", seen.append) == (3, [])
    table = pq.read_table(tmp_path / "features.parquet")
    assert table.column_names == ["file", *FEATURE_NAMES, "duration_s", "rate_hz", "silent", "decoder"]
    files = [str(music / name) for name in ("a.flac", "b.wav", "live/c.mp3")]
    assert table["file"].to_pylist() == files == [str(path) for path in seen]
    assert table["rate_hz"].to_pylist() == [44_100, 8_000, 22_050]
    assert [name.split()[-1] for name in table["decoder"].to_pylist()] == ["flac", "wav", "mp3"]
    assert table["decoder"][0].as_py().startswith("libsndfile ")
    expected = describe(decode((music / "b.wav").read_bytes(), "b.wav"))
    assert [table[name][1].as_py() for name in FEATURE_NAMES] == expected.features.tolist()
    assert (table["duration_s"][1].as_py(), table["silent"][1].as_py()) == (1.0, False)


def test_what_cannot_be_described_is_reported_and_the_rest_goes_on(music, tmp_path):
    (music / "aa.mp3").write_bytes(b"<html>")
    (music / "ab.wav").write_bytes(b"")
    count, refused = describe_files([music / "gone.mp3", music], tmp_path / "features.parquet")
    assert count == 3
    assert [(type(error).__name__, error.thing) for error in refused] == [
        ("SourceMissing", str(music / "gone.mp3")),
        ("AudioUnreadable", str(music / "aa.mp3")),
        ("AudioUnreadable", str(music / "ab.wav")),
    ]


def test_any_number_of_files_is_written_group_by_group(music, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "GROUP", 2)
    assert describe_files([music / "b.wav"] * 5, tmp_path / "features.parquet") == (5, [])
    assert pq.ParquetFile(tmp_path / "features.parquet").num_row_groups == 3


def test_the_file_being_written_is_not_described(music):
    for _ in range(2):
        assert describe_files([music], music / "features.parquet") == (3, [])
    assert sorted(path.name for path in music.iterdir()) == [".hidden", "a.flac", "b.wav", "features.parquet", "live"]


def test_no_file_at_all_is_a_table_without_rows(tmp_path):
    assert describe_files([], tmp_path / "features.parquet") == (0, [])
    assert pq.read_table(tmp_path / "features.parquet").num_rows == 0


def test_where_it_cannot_be_written_it_says_so_and_leaves_nothing(music, tmp_path):
    with pytest.raises(ArgumentInvalid, match="it is a folder"):
        describe_files([music], tmp_path)
    with pytest.raises(SourceMissing, match="there is no such folder"):
        describe_files([music], tmp_path / "none" / "features.parquet")
    (music / "b.wav").chmod(0)
    old = tmp_path / "features.parquet"
    old.write_bytes(b"what was there")
    with pytest.raises(KeyboardInterrupt):
        describe_files([music], old, _interrupted)
    assert old.read_bytes() == b"what was there"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["features.parquet", "music"]


def _interrupted(_):
    raise KeyboardInterrupt


def test_every_odd_file_is_described_in_numbers_or_refused_with_a_reason(real_data, tmp_path):
    odd = real_data / "odd_audio"
    count, refused = describe_files([odd], tmp_path / "odd.parquet")
    table = pq.read_table(tmp_path / "odd.parquet").to_pandas()
    assert (count, len(refused)) == (13, 16)
    assert count + len(refused) == len(list(odd.iterdir()))
    assert np.isfinite(table[list(FEATURE_NAMES)].to_numpy()).all()
    assert {type(error).__name__ for error in refused} == {"AudioUnreadable"}


def test_a_name_that_is_no_text_is_described_too_and_an_input_is_never_overwritten(music, tmp_path):
    odd = os.fsencode(music) + b"/caf\xe9.wav"
    os.link(music / "b.wav", odd)
    out = music / "features.parquet"
    for _ in range(2):  # the second time the first one's output lies in the folder
        assert describe_files([music], out) == (4, [])
    assert pq.read_table(out)["file"].to_pylist()[2] == f"{music}/caf\\xe9.wav"
    with pytest.raises(ArgumentInvalid, match="it is one of the files to describe"):
        describe_files([music / "b.wav"], music / "b.wav")
