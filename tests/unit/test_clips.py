"""Where audio lies, its bytes by ranges, and its waveform."""

import zipfile
from pathlib import Path

import numpy as np
import pytest

from dashboards.queries.clips import Wave
from etl.audio.waveform import peaks
from etl.drops import clips
from etl.drops.clips import Audio, ClipReader, find_clips
from etl.drops.landing import land
from etl.errors import SourceMalformed, SourceMissing
from etl.store.storage import Storage

NOISE = np.random.default_rng(0).bytes(70_000)


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    """A drop: track 2 as a file, track 3 as it is in an archive, track 5 packed in it."""
    (tmp_path / "000").mkdir()
    (tmp_path / "000" / "000002.mp3").write_bytes(NOISE)
    with zipfile.ZipFile(tmp_path / "fma_small.zip", "w") as archive:
        archive.writestr("fma_small/README.txt", "what stands before a member must not shift it")
        archive.writestr("fma_small/000/000003.mp3", NOISE[::-1], zipfile.ZIP_STORED)
        archive.writestr("fma_small/000/000005.mp3", NOISE, zipfile.ZIP_DEFLATED)
    storage = Storage(f"file://{tmp_path}/storage")
    land(storage, "fma", [tmp_path / "000", tmp_path / "fma_small.zip"])
    return storage


def audio_of(storage: Storage) -> dict[int, Audio]:
    return {clip.track_id: clip.audio for clip in find_clips(storage)}


def test_a_range_of_a_clip_is_the_same_from_a_file_a_stored_and_a_packed_member(storage: Storage) -> None:
    reader, audio = ClipReader(storage), audio_of(storage)
    assert {track: one.bytes for track, one in audio.items()} == {2: 70_000, 3: 70_000, 5: 70_000}
    for track, whole in ((2, NOISE), (3, NOISE[::-1]), (5, NOISE)):
        assert reader.read(audio[track], 0, 70_000) == whole
        assert reader.read(audio[track], 69_990, 500) == whole[69_990:]
        assert reader.read(audio[track], 12_345, 100) == whole[12_345:12_445]


def test_a_stored_member_is_never_unpacked_and_a_packed_one_once(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    unpack = Storage.read_members
    monkeypatch.setattr(Storage, "read_members", lambda *given: asked.append(given[2]) or unpack(*given))
    reader, audio = ClipReader(storage), audio_of(storage)
    for start in (0, 100, 200):
        reader.read(audio[3], start, 100)
        reader.read(audio[5], start, 100)
    assert asked == [["fma_small/000/000005.mp3"]]


def test_unpacked_members_are_let_go_past_a_bound(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clips, "KEPT", 100_000)
    reader, audio = ClipReader(storage), audio_of(storage)
    twin = Audio(audio[3].path, audio[3].member, audio[3].member_at, zipfile.ZIP_DEFLATED, audio[3].bytes)
    for one in (audio[5], twin, audio[5]):
        reader.read(one, 0, 10)
        assert [kept == one for kept in reader._unpacked] == [True]


def test_an_archive_that_is_not_what_was_landed_is_said_and_so_is_one_that_is_gone(storage: Storage) -> None:
    reader, audio = ClipReader(storage), audio_of(storage)
    with pytest.raises(SourceMalformed, match="not the one that was landed"):
        reader.read(Audio(audio[3].path, audio[3].member, 1, 0, 70_000), 0, 10)
    with pytest.raises(SourceMalformed, match="not the one that was landed"):
        reader.read(Audio(audio[5].path, audio[5].member, audio[5].member_at, 8, 71_000), 0, 10)
    storage.delete("landing")
    with pytest.raises(SourceMissing):
        reader.read(audio[2], 0, 10)


def test_a_member_too_large_to_unpack_is_refused_before_it_is_read(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clips, "MOST_UNPACKED", 1000)
    with pytest.raises(SourceMalformed, match="too large"):
        ClipReader(storage).read(audio_of(storage)[5], 0, 10)


def test_peaks_are_the_loudest_of_each_stretch_and_silence_is_flat() -> None:
    samples = np.array([0, 0.1, -0.5, 0, 0, 0, 0.25, 0], np.float32)
    assert peaks(samples, 4).tolist() == pytest.approx([0.2, 1, 0, 0.5])
    assert peaks(np.zeros(4096, np.float32), 3).tolist() == [0, 0, 0]
    assert len(peaks(np.ones(2, np.float32), 5)) == 5


def test_a_share_of_the_song_is_found_in_its_clip_where_the_clip_has_it() -> None:
    middle = Wave([1.0], 30.0, 60.0)  # seconds 60 to 90 of 150
    assert middle.second_of(50, 150) == 15
    assert middle.second_of(10, 150) is None
    assert middle.second_of(90, 150) is None
    assert Wave([1.0], 30.0, None).second_of(50, 150) is None
    assert Wave([1.0], 30.0, 0.0).second_of(50, 30) == 15
