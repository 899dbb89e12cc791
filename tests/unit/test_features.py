"""The 245 numbers against librosa itself, in the order of work of FMA's ``features.py``."""

import subprocess
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor

import librosa
import numpy as np
import pytest
from scipy import signal as scipy_signal
from scipy import stats

from etl.audio import features as module
from etl.audio.decode import Signal, decode
from etl.audio.features import FEATURE_NAMES, describe, warm
from etl.errors import AudioError

RATE = 44_100
TIME = np.arange(3 * RATE) / RATE
NOISE = np.random.default_rng(7).normal(0, 0.1, 3 * RATE)


def reference(samples: np.ndarray, rate: int) -> np.ndarray:
    """What FMA computes, but for the CQT that it throws away; NaN where a number does not change over time."""
    stft = np.abs(librosa.stft(samples, n_fft=2048, hop_length=512))
    mel = librosa.feature.melspectrogram(sr=rate, S=stft**2)
    frames = [
        librosa.feature.zero_crossing_rate(samples, frame_length=2048, hop_length=512),
        librosa.feature.chroma_stft(S=stft**2, n_chroma=12),
        librosa.feature.spectral_centroid(S=stft),
        librosa.feature.spectral_rolloff(S=stft),
        librosa.feature.mfcc(S=librosa.power_to_db(mel), n_mfcc=20),
    ]
    moments = (np.mean, np.std, stats.skew, stats.kurtosis, np.median, np.min, np.max)
    return np.concatenate([moment(values, axis=1) for values in frames for moment in moments])


def assert_like_librosa(signal: Signal, only: np.ndarray | slice = slice(None)) -> None:
    with warnings.catch_warnings():  # of no peaks to tune by, of empty mel bands, of constants without a shape
        warnings.simplefilter("ignore")
        expected = np.nan_to_num(reference(signal.samples, signal.rate))[only]
    got = describe(signal).features[only].astype(float)
    off = np.abs(got - expected)
    far = np.flatnonzero((off > 1e-3) & (off > 1e-3 * np.abs(expected)))
    assert not len(far), [(np.array(FEATURE_NAMES)[only][i], got[i], expected[i]) for i in far]


def tuning(samples: np.ndarray) -> float:
    return module.estimate_tuning([module.spectral_peaks(block**2) for block in module.magnitudes(samples)])


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


def test_real_clips_are_described_as_librosa_describes_them(fma_clips):
    for clip in fma_clips:
        assert_like_librosa(half_a_minute(clip))


def test_other_music_is_described_as_librosa_describes_it(other_clips):
    assert len(other_clips) > 5
    for clip in other_clips:
        assert_like_librosa(half_a_minute(clip))


def test_real_clips_are_tuned_as_librosa_tunes_them(fma_clips, other_clips):
    found = set()
    for clip in fma_clips + other_clips:
        samples = half_a_minute(clip).samples
        power = np.abs(librosa.stft(samples, n_fft=2048, hop_length=512)) ** 2
        expected = librosa.estimate_tuning(S=power, sr=22_050, bins_per_octave=12)
        assert tuning(samples) == expected, clip.name
        found.add(expected)
    assert len(found) > 10


@pytest.mark.parametrize("name", SOUNDS)
def test_made_sounds_are_described_as_librosa_describes_them(name):
    assert_like_librosa(SOUNDS[name])


@pytest.mark.parametrize("level", [0, 0.25])
def test_a_constant_is_described_as_librosa_describes_it_but_for_the_shape_of_rounding(level):
    # what varies in the last bits only has a skew of -1 or so in scipy's float32, depending on the number of frames
    only = np.array(["_skew_" not in name and "_kurtosis_" not in name for name in FEATURE_NAMES])
    assert_like_librosa(sound(np.full(RATE, level)), only)


@pytest.mark.parametrize("cents", [0, 7.5, -7.5, 31.5, -44.5])
def test_a_chord_is_tuned_as_librosa_tunes_it(cents):
    chord = sum(np.sin(2 * np.pi * 440 * 2 ** ((step + cents / 100) / 12) * TIME) for step in (0, 4, 7, 12))
    samples = sound(chord / 8).samples
    power = np.abs(librosa.stft(samples, n_fft=2048, hop_length=512)) ** 2
    assert tuning(samples) == librosa.estimate_tuning(S=power, sr=22_050, bins_per_octave=12)


def test_what_has_no_peaks_is_in_tune():
    assert tuning(np.zeros(RATE, np.float32)) == 0


@pytest.mark.parametrize("rate", [1, 8_000, 22_050, 44_100, 48_000, 96_000, 192_000])
def test_the_mel_bands_are_librosas(rate):
    bank = np.zeros((128, 1025), np.float32)
    for row, (first, weights) in zip(bank, module._mel_bank(rate), strict=True):
        row[first : first + len(weights)] = weights
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of empty bands
        np.testing.assert_allclose(bank, librosa.filters.mel(sr=rate, n_fft=2048), rtol=1e-5, atol=1e-9)


@pytest.mark.parametrize("tuning", [-0.5, -0.21, 0.0, 0.05, 0.49])
def test_the_pitch_class_weights_are_librosas(tuning):
    expected = librosa.filters.chroma(sr=22_050, n_fft=2048, tuning=tuning)
    np.testing.assert_allclose(module._chroma_bank(tuning), expected, rtol=1e-5, atol=1e-12)


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


def test_a_long_signal_that_is_passed_over_twice_gives_the_same_bits(monkeypatch):
    once = describe(SOUNDS["chirp"]).features
    monkeypatch.setattr(module, "KEEP", 10)
    assert describe(SOUNDS["chirp"]).features.tobytes() == once.tobytes()


def test_the_same_signal_gives_the_same_bits_however_many_work_at_it():
    alone = describe(SOUNDS["noise"]).features.tobytes()
    with ThreadPoolExecutor(4) as pool:
        together = pool.map(lambda _: describe(SOUNDS["noise"]).features.tobytes(), range(8))
    assert set(together) == {alone}


def test_describing_needs_neither_librosa_nor_numba_nor_scipy():
    """They take 4 CPU-seconds to import, in every Spark worker, and compile for 20 on a machine's first use."""
    script = (
        "import sys; from etl.audio.features import warm; warm();"
        "print(sorted({'librosa', 'numba', 'scipy', 'sklearn'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_warming_up_works():
    warm()
