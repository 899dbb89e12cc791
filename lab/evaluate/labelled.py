"""Sets of tracks with labels and artists, for measuring similarity: described audio, or numbers published by others."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import soundfile

from etl.audio.decode import Signal, decode
from etl.audio.features import FEATURE_NAMES, describe_alike
from etl.errors import AudioError, SourceMalformed, SourceMissing
from etl.synthetic.demo import music
from etl.synthetic.demo.recipes import RECIPES

COLUMNS = ("file", "label", "artist")
CUT_S, QUIETER, KBIT = 5, 0.5, 64  #: what a clip has to be recognised through; half as loud is 6 dB
#: A track of unknown artist that lies this near to another one in FMA's numbering was uploaded with it. Of 1,547 pairs
#: of known artists so near, 91 in 100 are by one artist; from 50 on it is 2 in 100.
NEAR_IDS = 20
#: As in the demo: 192 clips.
MADE_SEED, MADE_ARTISTS, MADE_TRACKS = 1, 4, 3


@dataclass(frozen=True)
class Labelled:
    """A set of tracks."""

    name: str  #: a word for figures
    about: str  #: what it is, in a sentence
    features: np.ndarray  #: float32, shape (n_tracks, 245); numbers that are not known are 0 for all
    labels: np.ndarray  #: text
    artists: np.ndarray  #: text, one for each; tracks of one are not compared under the artist filter
    worse: np.ndarray | None = None  #: described after re-encoding, shape of ``features``; nan where that cannot be
    kbit_s: float = 0.0  #: what the re-encoded files really have
    whole: bool = True  #: all 245 numbers are known


class Clip(NamedTuple):
    """Where a clip's sound comes from, and what is known of it."""

    name: str
    label: str
    artist: str
    sound: Callable[[], Signal]


class Heard(NamedTuple):
    """A clip's numbers, those of its worse copy, and that file's bit rate; or why there are none."""

    features: np.ndarray | None
    worse: np.ndarray | None = None
    kbit_s: float = 0.0
    reason: str = ""


def from_csv(path: Path, workers: int = 1) -> tuple[Labelled, list[str]]:
    """Describe the clips that a table of ``file,label,artist`` names.

    Args:
        path: the table; a file in it is absolute, or relative to the table's folder.
        workers: processes that describe.

    Returns:
        the set, and a line for each clip that cannot be described and is left out.

    Raises:
        SourceMissing: no such table, or nothing in it can be described.
        SourceMalformed: a column is missing.
    """
    if not path.is_file():
        raise SourceMissing(path, "there is no such file", f"Name a CSV with the columns {', '.join(COLUMNS)}.")
    try:
        table = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""))
        if missing := [column for column in COLUMNS if column not in (table.fieldnames or [])]:
            reason = f"the column {missing[0]} is missing"
            raise SourceMalformed(path, reason, f"Give it the columns {', '.join(COLUMNS)}.")
        rows = [{column: (row[column] or "").strip() for column in COLUMNS} for row in table]
    except (UnicodeDecodeError, csv.Error) as error:
        raise SourceMalformed(path, f"it is no CSV in UTF-8 ({error})", "Save it as CSV in UTF-8.") from error
    clips = [
        Clip(
            row["file"],
            row["label"],
            row["artist"] or f"the artist of {row['file']}",
            partial(_file, path.parent / row["file"]),
        )
        for row in rows
    ]
    tracks, left_out = _described("labels", f"the clips of {path.name}", clips, workers)
    if tracks is None:
        raise SourceMissing(path, "no clip in it can be described", f"The first: {(left_out or ['it has no rows'])[0]}")
    return tracks, left_out


def real_clips(data: Path, workers: int = 1) -> Labelled:
    """The clips of free music: 67 from Debian packages, labelled by package, and 10 of the FMA."""
    with (data / "music_cc" / "labels.csv").open(newline="", encoding="utf-8") as file:
        clips = [
            Clip(
                row["clip"],
                row["weak_genre_by_package"].replace("Rock/Metal (unverified)", "Metal"),
                row["artist_tag"] or row["debian_package"],
                partial(_file, data / "music_cc" / row["clip"]),
            )
            for row in csv.DictReader(file)
        ]
    with (data / "fma" / "clips.csv").open(newline="", encoding="utf-8") as file:
        folder = data / "fma" / "fma_small"
        clips += [
            Clip(row["file"], row["genre_top"], row["artist"], partial(_file, folder / row["file"][:3] / row["file"]))
            for row in csv.DictReader(file)
        ]
    about = "clips of free music from Debian packages and of the FMA, with weak labels (a package's genre)"
    tracks, _ = _described("clips", about, clips, workers)
    if tracks is None:
        raise SourceMissing(data, "no clip in it can be described", "Copy the data again.")
    return tracks


def made_clips(artists: int = MADE_ARTISTS, tracks: int = MADE_TRACKS, workers: int = 1) -> Labelled:
    """Invented music of the demo: of each of 16 genres some artists, of each artist some tracks."""
    clips = [
        Clip(f"{genre} {artist}.{track}", genre, f"{genre} {artist}", partial(_made, genre, artist, track, number))
        for number, genre in enumerate(sorted(RECIPES))
        for artist in range(artists)
        for track in range(tracks)
    ]
    about = f"made clips as in the demo: 16 invented genres, {artists} artists of each, {tracks} tracks of each artist"
    found, _ = _described("made", about, clips, workers)
    assert found is not None  # made music has sound in it
    return found


def published(data: Path) -> list[Labelled]:
    """The 140 MFCC numbers of 2,000 FMA tracks: by top genre (two), and by sub-genre with at most 40 tracks of each.

    Artists are known for a third. Others are by one artist where their numbers follow closely (``NEAR_IDS``).
    """
    folder = data / "fma"
    with (folder / "mfcc_2000_features.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    names = ["_".join(parts) for parts in zip(*(row[1:] for row in rows[:3]), strict=True)]
    body = [row for row in rows[3:] if row[0].isdigit() and all(row)]  # a few tracks have no numbers
    features = np.zeros((len(body), len(FEATURE_NAMES)), np.float32)
    features[:, [FEATURE_NAMES.index(name) for name in names]] = [[float(value) for value in row[1:]] for row in body]
    numbers = [int(row[0]) for row in body]
    genre = {int(row["track_id"]): row["genre"] for row in _rows(folder / "mfcc_2000_tracks.csv")}
    top = {row["genre_id"]: row["top_level"] for row in _rows(folder / "fma_metadata" / "genres.csv")}
    named = {
        int(row["track_id"]): (row["artist_name"] or row["artist_name_lc"]).casefold()
        for row in _rows(folder / "catalogue_48k.csv")
    }
    artists = np.array(_artists(numbers, named))
    heard = features.std(axis=1) > 0
    tops = np.array([top.get(genre[number], "") for number in numbers])
    subs = np.array([genre[number] for number in numbers])
    few = heard & _at_most(subs, 40, 20)
    heard &= tops != ""
    what = "140 published MFCC numbers of FMA tracks (no chroma, no brightness)"
    return [
        Labelled(
            "fma_top", f"{what}, labelled Hip-Hop or Rock", features[heard], tops[heard], artists[heard], whole=False
        ),
        Labelled(
            "fma_sub", f"{what}, by sub-genre, 40 of each at most", features[few], subs[few], artists[few], whole=False
        ),
    ]


def worse(signal: Signal) -> tuple[bytes, float]:
    """The clip 5 s shorter at its start, 6 dB quieter, as an mp3 of 64 kbit/s; and the file's real rate in kbit/s.

    libsndfile takes no bit rate but a level from 0 to 1, linear in it: 320 to 32 kbit/s from 32 kHz on, 160 to 8 below;
    lame takes the nearest rate that exists.
    """
    samples = signal.samples[int(CUT_S * signal.rate) :] * np.float32(QUIETER)
    most, least = (320, 32) if signal.rate >= 32_000 else (160, 8)
    file = io.BytesIO()
    level = (most - KBIT) / (most - least)
    soundfile.write(file, samples, signal.rate, format="MP3", bitrate_mode="CONSTANT", compression_level=level)
    return file.getvalue(), len(file.getvalue()) * 8 / 1000 / (len(samples) / signal.rate)


def _described(name: str, about: str, clips: Sequence[Clip], workers: int) -> tuple[Labelled | None, list[str]]:
    sounds = [(clip.name, clip.sound) for clip in clips]
    if workers > 1:
        with ProcessPoolExecutor(workers) as pool:
            heard = list(pool.map(_hear, sounds, chunksize=4))
    else:
        heard = list(map(_hear, sounds))
    kept = [(clip, one) for clip, one in zip(clips, heard, strict=True) if one.features is not None]
    left_out = [one.reason for one in heard if one.features is None]
    if not kept:
        return None, left_out
    nothing = np.full(len(FEATURE_NAMES), np.nan, np.float32)
    rates = [one.kbit_s for _, one in kept if one.worse is not None]
    tracks = Labelled(
        name,
        about,
        np.array([one.features for _, one in kept]),
        np.array([clip.label for clip, _ in kept]),
        np.array([clip.artist for clip, _ in kept]),
        np.array([nothing if one.worse is None else one.worse for _, one in kept]),
        float(np.mean(rates)) if rates else 0.0,
    )
    return tracks, left_out


def _hear(clip: tuple[str, Callable[[], Signal]]) -> Heard:
    name, sound = clip
    try:
        signal = sound()
        description = describe_alike(signal, name)
    except (AudioError, OSError) as error:
        return Heard(None, reason=f"{name}: {getattr(error, 'reason', None) or error}")
    if description.silent:
        return Heard(None, reason=f"{name}: it is silent")
    try:
        data, rate = worse(signal)
        return Heard(description.features, describe_alike(decode(data, name), name).features, rate)
    except (AudioError, soundfile.SoundFileError):  # shorter than what is cut off, or a rate that mp3 has not
        return Heard(description.features)


def _file(path: Path) -> Signal:
    return decode(path.read_bytes(), path.name)


def _made(genre: str, artist: int, track: int, number: int) -> Signal:
    """The clip as the demo has it, which is an mp3 file."""
    artist_id = 100 * number + artist
    return decode(music.mp3(MADE_SEED, genre, artist_id, 10 * artist_id + track), f"{genre} {artist_id}")


def _rows(path: Path) -> Iterable[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def _artists(numbers: Sequence[int], named: dict[int, str]) -> list[str]:
    """An artist for each FMA number: the known one, else that of the run of near numbers it lies in."""
    artist: dict[int, str] = {}
    run, before = "", -NEAR_IDS - 1
    for number in sorted(numbers):
        known = named.get(number, "")
        near = number - before <= NEAR_IDS
        run = known if known else run if near else f"with {number}"
        artist[number], before = run, number
    return [artist[number] for number in numbers]


def _at_most(labels: np.ndarray, most: int, least: int) -> np.ndarray:
    """Which tracks to keep so that each label has at least ``least`` and at most ``most`` of them, chosen at random."""
    kept = np.zeros(len(labels), bool)
    for label in np.unique(labels):
        own = np.flatnonzero(labels == label)
        if len(own) >= least:
            kept[np.random.default_rng(0).permutation(own)[:most]] = True
    return kept
