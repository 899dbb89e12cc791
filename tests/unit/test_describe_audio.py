"""Which clips of a night are checked against librosa."""

import io
import random

import numpy as np
import pyarrow as pa
import pytest
import soundfile

from etl.audio import reference
from etl.audio.features import FEATURE_NAMES
from etl.audio.reference import CHECKED_S, Check
from etl.errors import SetupFailed
from etl.jobs import describe_audio
from etl.jobs.describe_audio import CHECKED, _worth_checking, to_check


def test_five_clips_are_checked_the_same_in_whatever_order_they_come():
    clips = [f"zip-{number:08x}-700000" for number in range(1000)]
    chosen = to_check(clips)
    assert len(chosen) == CHECKED == 5
    assert to_check(random.Random(1).sample(clips, 1000)) == chosen
    assert to_check(chosen) == chosen
    assert sorted(clips.index(clip) for clip in chosen) == [521, 607, 624, 878, 921]


def test_of_fewer_clips_each_is_checked_and_of_none_none():
    assert to_check(["b", "a"]) == {"a", "b"}
    assert to_check([]) == set()


def test_what_a_clip_is_known_by_does_not_decide_its_turn():
    """Of a landed file it is a hash and of an archive's member it is not; both have their turn."""
    clips = [f"{number:064x}" for number in range(50)] + [f"zip-{number:08x}-1" for number in range(50)]
    assert {clip.startswith("zip") for clip in to_check(clips)} == {True, False}


def described(**clips: tuple[float | None, bool | None]) -> pa.Table:
    """Clips with their seconds and whether they are silent; None: not described."""
    rows = [{"clip_id": name, "duration_s": seconds, "silent": silent} for name, (seconds, silent) in clips.items()]
    return pa.Table.from_pylist(
        rows, pa.schema([("clip_id", pa.string()), ("duration_s", pa.float32()), ("silent", pa.bool_())])
    )


def test_what_is_silent_or_cannot_be_decoded_or_is_long_is_no_clip_to_check():
    clips = described(
        a=(30, False), silent=(30, True), refused=(None, None), long=(CHECKED_S + 1, False), b=(60, False)
    )
    assert _worth_checking(clips) == ["a", "b"]


def test_where_all_clips_are_long_their_beginnings_are_checked():
    assert _worth_checking(described(long=(61, False), silent=(20, True))) == ["long"]
    assert _worth_checking(described(silent=(20, True))) == []


def wav(seconds: float, rate: int = 8_000) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, np.random.default_rng(1).normal(0, 0.1, int(seconds * rate)), rate, format="WAV")
    return file.getvalue()


def test_a_check_says_when_it_is_of_the_beginning_alone(monkeypatch: pytest.MonkeyPatch):
    for module in (describe_audio, reference):
        monkeypatch.setattr(module, "CHECKED_S", 2)
    assert describe_audio._row("short", wav(2), known=False, checked=True)["number"] in FEATURE_NAMES
    long = describe_audio._row("long", wav(3), known=False, checked=True)
    name, part = long["number"].split(", ")
    assert (name in FEATURE_NAMES, part) == (True, "of the first 2 s")
    assert long["deviation"] < 1e-4
    monkeypatch.setattr(describe_audio, "check", lambda *_: Check("zcr_max_01", 3.0, 1.0, 2.0))
    off = describe_audio._row("long", wav(3), known=False, checked=True)
    assert (off["reason"], off["features"]) == ("off_from_reference", None)
    assert off["detail"] == "zcr_max_01 is 3, and 1 by librosa: 2 off, of the first 2 s"


@pytest.mark.parametrize("error", [ValueError("no frames"), TypeError("no matching loop"), IndexError("out of bounds")])
def test_a_clip_that_librosa_fails_at_is_refused_in_its_words(monkeypatch: pytest.MonkeyPatch, error: Exception):
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(describe_audio, "check", fail)
    row = describe_audio._row("clip", wav(1), known=False, checked=True)
    assert (row["reason"], row["features"], row["deviation"]) == ("off_from_reference", None, None)
    assert row["detail"] == f"librosa cannot describe it: {type(error).__name__}: {error}"
    assert describe_audio._row("clip", wav(1), known=False, checked=False)["reason"] is None


def test_a_librosa_that_is_not_installed_ends_the_night(monkeypatch: pytest.MonkeyPatch):
    def fail(*_: object) -> None:
        raise SetupFailed("librosa", "it cannot be imported", "Run: make setup.")

    monkeypatch.setattr(describe_audio, "check", fail)
    with pytest.raises(SetupFailed):
        describe_audio._row("clip", wav(1), known=False, checked=True)
