import io
import struct
import tracemalloc

import librosa
import numpy as np
import pytest
import soundfile

from etl.audio import decode as module
from etl.audio.decode import decode
from etl.errors import AudioNotFinite, AudioTooLong, AudioTooShort, AudioUnreadable

RNG = np.random.default_rng(5)


def encode(samples: np.ndarray, rate: int = 44_100, kind: str = "WAV", subtype: str | None = None) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, samples, rate, format=kind, subtype=subtype)
    return file.getvalue()


def noise(*shape: int) -> np.ndarray:
    return RNG.uniform(-0.5, 0.5, shape).astype(np.float32)


def flac_claiming(samples: int) -> bytes:
    """A FLAC whose header counts ``samples`` at 44,100 Hz; the count is the last 36 bits before the MD5."""
    data = bytearray(encode(np.zeros(5000), kind="FLAC"))
    data[21] = data[21] & 0xF0 | samples >> 32
    data[22:26] = struct.pack(">I", samples & 0xFFFFFFFF)
    return bytes(data)


def test_a_real_clip_decodes_to_the_samples_that_librosa_loads(real_data):
    clips = sorted((real_data / "fma" / "fma_small").glob("*/*.mp3"))
    clips += sorted((real_data / "music_cc").rglob("*.mp3"))  # here a seek would change samples
    assert len(clips) == 13
    for clip in clips:
        expected, rate = librosa.load(clip, sr=None, mono=True)
        signal = decode(clip.read_bytes(), clip.name)
        assert signal.rate == rate
        assert signal.samples.dtype == np.float32
        np.testing.assert_array_equal(signal.samples, expected)


@pytest.mark.parametrize("channels", [1, 2, 3, 6])
@pytest.mark.parametrize(
    ("kind", "subtype"), [("WAV", "FLOAT"), ("WAV", "PCM_24"), ("FLAC", "PCM_16"), ("OGG", "VORBIS")]
)
def test_channels_are_averaged_to_the_bit_like_librosa(channels, kind, subtype):
    data = encode(noise(5000, channels), 32_000, kind, subtype)
    expected, rate = librosa.load(io.BytesIO(data), sr=None, mono=True)
    signal = decode(data, "noise")
    assert (signal.rate, signal.duration_s) == (rate, 5000 / 32_000)
    np.testing.assert_array_equal(signal.samples, expected)


@pytest.mark.parametrize("rate", [8_000, 22_050, 96_000])
def test_the_files_own_rate_is_kept(rate):
    signal = decode(encode(noise(4096), rate), "noise.wav")
    assert (signal.rate, len(signal.samples)) == (rate, 4096)


def test_a_24_bit_file_keeps_all_24_bits():
    steps = np.arange(3000, dtype=np.int32) * 256  # soundfile takes the upper 24 of 32 bits
    signal = decode(encode(steps, subtype="PCM_24"), "steps.wav")
    np.testing.assert_array_equal(signal.samples, np.arange(3000) / 2**23)


def test_a_cut_mp3_is_what_is_left_of_it():
    data = encode(noise(44_100 * 4, 2), kind="MP3")
    whole, half = decode(data, "whole.mp3").samples, decode(data[: len(data) // 2], "half.mp3").samples
    assert 0.4 < len(half) / len(whole) < 0.6
    np.testing.assert_array_equal(half[:44_100], whole[:44_100])


def test_an_empty_file_says_so():
    with pytest.raises(AudioUnreadable, match=r"song\.mp3: the file is empty\. "):
        decode(b"", "song.mp3")


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"\n<!DOCTYPE html><html>", "a web page"),
        (b"\0\0\0\x20ftypM4A ", "M4A"),
        (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "WMA"),
        (b"MAC \x96\x0f", "Monkey's Audio"),
        (b"MPCK", "Musepack"),
        (b"wvpk", "WavPack"),
    ],
)
def test_a_format_that_is_not_read_is_named(start, kind):
    with pytest.raises(AudioUnreadable, match=rf"song\.mp3: it is {kind}"):
        decode(start + bytes(5000), "song.mp3")


@pytest.mark.parametrize("data", [b"RIFF", b"\0" * 5000, b"ID3" + b"\0" * 5000, b"\xff\xfb" * 5000, b"words " * 1000])
def test_bytes_that_are_no_audio_are_unreadable(data):
    with pytest.raises(AudioUnreadable, match="it cannot be decoded"):
        decode(data, "song.mp3")


@pytest.mark.parametrize("samples", [0, 1, 2047])
def test_less_than_one_window_is_too_short(samples):
    with pytest.raises(AudioTooShort, match=f"{samples} samples are decoded and one analysis window is 2048"):
        decode(encode(noise(samples)), "click.wav")


def test_one_window_is_long_enough():
    assert len(decode(encode(noise(2048)), "click.wav").samples) == 2048


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e20])
@pytest.mark.parametrize("channels", [1, 2, 6])
def test_a_sample_that_is_no_level_is_refused(value, channels):
    samples = noise(5000, channels)
    samples[3000, -1] = value
    with pytest.raises(AudioNotFinite):
        decode(encode(samples, subtype="FLOAT"), "song.wav")


def test_infinities_that_cancel_are_refused():
    samples = noise(5000, 2)
    samples[3000] = [np.inf, -np.inf]
    with pytest.raises(AudioNotFinite):
        decode(encode(samples, subtype="FLOAT"), "song.wav")


def test_more_than_20_minutes_are_too_long():
    assert decode(encode(noise(100 * 60 * 20), 100), "long.wav").duration_s == 1200
    with pytest.raises(AudioTooLong, match="it lasts 21 minutes at 100 Hz and 1 channels"):
        decode(encode(noise(100 * 60 * 21), 100), "long.wav")


def test_more_values_than_20_minutes_of_stereo_are_too_long(monkeypatch):
    monkeypatch.setattr(module, "MAX_VALUES", 8 * 5000 - 1)
    with pytest.raises(AudioTooLong):
        decode(encode(noise(5000, 8)), "wide.wav")


@pytest.mark.parametrize("claim", [2**36 - 1, 44_100 * 60 * 1190])
def test_a_header_that_claims_more_than_its_bytes_can_hold_is_not_believed(claim):
    tracemalloc.start()
    try:
        with pytest.raises(AudioUnreadable, match=r"more than \d+ bytes can hold"):
            decode(flac_claiming(claim), "bomb.flac")
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


def test_what_does_not_fit_into_memory_is_too_long(monkeypatch):
    monkeypatch.setattr(soundfile.SoundFile, "read", _raise(MemoryError()))
    with pytest.raises(AudioTooLong, match="do not fit into this machine's memory"):
        decode(encode(noise(5000)), "song.wav")


def test_whatever_a_decoder_raises_is_an_unreadable_file(monkeypatch):
    monkeypatch.setattr(soundfile.SoundFile, "read", _raise(ZeroDivisionError("division by zero")))
    with pytest.raises(AudioUnreadable, match=r"it cannot be decoded \(division by zero\)"):
        decode(encode(noise(5000)), "song.wav")


def test_a_damaged_mp3_leaves_no_remarks_on_stderr(monkeypatch, capfd):
    data = encode(noise(44_100 * 2, 2), kind="MP3")
    damaged = data[:9000] + b"\x55" * 600 + data[9600:]
    soundfile.read(io.BytesIO(damaged))
    assert "mpeg" in capfd.readouterr().err.lower()  # what would be said
    monkeypatch.setattr(module.threading, "active_count", lambda: 1)
    decode(damaged, "damaged.mp3")
    assert capfd.readouterr().err == ""


def _raise(error: Exception):
    def read(*_args, **_options):
        raise error

    return read
