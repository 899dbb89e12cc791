import io
import sys

import numpy as np
import pytest
import soundfile

from etl.audio import reference
from etl.errors import SetupFailed, SourceMissing
from lab.bench.features import run


@pytest.fixture
def clip(tmp_path):
    file = tmp_path / "noise.wav"
    soundfile.write(file, np.random.default_rng(1).normal(0, 0.1, 44_100), 44_100)
    return file


def test_costs_are_held_against_the_reference_and_the_least_that_they_could_be(clip):
    report = run(full=False, data=None, files=[clip], rounds=2)
    figures = {figure.name: figure for figure in report.figures}
    assert list(figures) == [f"features.{name}" for name in ("floor", "describe", "reference", "decoded", "librosa")]
    assert all(figure.value > 0 and figure.n == 2 for figure in figures.values())
    assert figures["features.floor"].ratio is None
    assert {name: str(figure.goal) for name, figure in figures.items() if figure.goal} == {
        "features.describe": "ratio ≤ 1.35",
        "features.reference": "ratio ≥ 9",
        "features.librosa": "ratio ≥ 10",
    }


def test_the_reference_and_one_shared_transform_give_the_same_numbers(clip):
    samples, rate = soundfile.read(io.BytesIO(clip.read_bytes()), dtype="float32")
    full, (shared, tuning) = reference.reference_order(clip.read_bytes()), reference.shared_stft(samples, rate)
    np.testing.assert_allclose(full, shared, rtol=1e-5, atol=1e-6)
    assert -0.5 <= tuning < 0.5


def test_without_librosa_the_bench_says_how_to_get_it(clip, monkeypatch):
    monkeypatch.setitem(sys.modules, "librosa", None)
    with pytest.raises(SetupFailed, match="make setup"):
        run(full=False, data=None, files=[clip])


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(SourceMissing, match=r"none\.mp3"):
        run(full=False, data=None, files=[tmp_path / "none.mp3"])
