"""The 245 numbers against librosa itself, in the order of work of FMA's ``features.py``."""

import io
import subprocess
import sys
import warnings
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from importlib import import_module
from multiprocessing import get_context

import librosa
import numpy as np
import pytest
import soundfile
from scipy import signal as scipy_signal

from etl.audio import banks, kernels, plain
from etl.audio import features as module
from etl.audio.decode import Signal, decode
from etl.audio.features import FEATURE_NAMES, at_common_rate, describe, describe_alike, summarise
from etl.audio.reference import CHECKED_S, Check, check, deviation, shared_stft
from etl.errors import AudioError, AudioTooShort, AudioUnreadable
from lab.evaluate.features import describe_bytes
from overtone.cli.servers import WARMED

RATE = 44_100
TIME = np.arange(3 * RATE) / RATE
NOISE = np.random.default_rng(7).normal(0, 0.1, 3 * RATE)


def deviations(got: np.ndarray, expected: np.ndarray) -> dict[str, tuple[float, float]]:
    """What is farther than 1e-4 off, relative and absolute: got and expected by name."""
    far = np.flatnonzero(deviation(got.astype(float), expected) > 1e-4)
    return {FEATURE_NAMES[i]: (float(got[i]), float(expected[i])) for i in far}


def by_librosa(signal: Signal) -> tuple[np.ndarray, float]:
    """What librosa says; what does not change over time has no shape, which scipy calls NaN."""
    expected, tuning = shared_stft(signal.samples, signal.rate)
    return np.nan_to_num(expected), tuning


def both_ways(signal: Signal) -> list[tuple[np.ndarray, float]]:
    """Features and tuning, compiled and by numpy alone."""
    described = [module.per_frame(signal) for module in (kernels, plain)]
    return [(summarise(table).astype(np.float32), tuning) for table, tuning in described]


def assert_like_librosa(signal: Signal) -> None:
    expected, tuning = by_librosa(signal)
    for features, tuned in both_ways(signal):
        assert deviations(features, expected) == {}
        assert tuned == tuning


def sound(samples: np.ndarray, rate: int = RATE) -> Signal:
    return Signal(samples.astype(np.float32), rate)


def half_a_minute(path) -> Signal:
    signal = decode(path.read_bytes(), path.name)
    return Signal(signal.samples[: 30 * signal.rate], signal.rate)


@pytest.fixture(scope="module")
def fma_clips(real_data):
    clips = sorted((real_data / "fma" / "fma_small").glob("*/*.mp3"))
    assert len(clips) == 10
    return clips


@pytest.fixture(scope="module")
def other_clips(real_data):
    return sorted((real_data / "music_cc").rglob("*.ogg"))[::9]


SOUNDS = {
    "sine": sound(0.5 * np.sin(2 * np.pi * 440 * TIME)),
    "square": sound(np.sign(np.sin(2 * np.pi * 200 * TIME))),
    "chirp": sound(0.5 * scipy_signal.chirp(TIME, 50, 3, 15_000)),
    "noise": sound(NOISE),
    "noise that swells at 8 kHz": sound(NOISE * np.linspace(0, 2, len(NOISE)), 8_000),
    "noise that swells at 96 kHz": sound(NOISE * np.linspace(0, 2, len(NOISE)), 96_000),
    "stereo, averaged": sound((np.sin(2 * np.pi * 311 * TIME) + NOISE) / 2),
    "dither": sound(np.round(NOISE * 10) / 32_768),
    "a click in silence": sound(np.eye(1, RATE, 20_000)[0]),
    "silence, then noise": sound(np.concatenate([np.zeros(50_000), NOISE])),
    "one window": sound(NOISE[:2048]),
    "a sample more than a window": sound(NOISE[:2049]),
    "integers as floats": sound(NOISE * 32_768),
    "as loud as is let through": sound(NOISE / np.abs(NOISE).max() * 1e12),
    "1 Hz": sound(NOISE[:5000], 1),
}


def test_the_245_names_are_unique_and_in_the_order_of_feature_moment_number():
    assert len(FEATURE_NAMES) == len(set(FEATURE_NAMES)) == 245
    assert FEATURE_NAMES[:8] == (
        *(f"zcr_{moment}_01" for moment in ("mean", "std", "skew", "kurtosis", "median", "min", "max")),
        "chroma_stft_mean_01",
    )
    assert FEATURE_NAMES[91:93] == ("spectral_centroid_mean_01", "spectral_centroid_std_01")
    assert FEATURE_NAMES[98] == "spectral_rolloff_mean_01"
    assert FEATURE_NAMES[105:107] == ("mfcc_mean_01", "mfcc_mean_02")
    assert FEATURE_NAMES[-1] == "mfcc_max_20"


def test_real_clips_are_described_and_tuned_as_librosa_does(fma_clips, other_clips):
    assert len(other_clips) > 5
    tunings = set()
    for clip in fma_clips + other_clips:
        signal = half_a_minute(clip)
        expected, tuning = by_librosa(signal)
        for features, tuned in both_ways(signal):
            assert deviations(features, expected) == {}, clip.name
            assert tuned == tuning, clip.name
        tunings.add(tuning)
    assert len(tunings) > 10


@pytest.mark.parametrize("name", SOUNDS)
def test_made_sounds_are_described_as_librosa_describes_them(name):
    assert_like_librosa(SOUNDS[name])


@pytest.mark.parametrize("level", [0, 0.25])
def test_a_constant_is_described_as_librosa_describes_it_but_for_the_shape_of_rounding(level):
    # what varies in the last bits only has a skew of -1 or so in scipy's float32, depending on the number of frames
    # and its float32 mean of 87 equal coefficients (-1131) is 2e-4 off
    rounding = np.array([name.split("_")[-2] in ("std", "skew", "kurtosis") for name in FEATURE_NAMES])
    signal = sound(np.full(RATE, level))
    expected, _ = by_librosa(signal)
    for features, tuning in both_ways(signal):
        assert deviations(np.where(rounding, 0, features), np.where(rounding, 0, expected)) == {}
        assert tuning == 0


@pytest.mark.parametrize("cents", [0, 7.5, -7.5, 31.5, -44.5])
def test_a_chord_is_tuned_as_librosa_tunes_it(cents):
    chord = sum(np.sin(2 * np.pi * 440 * 2 ** ((step + cents / 100) / 12) * TIME) for step in (0, 4, 7, 12))
    signal = sound(chord / 8)
    power = np.abs(librosa.stft(signal.samples, n_fft=2048, hop_length=512)) ** 2
    expected = librosa.estimate_tuning(S=power, sr=22_050, bins_per_octave=12)
    assert [tuning for _, tuning in both_ways(signal)] == [expected, expected]


@pytest.mark.parametrize("rate", [1, 8_000, 22_050, 44_100, 48_000, 96_000, 192_000])
def test_the_mel_bands_are_librosas(rate):
    bank = np.zeros((128, 1025), np.float32)
    first, ends, weights = banks.mel_bank(rate)
    for row, bin, begin, end in zip(bank, first, ends[:-1], ends[1:], strict=True):
        row[bin : bin + end - begin] = weights[begin:end]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of empty bands
        np.testing.assert_allclose(bank, librosa.filters.mel(sr=rate, n_fft=2048), rtol=1e-5, atol=1e-9)


@pytest.mark.parametrize("tuning", [-0.5, -0.21, 0.0, 0.05, 0.49])
def test_the_pitch_class_weights_are_librosas(tuning):
    expected = librosa.filters.chroma(sr=22_050, n_fft=2048, tuning=tuning)
    np.testing.assert_allclose(banks.chroma_bank(tuning), expected, rtol=1e-5, atol=1e-12)


def test_silence_has_no_shape_and_is_flagged():
    description = describe(sound(np.zeros(RATE)))
    shape = np.array(["_skew_" in name or "_kurtosis_" in name for name in FEATURE_NAMES])
    assert description.silent
    assert (description.duration_s, description.rate_hz) == (1.0, 44_100)
    assert not description.features[shape].any()
    assert description.features[FEATURE_NAMES.index("mfcc_mean_01")] == pytest.approx(-100 * 128**0.5)


@pytest.mark.parametrize(
    ("samples", "silent"),
    [
        (np.full(5000, 0.25), True),
        (np.round(NOISE[:5000] * 5) / 32_768, True),  # 16-bit dither
        (0.001 * NOISE[:5000], False),
        (np.eye(1, 5000, 2500)[0], False),
    ],
    ids=["constant", "dither", "faint noise", "one click"],
)
def test_only_what_cannot_be_heard_is_silent(samples, silent):
    assert describe(sound(samples)).silent is silent


def test_every_odd_file_ends_in_a_finite_description_or_an_audio_error(real_data):
    described, refused = {}, []
    for path in sorted((real_data / "odd_audio").iterdir()):
        try:
            described[path.name] = describe(decode(path.read_bytes(), path.name))
        except AudioError as error:
            refused.append(error.thing)
    assert (len(described), len(refused)) == (13, 16)
    assert all(np.isfinite(description.features).all() for description in described.values())
    assert {name for name, description in described.items() if not description.silent} == {
        "apev2-lyricsv2.mp3",
        "bad-TYER-frame.mp3",
        "lame.mp3",
    }


@pytest.mark.parametrize("way", [kernels, plain])
def test_a_long_signal_that_is_passed_over_twice_gives_the_same_bits(way, monkeypatch):
    once, _ = way.per_frame(SOUNDS["chirp"])
    monkeypatch.setattr(way, "KEEP", 10)
    assert way.per_frame(SOUNDS["chirp"])[0].tobytes() == once.tobytes()


def test_a_signal_of_several_chunks_gives_the_same_bits(monkeypatch):
    once, _ = kernels.per_frame(SOUNDS["chirp"])
    monkeypatch.setattr(kernels, "CHUNK", 3)
    assert kernels.per_frame(SOUNDS["chirp"])[0].tobytes() == once.tobytes()
    monkeypatch.setattr(kernels, "KEEP", 10)
    assert kernels.per_frame(SOUNDS["chirp"])[0].tobytes() == once.tobytes()


def test_the_same_signal_gives_the_same_bits_however_many_threads_work_at_it():
    alone = describe(SOUNDS["noise"]).features.tobytes()
    with ThreadPoolExecutor(4) as pool:
        together = pool.map(lambda _: describe(SOUNDS["noise"]).features.tobytes(), range(8))
    assert set(together) == {alone}


def test_the_same_file_gives_the_same_bits_in_other_processes():
    file = io.BytesIO()
    soundfile.write(file, NOISE, RATE, format="MP3")
    clip = file.getvalue()
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        assert set(pool.map(describe_bytes, [clip] * 4)) == {describe_bytes(clip)}


def test_without_numba_clips_are_described_by_numpy_alone(monkeypatch):
    expected = summarise(plain.per_frame(SOUNDS["chirp"])[0]).astype(np.float32)
    monkeypatch.setitem(sys.modules, "etl.audio.kernels", None)
    module.extractor.cache_clear()
    try:
        assert describe(SOUNDS["chirp"]).features.tobytes() == expected.tobytes()
    finally:
        module.extractor.cache_clear()


def test_where_no_folder_can_be_written_to_code_is_compiled_in_the_process(monkeypatch):
    monkeypatch.setattr("numba.core.config.CACHE_LOCATOR_CLASSES", "IPythonCacheLocator")  # has no folder for a module

    def double(x):
        return 2 * x

    assert kernels.compiled(double)(21) == 42


@pytest.mark.parametrize("rate", [8_000, 22_050, 48_000, 96_000])
def test_what_is_compared_is_described_as_if_sampled_at_44100_hz(rate):
    seconds = 2
    tune = [scipy_signal.chirp(np.arange(seconds * hz) / hz, 50, seconds, 3_000) / 2 for hz in (rate, RATE)]
    at_its_rate, expected = sound(tune[0], rate), describe(sound(tune[1]))
    alike = describe_alike(at_its_rate, "chirp.wav")
    assert (alike.rate_hz, alike.duration_s, alike.silent) == (rate, seconds, False)
    middle = [FEATURE_NAMES.index(name) for name in ("spectral_centroid_median_01", "chroma_stft_mean_01")]
    np.testing.assert_allclose(alike.features[middle], expected.features[middle], rtol=0.02)
    assert not np.allclose(describe(at_its_rate).features[middle], expected.features[middle], rtol=0.05)


def test_what_has_the_common_rate_is_not_touched():
    assert at_common_rate(SOUNDS["chirp"], "chirp") is SOUNDS["chirp"]
    assert (describe_alike(SOUNDS["chirp"], "chirp").features == describe(SOUNDS["chirp"]).features).all()


def test_a_constant_at_another_rate_is_still_silent():
    assert describe_alike(sound(np.full(16_000, 0.25), 8_000), "hum.wav").silent


def test_too_little_is_left_of_a_short_clip_at_a_high_rate():
    with pytest.raises(AudioTooShort, match="click: 1003 samples are left at 44100 Hz"):
        describe_alike(sound(NOISE[:2184], 96_000), "click")


def test_a_rate_that_is_none_is_refused():
    with pytest.raises(AudioUnreadable, match="click: it is sampled at 1 Hz, and music needs at least 2000"):
        describe_alike(sound(NOISE[:5000], 1), "click")


def test_a_deviation_is_absolute_or_relative_whichever_is_smaller():
    ours, expected = np.array([0.5, -1131.2, 3.0, 0.0]), np.array([0.25, -1131.0, 2.0, 0.0])
    np.testing.assert_allclose(deviation(ours, expected), [0.25, 0.2 / 1131, 0.5, 0])


def test_a_check_names_the_number_that_is_farthest_off_and_how_far():
    described = describe(SOUNDS["chirp"])
    assert 0 < check(described, SOUNDS["chirp"]).deviation <= 1e-4
    at = FEATURE_NAMES.index("chroma_stft_kurtosis_07")
    described.features[at] = 2
    found = check(described, SOUNDS["chirp"])
    expected = by_librosa(SOUNDS["chirp"])[0][at]
    assert found == Check("chroma_stft_kurtosis_07", 2, expected, abs(2 - expected) / max(abs(expected), 1))
    assert str(found).startswith("chroma_stft_kurtosis_07 is 2, and ")


def test_a_silent_clip_is_not_checked_and_of_a_long_one_the_beginning_is():
    assert check(describe(sound(np.full(RATE, 0.25))), sound(np.full(RATE, 0.25))) is None
    long = sound(np.random.default_rng(3).normal(0, 0.1, (CHECKED_S + 1) * 8_000), 8_000)
    beginning = sound(long.samples[: CHECKED_S * 8_000], 8_000)
    assert check(describe(long), long) == check(describe(beginning), beginning)
    assert check(describe(long), Signal(long.samples[: 5 * 8_000], 8_000)).deviation > 1e-3


def test_importing_the_features_imports_neither_librosa_nor_numba_nor_scipy():
    """They take CPU-seconds: commands that describe nothing do not wait for them; describing needs no librosa."""
    script = (
        "import sys; from etl.audio.features import warm; before = set(sys.modules); warm();"
        "print(sorted({'librosa', 'numba', 'scipy', 'sklearn'} & before), 'librosa' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[] False"


@pytest.mark.parametrize("name", WARMED)
def test_once_warmed_nothing_is_compiled_by_another_process(name):
    import_module(name).warm()
    script = (
        "from numba.core.event import install_recorder\n"
        "with install_recorder('numba:compile') as compiled:\n"
        f"    from {name} import warm; warm()\n"
        "print(len(compiled.buffer))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0"
