"""Score candidate pairs of FMA tracks and TikTok sounds.

A pair is scored on its title and on its artist separately, so that a reader of ``core.track_match`` can see why two
recordings were linked; a small logistic model makes one probability of them. Texts are compared by their words, weighed
by how rare they are, and by their runs of three letters, which survive a slip of the pen.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix

from etl.matching.normalise import normalise, strip_extras
from etl.matching.vocabulary import Vocabulary

PAIR = ["track_title", "track_artist", "sound_title", "sound_artist"]
FEATURES = ["title_score", "artist_score", "artist_unknown", "total_score", "versions_differ", "numbers_differ"]
SCORES = ["title_score", "artist_score", "total_score", "probability"]
NAMED_BY_CHANCE = 0.3  #: share of an artist's words that a title may hold without naming the artist
THRESHOLD = 0.5  #: a pair at least as likely as not is a match; fixed before any held-out half was looked at

#: What stands in an artist's field when nobody is named.
NOBODY = {"", "unknown", "unknown artist", "artist unknown", "various", "various artists", "va", "null", "none", "nan"}
NOBODY |= {"n a", "na", "anonymous"}

#: Words beside a title that are no part of it, once the artist's name is taken out: "… by … slowed and reverb".
FILLER = {"by", "feat", "ft", "featuring", "prod", "official", "audio", "video", "lyrics", "lyric", "hd", "hq", "tiktok"}
VERSION_WORDS = {"remix", "rmx", "mix", "live", "acoustic", "instrumental", "demo", "karaoke", "cover", "mashup", "edit"}
VERSION_WORDS |= {"slowed", "sped", "nightcore", "reverb", "remaster", "remastered", "intro", "outro", "interlude", "reprise"}


@dataclass(frozen=True)
class Model:
    """A logistic regression over ``FEATURES``."""

    intercept: float
    weights: dict[str, float]

    def probability(self, features: pd.DataFrame) -> np.ndarray:
        """The probability of a match for each row, in [0, 1]."""
        # column by column: a matrix product may sum in another order for another number of rows
        logit = np.full(len(features), self.intercept)
        for name, weight in self.weights.items():
            logit += features[name].to_numpy(float) * weight
        return 1 / (1 + np.exp(-logit))


def shipped_model() -> Model:
    """The model in ``model.json``, made by ``etl.matching.train``; the file says from what."""
    kept = json.loads(files("etl.matching").joinpath("model.json").read_text())
    return Model(kept["intercept"], kept["weights"])


def score(pairs: pd.DataFrame, vocabulary: Vocabulary, model: Model | None = None) -> pd.DataFrame:
    """Add how alike the two sides of each pair are: ``SCORES``, float32 in [0, 1].

    Args:
        pairs: texts as their sources wrote them, in the columns ``PAIR``; an artist may be "".
    Returns:
        the pairs with title_score, artist_score, total_score (title and artist together) and probability.
        artist_score is null when a side names no artist and the other side's is not in its title: nothing to compare
        is not a mismatch.
    """
    features = describe(pairs, vocabulary)
    features["probability"] = (model or shipped_model()).probability(features)
    features["artist_score"] = features["artist_score"].mask(features["artist_unknown"] == 1)
    return pairs.assign(**features[SCORES].astype(np.float32))


def describe(pairs: pd.DataFrame, vocabulary: Vocabulary) -> pd.DataFrame:
    """The ``FEATURES`` of each pair, float64 in [0, 1]; artist_score is 0 where artist_unknown is 1.

    An artist found in the other side's title counts as named there: uploaders write "Artist - Title" in the title and
    themselves in the artist's field. Those words are then no part of the title, and the uploader no part of the total.
    """
    track, sound = (_Side(pairs[f"{side}_title"], pairs[f"{side}_artist"]) for side in ("track", "sound"))
    texts = _Texts(vocabulary, *(form for side in (track, sound) for form in (side.title, side.plain, side.artist)))

    beside_track = texts.without(sound.title, track.plain)  # what the sound's title says beside the track's
    beside_sound = texts.without(track.title, sound.plain)
    same_name = texts.alike(track.artist, sound.artist)
    artist = np.maximum.reduce(
        [
            same_name,
            _share(texts.words(track.artist), beside_track.maximum(texts.words(sound.artist))),
            _share(texts.words(sound.artist), beside_sound.maximum(texts.words(track.artist))),
        ]
    )
    artist_unknown = ((track.artist == "") | (sound.artist == "")) & (artist < NAMED_BY_CHANCE)

    track_free, sound_free = _without_names(track, sound), _without_names(sound, track)
    title = np.maximum.reduce(
        [
            texts.alike(track.title, sound.title),
            texts.alike(track_free, sound_free),
            texts.alike(track.head, sound.plain),
            texts.alike(track.plain, sound.head),
        ]
    )

    uploads = (same_name < 0.5) & (_share(texts.words(track.artist), beside_track) > 0.8)
    uploads_track = (same_name < 0.5) & (_share(texts.words(sound.artist), beside_sound) > 0.8)
    total = texts.alike(
        track.title + " " + np.where(uploads_track, "", track.artist),
        sound.title + " " + np.where(uploads, "", sound.artist),
    )
    return pd.DataFrame(
        {
            "title_score": title,
            "artist_score": np.where(artist_unknown, 0, artist),
            "artist_unknown": artist_unknown.astype(float),
            "total_score": total,
            "versions_differ": [float(a != b) for a, b in zip(track.versions, sound.versions, strict=True)],
            "numbers_differ": [float(bool(a and b) and a.isdisjoint(b)) for a, b in zip(track.numbers, sound.numbers, strict=True)],
        },
        index=pairs.index,
    )


class _Side:
    """One side of the pairs: arrays with an entry a pair."""

    def __init__(self, titles: pd.Series, artists: pd.Series) -> None:
        code, unique = pd.factorize(titles)
        core = [strip_extras(title, keep_brackets=True) for title in unique]
        plain = [strip_extras(title) for title in unique]
        self.title = _array(map(normalise, core))[code]
        self.plain = _array(map(normalise, plain))[code]
        self.head = _array(normalise(re.split(r"\s[-–—]\s", title)[0]) for title in plain)[code]  # "Title - Album"
        self.versions = _array(VERSION_WORDS.intersection(normalise(title).split()) for title in unique)[code]
        self.numbers = _array({n.lstrip("0") for n in re.findall(r"\d+", title)} for title in plain)[code]
        code, unique = pd.factorize(artists)
        names = [normalise(strip_extras(name)) for name in unique]
        self.artist = _array("" if name in NOBODY else name for name in names)[code]


def _without_names(side: _Side, other: _Side) -> np.ndarray:
    """The titles without filler words and, where they name the other side's artist, without both artists' names."""
    free = []
    for title, own, named in zip(side.plain, side.artist, other.artist, strict=True):
        words, names = title.split(), set(named.split())
        drop = FILLER | names | set(own.split()) if not names.isdisjoint(words) else FILLER
        free.append(" ".join([word for word in words if word not in drop]) or title)
    return _array(free)


class _Texts:
    """Compares normalised texts, given as arrays of equal length, row by row.

    A text is a row of a sparse matrix: its words, each weighing the square of its idf, or its runs of three letters.
    The columns are in the order of the alphabet, so sums come out the same to the bit whatever else is in the batch.
    """

    def __init__(self, vocabulary: Vocabulary, *forms: np.ndarray) -> None:
        words = sorted({word for form in forms for text in pd.unique(form) for word in text.split()})
        self._column = {word: column for column, word in enumerate(words)}
        known, unknown = vocabulary.place, vocabulary.unknown_idf
        idf = [vocabulary.idf[known[word]] if word in known else unknown for word in words]
        self._weight = np.array(idf, float) ** 2

    def words(self, texts: np.ndarray) -> csr_matrix:
        """A row of word weights for each text."""
        code, unique = pd.factorize(texts)
        lists = [sorted({self._column[word] for word in text.split()}) for text in unique]
        ends = np.cumsum([0, *map(len, lists)])
        column = np.fromiter((column for columns in lists for column in columns), np.int64, ends[-1])
        return csr_matrix((self._weight[column], column, ends), shape=(len(lists), len(self._weight)))[code]

    def without(self, texts: np.ndarray, others: np.ndarray) -> csr_matrix:
        """The word weights of each text but for the words of the other."""
        words = self.words(texts)
        return words - words.minimum(self.words(others))

    def alike(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """How alike two texts are, in [0, 1]: the mean of the cosines of their words and of their runs of letters."""
        both, code = np.unique(pd.factorize(np.r_[left, right])[0].reshape(2, -1), axis=1, return_inverse=True)
        unique = pd.unique(np.r_[left, right])
        left, right = unique[both[0]], unique[both[1]]
        return (_cosine(self.words(left), self.words(right)) + _cosine(_runs(left), _runs(right)))[code] / 2


def _runs(texts: np.ndarray, length: int = 3) -> csr_matrix:
    """Mark the runs of letters of each text, spaces left out ("En dless" is "Endless"), with an edge at both ends."""
    code, unique = pd.factorize(texts)
    edged = [f" {text.replace(' ', '')} " for text in unique]
    letters = _LETTER[np.frombuffer("".join(edged).encode(), np.uint8)]
    runs = len(letters) - length + 1
    number = sum(letters[i : i + max(runs, 0)] * len(_ALPHABET) ** (length - 1 - i) for i in range(length))
    row = np.repeat(np.arange(len(unique)), [len(text) for text in edged])
    whole = row[: max(runs, 0)] == row[length - 1 :]
    marks = csr_matrix((np.ones(whole.sum()), (row[: max(runs, 0)][whole], number[whole])), shape=(len(unique), len(_ALPHABET) ** length))
    marks.data[:] = 1  # a run counts once a text
    return marks[code]


_ALPHABET = " 0123456789abcdefghijklmnopqrstuvwxyz"
_LETTER = np.zeros(128, np.int64)
_LETTER[[ord(letter) for letter in _ALPHABET]] = np.arange(len(_ALPHABET))


def _cosine(left: csr_matrix, right: csr_matrix) -> np.ndarray:
    """Row by row, for marks of one weight a column; 0 where a row is empty."""
    length = np.sqrt(_sum(left) * _sum(right))
    return np.minimum(_sum(left.minimum(right)) / np.where(length > 0, length, 1), 1)


def _share(part: csr_matrix, whole: csr_matrix) -> np.ndarray:
    """How much of the weight of ``part`` lies on what ``whole`` has too, row by row; 0 where a row is empty."""
    weight = _sum(part)
    return _sum(part.minimum(whole)) / np.where(weight > 0, weight, 1)


def _sum(rows: csr_matrix) -> np.ndarray:
    return np.asarray(rows.sum(axis=1)).ravel()


def _array(values: Iterable) -> np.ndarray:
    """An array of objects, of any kind."""
    values = list(values)
    array = np.empty(len(values), object)
    array[:] = values
    return array
