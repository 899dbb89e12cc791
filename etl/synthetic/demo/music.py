"""Plays the invented music: a genre's recipe, an artist's habits and a track's own chance become a clip.

The artist's chance fixes tempo, key, groove and voices; the track's own fixes chords, tune and rhythm, so that the
tracks of an artist sound alike and no two are the same.
"""

import io
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import soundfile
from scipy import signal

from etl.synthetic import chance
from etl.synthetic.demo.instruments import RATE, SUNG, VOWELS, drum, note
from etl.synthetic.demo.recipes import RECIPES, SCALES, Layer, Recipe

SECONDS = 30.0
MIXED = 0.3  #: share of tracks that borrow a player or the drums from the genre's kin


def mp3(seed: int, genre: str, artist_id: int, track_id: int, seconds: float = SECONDS) -> bytes:
    """The track's clip as an mp3 file, mono, 44.1 kHz; the same bytes for the same version of libsndfile."""
    file = io.BytesIO()
    clip = render(seed, genre, artist_id, track_id, seconds)
    # variable rate: half the CPU of a constant rate, and mono half of stereo
    soundfile.write(file, clip, RATE, format="MP3", compression_level=0.75, bitrate_mode="VARIABLE")
    return file.getvalue()


def render(seed: int, genre: str, artist_id: int, track_id: int, seconds: float = SECONDS) -> np.ndarray:
    """The track's clip, float32 in [-1, 1], shape (seconds × 44 100,)."""
    artist, track = chance(seed, "artist", artist_id), chance(seed, "track", track_id)
    recipe = _mixed(RECIPES[genre], track)
    groove = recipe.grooves[artist.integers(len(recipe.grooves))]
    tempo = np.interp(artist.random() + track.uniform(-0.1, 0.1), (0, 1), recipe.tempo)
    key = int(artist.integers(12)) - 5 + int(track.choice([0, 0, 5, -2]))
    scale = SCALES[recipe.scales[artist.integers(len(recipe.scales))]]
    chords = recipe.chords[track.integers(len(recipe.chords))]
    band = [replace(layer, voice=str(artist.choice(layer.voice.split("|")))) for layer in recipe.layers]
    gains = artist.uniform(0.7, 1.3, len(band)) * track.uniform(0.85, 1.15, len(band))

    steps = len(band[0].rhythm)
    step = 60 / tempo / (4 if steps == 16 else 3)  # seconds
    bars = int(np.ceil(seconds / (step * steps)))
    mix = np.zeros(int((seconds + 12) * RATE), "f4")
    rests = track.integers(len(band) * 2, size=bars // 4 + 1)  # in half of all four-bar phrases one player rests
    for player, (layer, gain) in enumerate(zip(band, gains, strict=True)):
        notes: dict[tuple, np.ndarray] = {}
        for bar, at, length, pitches in _score(layer, bars, chords, scale, recipe, track):
            if rests[bar // 4] == player:
                continue
            start = _time(bar * steps + at, step, recipe.swing if steps == 16 else 0)
            loud = gain * layer.gain * track.uniform(0.8, 1.0) * (1 if at % 4 else 1.15) / len(pitches) ** 0.5
            for pitch in pitches:
                vowel = int(track.integers(len(VOWELS))) if layer.voice in SUNG else 0
                sort = (pitch, length, vowel)
                if sort not in notes:
                    notes[sort] = note(layer.voice, 12 * (layer.octave + 1) + key + pitch, length * step, vowel, track)
                _add(mix, notes[sort], start, loud)
    hits = _drums(mix, groove, bars, steps, step, recipe.swing, artist, track)
    return _master(mix, recipe, hits, step * 4, int(seconds * RATE), track)


def _mixed(recipe: Recipe, rng: np.random.Generator) -> Recipe:
    kin = RECIPES[recipe.kin]
    same_bar = len(kin.layers[0].rhythm) == len(recipe.layers[0].rhythm)
    if rng.random() > MIXED or not same_bar:
        return recipe
    if rng.random() < 0.5:
        return replace(recipe, grooves=kin.grooves, drive=kin.drive, tempo=kin.tempo)
    return replace(recipe, layers=(*recipe.layers[:-1], kin.layers[rng.integers(len(kin.layers))]))


PICKS: dict[str, Callable] = {  # (chord's degree, how many notes before in the bar, motif's degree, rng) → degrees
    "chord": lambda chord, i, motif, rng: [chord, chord + 2, chord + 4],
    "chord7": lambda chord, i, motif, rng: [chord, chord + 2, chord + 4, chord + 6],
    "power": lambda chord, i, motif, rng: [chord, chord + 4, chord + 7],
    "root": lambda chord, i, motif, rng: [chord + 4 * (i % 4 == 3)],
    "drone": lambda chord, i, motif, rng: [0],
    "walk": lambda chord, i, motif, rng: [chord + (0, 2, 4, 5, 4, 2, 1, 2)[i % 8]],
    "arp": lambda chord, i, motif, rng: [chord + (0, 4, 2, 7, 4, 2, 7, 9)[i % 8]],
    "tune": lambda chord, i, motif, rng: [chord + motif],
    "riff": lambda chord, i, motif, rng: [motif],
    "any": lambda chord, i, motif, rng: [int(rng.integers(-6, 18))],
    "talk": lambda chord, i, motif, rng: [int(7 - 0.6 * i + rng.integers(-1, 3))],  # the pitch falls in a sentence
}


def _score(layer: Layer, bars: int, chords: tuple, scale: tuple, recipe: Recipe, rng: np.random.Generator):
    """Every note of a player: (bar, step in the bar, length in steps, pitches in semitones above the key)."""
    if layer.pick == "riff":  # five notes of the scale that suit every chord, so a riff need not follow them
        five = (0, 1, 2, 4, 5) if 4 in scale else (0, 2, 3, 4, 6)
        scale = SCALES["blues"] if recipe.blue else tuple(scale[i] for i in five)
    if layer.pick == "talk":
        scale = SCALES["chromatic"]
    pick = PICKS["chord7" if layer.pick == "chord" and recipe.sevenths else layer.pick]
    size = len(layer.rhythm)
    sure = [sign == "x" or (sign == "?" and rng.random() < 0.5) for sign in layer.rhythm * 2]  # a phrase of two bars
    walk = np.cumsum(rng.choice([-2, -1, -1, 0, 1, 1, 2], len(sure)))
    motif = np.where(np.arange(len(sure)) % 4 == 0, walk // 2 * 2, walk) % 8  # chord notes fall on the beat
    for bar in range(bars):
        played = 0
        for at in range(size):
            place = bar % 2 * size + at
            if sure[place]:
                rest = layer.rhythm[at + 1 :]
                degrees = pick(chords[bar % len(chords)], played, int(motif[place]), rng)
                pitches = [scale[d % len(scale)] + 12 * (d // len(scale)) for d in degrees]
                if layer.pick == "chord":  # within one octave: the voices then move little from chord to chord
                    pitches = [pitch % 12 for pitch in pitches]
                yield bar, at, 1 + len(rest) - len(rest.lstrip("-")), pitches
                played += 1


def _drums(mix, groove, bars, steps, step, swing, artist, track) -> list[int]:
    """Play the groove into the mix; the samples at which the first drum was struck."""
    struck: list[int] = []
    for name, pattern in groove.items():
        stroke, loud = drum(name, artist), artist.uniform(0.5, 0.9)
        for place in range(bars * steps):
            sign = pattern[place % steps]
            if sign in "xX" or (sign == "?" and track.random() < 0.4):
                start = _time(place, step, swing if steps == 16 else 0)
                _add(mix, stroke, start, loud * track.uniform(0.6, 1) * (1.2 if sign == "X" else 1))
                if name == next(iter(groove)):
                    struck.append(start)
    return struck


def _time(place: int, step: float, swing: float) -> int:
    return int((place + swing * (place % 2)) * step * RATE)


def _add(mix: np.ndarray, sound: np.ndarray, start: int, gain: float) -> None:
    room = max(0, min(len(sound), len(mix) - start))
    mix[start : start + room] += np.float32(gain) * sound[:room]


def _master(mix, recipe: Recipe, hits: list[int], beat: float, size: int, rng) -> np.ndarray:
    """Drive, filters, echo, room, hiss and level, in that order."""
    mix = mix[:size]
    if recipe.duck and hits:
        dip = 1 - recipe.duck * np.exp(-np.arange(int(beat * RATE)) / (0.12 * RATE)).astype("f4")
        for start in hits:
            mix[start : start + len(dip)] *= dip[: max(0, size - start)]
    if recipe.drive:
        mix = np.tanh(mix * (1 + recipe.drive) / (mix.std() * 3 + 1e-9))
    if recipe.echo:
        for times in (1, 2, 3):
            late = int(times * 0.75 * beat * RATE)
            mix[late:] += mix[:-late] * np.float32(0.6 * recipe.echo**times)
    for edge, kind in ((recipe.above, "high"), (recipe.below, "low")):
        if edge:
            mix = signal.sosfilt(signal.butter(2, edge * rng.uniform(0.85, 1.15), kind, fs=RATE, output="sos"), mix)
    wet = mix.astype("f4")
    for late in (rng.uniform(0.011, 0.12, 10) * RATE).astype(int):
        wet[late:] += mix[:-late] * np.float32(recipe.room * rng.choice([-0.3, 0.3]) * np.exp(-late / RATE * 12))
    if recipe.swell:
        wet *= 1 - recipe.swell / 2 * (1 + np.cos(np.linspace(0, 2 * np.pi * rng.uniform(1, 2.5), size, dtype="f4")))
    wet *= np.float32(recipe.level * rng.uniform(0.75, 1.25) / (wet.std() + 1e-9))
    if recipe.hiss:
        noise = rng.standard_normal(RATE * 4, dtype="f4")
        noise += (rng.random(len(noise)) < 12 / RATE) * np.float32(25 * rng.random())  # crackle
        wet += np.resize(noise, size) * np.float32(recipe.hiss * recipe.level)
    return np.tanh(wet)
