"""The instruments and drums of the invented music: a pitch and a length in, samples out.

Each voice and each drum is a row of numbers for one of four small synthesisers (wavetable, FM, plucked string, noise).
"""

from typing import Any

import numpy as np
from scipy import signal

RATE = 44_100  #: Hz
VOWELS = ((730, 1090, 2440), (270, 2290, 3010), (570, 840, 2410), (530, 1840, 2480), (300, 870, 2240))  # Hz


def wave(freq, t, rng, slope=1.0, odd=False, vibrato=0.0, glide=0.0, vowel=None, detune=0.0):
    """A table of harmonics k**-slope, shaped by a vowel's formants, read with vibrato and a glide of the pitch."""
    k = np.arange(1, int(min(60, 0.4 * RATE / freq)) + 2)
    loud = k**-slope * (k % 2 if odd else 1)
    if vowel is not None:
        loud = loud * (
            0.01 + sum(np.exp(-(((k * freq - f) / 130) ** 2)) / (1 + i) for i, f in enumerate(VOWELS[vowel]))
        )
    table = np.fft.irfft(np.r_[0, loud * np.exp(2j * np.pi * rng.random(len(k)))], 4096).astype("f4")
    table /= np.sqrt(np.mean(table**2)) * 2.5
    cycles = freq * (t + vibrato * np.sin(2 * np.pi * 5.5 * t) / 35) + glide * freq * t * t

    def read(factor):
        return table[(cycles * (4096 * factor)).astype(np.int32) & 4095]

    return (read(1 - detune) + read(1 + detune)) / 2 if detune else read(1)


def fm(freq, t, rng, ratio=1.0, index=1.0, fade=0.5):
    """One sine bends another: electric pianos, bells, brass."""
    turn = np.float32(2 * np.pi * freq) * t
    return np.sin(turn + index * np.exp(-t / fade) * np.sin(ratio * turn)) * np.float32(0.6)


def pluck(freq, t, rng, bright=0.5, ring=1.0):
    """A plucked string (Karplus and Strong, 1983): a period of noise that loses its highs turn by turn."""
    period = max(4, round(RATE / freq))
    tone = np.linspace(0, 1, period // 2 + 1)
    start = np.fft.rfft(rng.uniform(-1, 1, period)) * np.exp(-tone * (1 - bright) * 30)
    start[0] = 0
    loss = np.cos(tone * np.pi / 2) ** (220 / (ring * freq)) * 0.5 ** (1 / (ring * freq))
    turns = np.arange(-(-len(t) // period))[:, None]
    string = np.fft.irfft(start * loss**turns, period).ravel()[: len(t)]
    return (string / (np.abs(string).max() + 1e-9) * 0.9).astype("f4")


def wind(freq, t, rng, width=1.5):
    """Noise around a pitch."""
    noise = rng.standard_normal(len(t), dtype="f4")
    band = np.clip([freq / width, freq * width], 30, RATE * 0.45)
    return signal.sosfilt(signal.butter(1, band, "band", fs=RATE, output="sos"), noise).astype("f4")


#: name → (synthesiser, attack s, decay s, its numbers); a decay of 9 s is a held note
VOICES: dict[str, tuple[Any, float, float, dict[str, Any]]] = {
    "organ": (wave, 0.01, 9, {"slope": 1.4, "vibrato": 0.004}),
    "strings": (wave, 0.14, 9, {"slope": 1.25, "vibrato": 0.006, "detune": 0.002}),
    "fiddle": (wave, 0.05, 9, {"slope": 0.9, "vibrato": 0.01}),
    "pad": (wave, 0.5, 9, {"slope": 1.7, "detune": 0.004}),
    "saw": (wave, 0.005, 0.35, {"slope": 0.9, "detune": 0.006}),
    "fuzz": (wave, 0.004, 1.2, {"slope": 0.6, "detune": 0.003}),
    "square": (wave, 0.004, 0.5, {"slope": 0.95, "odd": True}),
    "reed": (wave, 0.04, 9, {"slope": 0.7, "odd": True, "vibrato": 0.012}),
    "flute": (wave, 0.07, 9, {"slope": 2.6, "vibrato": 0.008}),
    "sub": (wave, 0.01, 0.8, {"slope": 3.0}),
    "voice": (wave, 0.02, 0.5, {"slope": 0.5, "glide": -0.25, "vibrato": 0.004}),
    "choir": (wave, 0.12, 9, {"slope": 0.8, "vibrato": 0.012, "detune": 0.003}),
    "epiano": (fm, 0.004, 0.9, {"ratio": 1, "index": 1.1, "fade": 0.4}),
    "vibes": (fm, 0.003, 1.1, {"ratio": 4, "index": 0.7, "fade": 0.25}),
    "brass": (fm, 0.06, 2, {"ratio": 1, "index": 2.6, "fade": 3}),
    "bell": (fm, 0.003, 2.5, {"ratio": 1.414, "index": 4, "fade": 1.5}),
    "clang": (fm, 0.003, 0.7, {"ratio": 2.76, "index": 9, "fade": 0.9}),
    "piano": (pluck, 0.002, 3, {"bright": 0.62, "ring": 0.7}),
    "harpsichord": (pluck, 0.001, 2, {"bright": 0.97, "ring": 0.5}),
    "guitar": (pluck, 0.001, 4, {"bright": 0.8, "ring": 0.6}),
    "nylon": (pluck, 0.001, 3, {"bright": 0.6, "ring": 0.4}),
    "steel": (pluck, 0.001, 4, {"bright": 0.93, "ring": 0.8}),
    "banjo": (pluck, 0.001, 0.35, {"bright": 1.0, "ring": 0.25}),
    "bass": (pluck, 0.002, 2, {"bright": 0.4, "ring": 0.6}),
    "wind": (wind, 0.6, 9, {}),
}
SUNG = {"voice", "choir"}  # voices that change their vowel from note to note

#: name → (pitch Hz, fall of the pitch, tone decay s, tone, noise decay s, noise, noise above Hz, below Hz)
DRUMS = {
    "kick": (50, 3.0, 0.14, 1.0, 0.006, 0.2, 800, 6000),
    "boom": (43, 2.0, 0.40, 1.0, 0.004, 0.1, 500, 3000),
    "snare": (185, 0.6, 0.06, 0.5, 0.10, 0.7, 900, 9000),
    "brush": (170, 0.2, 0.03, 0.1, 0.16, 0.3, 2000, 11000),
    "clap": (900, 0.0, 0.01, 0.1, 0.09, 0.8, 900, 5000),
    "rim": (1700, 0.1, 0.012, 0.6, 0.01, 0.3, 1500, 9000),
    "hat": (8000, 0.0, 0.01, 0.02, 0.025, 0.5, 7000, 16000),
    "open": (8000, 0.0, 0.01, 0.02, 0.20, 0.4, 6500, 16000),
    "ride": (5200, 0.0, 0.20, 0.10, 0.28, 0.2, 6000, 14000),
    "shaker": (6000, 0.0, 0.01, 0.0, 0.045, 0.35, 4500, 12000),
    "dum": (85, 0.5, 0.22, 0.9, 0.01, 0.3, 300, 2000),
    "tek": (420, 0.2, 0.05, 0.6, 0.03, 0.4, 2500, 9000),
    "ess": (5000, 0.0, 0.01, 0.0, 0.07, 0.25, 3500, 9000),
    "blast": (70, 0.3, 0.50, 0.3, 0.50, 0.6, 200, 9000),
}


def note(name: str, midi: float, seconds: float, variant: int, rng: np.random.Generator) -> np.ndarray:
    """One note of a voice, float32, ``seconds`` plus a short release long; ``variant`` is the vowel of a sung one."""
    make, attack, decay, numbers = VOICES[name]
    t = np.arange(int((seconds + 0.08) * RATE), dtype="f4") / np.float32(RATE)
    if name in SUNG:
        numbers = numbers | {"vowel": variant}
    sound = make(440 * 2 ** ((midi - 69) / 12), t, rng, **numbers) * np.minimum(t / attack, 1) * np.exp(t / -decay)
    fade = int(0.06 * RATE)
    sound[-fade:] *= np.linspace(1, 0, fade, dtype="f4")
    return sound


def drum(name: str, rng: np.random.Generator) -> np.ndarray:
    """One stroke of a drum, float32, tuned a little by chance."""
    pitch, fall, ring, tone, dry, noise, above, below = DRUMS[name]
    t = np.arange(int(6 * max(ring, dry) * RATE), dtype="f4") / np.float32(RATE)
    tuned = pitch * rng.uniform(0.92, 1.09)
    body = np.sin(2 * np.pi * tuned * (t + fall * ring / 2 * (1 - np.exp(-t * 2 / ring)))) * np.exp(-t / ring)
    band = signal.butter(2, [above, below], "band", fs=RATE, output="sos")
    air = signal.sosfilt(band, rng.standard_normal(len(t), dtype="f4")) * np.exp(-t / dry)
    return (tone * body + noise * air).astype("f4")
