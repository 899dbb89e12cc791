"""Score candidate pairs of FMA tracks and TikTok sounds.

A pair is scored on its title and on its artist separately, so that a reader of ``core.track_match`` can see why two
recordings were linked; a small logistic model makes one probability of them. Texts are compared by their words, weighed
by how rare they are, and by their runs of three letters, which survive a slip of the pen.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix

from etl.matching.normalise import normalise, strip_extras, strip_guests
from etl.matching.vocabulary import Vocabulary

PAIR = ["track_title", "track_artist", "sound_title", "sound_artist"]
FEATURES = ["both_score", "total_score", "artist_unknown", "words_differ", "versions_differ", "numbers_differ"]
SCORES = ["title_score", "artist_score", "total_score", "probability"]
NAMED = 0.5  #: share of an artist's words from which on a title names the artist,
SAME_PIECE = 0.4  #: provided that the titles are so much alike: else they share a word by chance
THRESHOLD = 0.5  #: a pair at least as likely as not is a match; not tuned

#: What stands in an artist's field when nobody is named.
NOBODY = {"", "unknown", "unknown artist", "artist unknown", "various", "various artists", "va", "null", "none", "nan"}
NOBODY |= {"n a", "na", "anonymous"}

#: Words of a version that make no other version of the piece.
SAME_VERSION = {"explicit", "clean", "official", "audio", "video", "version", "album", "original", "single", "lyrics"}
#: Words beside a title that are no part of it, once the artist's name is taken out: "… by … slowed and reverb".
FILLER = SAME_VERSION | {"by", "lyric", "hd", "hq", "tiktok", "slowed", "sped", "speed", "up", "down", "reverb", "edit"}
FILLER |= {"nightcore", "remix", "rmx", "mashup", "cover"}


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


@cache
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
    """Compare the two sides of each pair in what is true of titles and artists anywhere.

    An artist found in the other side's title counts as named there: uploaders write "Artist - Title" in the title and
    themselves in the artist's field. Those words are then no part of the title, and the uploader no part of the total.

    Returns:
        float64 in [0, 1], one row a pair: title_score, artist_score (0 where unknown), and the ``FEATURES``:
        both_score      harmonic mean of the two: one without the other is little; the title alone where artist_unknown
        total_score     title and artist as one text
        artist_unknown  1: a side names no artist, and the other side's is not in its title
        words_differ    how heavy a word both titles have that is not in the other ("Night Train", "Night Walk")
        versions_differ share of the words that tell a version ("live", "so-and-so's remix") that only one side has
        numbers_differ  1: both titles hold numbers and none in common (Prelude 5, Prelude 9)
    """
    track, sound = (_Side(pairs[f"{side}_title"], pairs[f"{side}_artist"]) for side in ("track", "sound"))
    texts = _Texts(vocabulary, [*track.forms, *sound.forms])

    track_free, sound_free = _without_names(track, sound), _without_names(sound, track)
    title = np.maximum.reduce(
        [
            texts.alike(track.title, sound.title),
            texts.alike(track_free, sound_free),
            texts.alike(track.head, sound.plain),
            texts.alike(track.plain, sound.head),
        ]
    )
    same_name = texts.alike(track.artist, sound.artist)
    in_sound, in_track = (
        np.where((title >= SAME_PIECE) & (share >= NAMED), share, 0)
        for share in (
            texts.named(track.artist, sound.whole, track.plain),
            texts.named(sound.artist, track.whole, sound.plain),
        )
    )
    artist = np.maximum.reduce([same_name, texts.contained(track.artist, sound.artist), in_sound, in_track])
    unknown = ((track.artist == "") | (sound.artist == "")) & (artist == 0)
    total = texts.alike(
        track.title + " " + np.where((in_track > 0) & (same_name < NAMED), "", track.artist),
        sound.title + " " + np.where((in_sound > 0) & (same_name < NAMED), "", sound.artist),
    )
    return pd.DataFrame(
        {
            "title_score": title,
            "artist_score": artist,
            "both_score": np.where(unknown, title, 2 * title * artist / np.maximum(title + artist, 1e-9)),
            "total_score": total,
            "artist_unknown": unknown.astype(float),
            "words_differ": texts.differ(track_free, sound_free),
            "versions_differ": np.fromiter(map(_apart, track.version, sound.version), float, len(pairs)),
            "numbers_differ": np.fromiter(map(_disjoint, track.numbers, sound.numbers), float, len(pairs)),
        },
        index=pairs.index,
    )


class _Side:
    """One side of the pairs: arrays with an entry a pair."""

    def __init__(self, titles: pd.Series, artists: pd.Series) -> None:
        code, unique = _distinct(titles)
        title = [normalise(strip_extras(text, keep_brackets=True)) for text in unique]
        short = [strip_extras(text) for text in unique]
        plain = [normalise(text) for text in short]
        head = [normalise(_HEAD.split(text)[0]) for text in short]  # "Title - Album"
        self.whole = _array(map(normalise, unique))[code]
        self.title, self.plain, self.head = (_array(form)[code] for form in (title, plain, head))
        self.version = _array(map(_version, unique, title))[code]
        self.numbers = _array({n.lstrip("0") for n in re.findall(r"\d+", text)} for text in plain)[code]
        code, unique = _distinct(artists)
        names = (normalise(strip_extras(text)) for text in unique)
        self.artist = _array("" if name in NOBODY else name for name in names)[code]
        self.forms = [self.whole, self.title, self.plain, self.head, self.artist]


_HEAD = re.compile(r"\s[-–—]\s")


def _version(title: str, core: str) -> set[str]:
    """The words that tell which version of the piece it is: those taken off the title, but for guests and numbers."""
    words = set(normalise(strip_guests(title)).split()) - set(core.split()) - SAME_VERSION
    return {word for word in words if not word.isdigit()}


def _apart(left: set[str], right: set[str]) -> float:
    return len(left ^ right) / max(len(left | right), 1)


def _disjoint(left: set[str], right: set[str]) -> float:
    return float(bool(left and right) and left.isdisjoint(right))


def _without_names(side: _Side, other: _Side) -> np.ndarray:
    """The titles without filler words and, where they name the other side's artist, without both artists' names."""
    free = []
    for title, own, named in zip(side.title, side.artist, other.artist, strict=True):
        words, names = title.split(), set(named.split())
        drop = FILLER | names | set(own.split()) if not names.isdisjoint(words) else FILLER
        free.append(" ".join([word for word in words if word not in drop]) or title)
    return _array(free)


class _Texts:
    """Compares normalised texts, given as arrays of equal length, row by row.

    A text is a row of a sparse matrix: its words, each weighing the square of its idf, or its runs of three letters.
    The columns are in the order of the alphabet, so sums come out the same to the bit whatever else is in the batch.
    """

    def __init__(self, vocabulary: Vocabulary, forms: list[np.ndarray]) -> None:
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

    def named(self, names: np.ndarray, titles: np.ndarray, pieces: np.ndarray) -> np.ndarray:
        """How much of a name a title holds beside the piece itself, in [0, 1]; 0 if it holds nothing but the name."""
        name, title = self.words(names), self.words(titles)
        beside = title - title.minimum(self.words(pieces))
        return np.where(_sum(title - title.minimum(name)) > 0, _share(name, beside), 0)

    def contained(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """How much of one text the other holds, the better way round: "A" in "A & B"."""
        a, b = self.words(left), self.words(right)
        return np.maximum(_share(a, b), _share(b, a))

    def differ(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """How heavy the heaviest word is that the other text has nothing like, of the text where it is less, in [0, 1].

        0 where one text holds the other: it only says more. A slip of the pen leaves two words that look alike.
        """
        a, b = self.words(left), self.words(right)
        heaviest = np.minimum(_heaviest(a - a.minimum(b), a), _heaviest(b - b.minimum(a), b))
        alone = (_array(map(_without, *sides)) for sides in ((left, right), (right, left)))
        return heaviest * (1 - _cosine(*map(_runs, alone))) ** 2

    def alike(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """How alike two texts are, in [0, 1]: the mean of the cosines of their words and of their runs of letters."""
        one, two = (pd.factorize(texts) for texts in (left, right))
        pair, code = np.unique(one[0] * np.int64(len(two[1])) + two[0], return_inverse=True)
        left, right = one[1][pair // max(len(two[1]), 1)], two[1][pair % max(len(two[1]), 1)]
        return (_cosine(self.words(left), self.words(right)) + _cosine(_runs(left), _runs(right)))[code] / 2


_ALPHABET = " 0123456789abcdefghijklmnopqrstuvwxyz"
_LETTER = np.zeros(128, np.int64)
_LETTER[[ord(letter) for letter in _ALPHABET]] = np.arange(len(_ALPHABET))


def _runs(texts: np.ndarray) -> csr_matrix:
    """Mark the runs of three letters of each text, spaces left out ("En dless" is "Endless"), an edge at both ends."""
    code, unique = pd.factorize(texts)
    edged = [f" {text.replace(' ', '')} " for text in unique]  # two letters at least, so no run spans three texts
    letter = _LETTER[np.frombuffer("".join(edged).encode("ascii"), np.uint8)]
    row = np.repeat(np.arange(len(unique)), [len(text) for text in edged])
    within = row[:-2] == row[2:]
    base = len(_ALPHABET)
    run = ((letter[:-2] * base + letter[1:-1]) * base + letter[2:])[within]
    marks = csr_matrix((np.ones(len(run)), (row[:-2][within], run)), shape=(len(unique), base**3))
    marks.data[:] = 1  # a run counts once a text
    return marks[code]


def _cosine(left: csr_matrix, right: csr_matrix) -> np.ndarray:
    """Row by row, for marks of one weight a column; 0 where a row is empty."""
    length = np.sqrt(_sum(left) * _sum(right))
    return np.minimum(_sum(left.minimum(right)) / np.where(length > 0, length, 1), 1)


def _share(part: csr_matrix, whole: csr_matrix) -> np.ndarray:
    """How much of the weight of ``part`` lies on what ``whole`` has too, row by row; 0 where a row is empty."""
    weight = _sum(part)
    return _sum(part.minimum(whole)) / np.where(weight > 0, weight, 1)


def _heaviest(part: csr_matrix, whole: csr_matrix) -> np.ndarray:
    """The heaviest word of a part against that of the whole, by idf and row by row; 0 where a row is empty."""
    heavy, most = (
        rows.max(axis=1).toarray().ravel() if rows.shape[1] else np.zeros(rows.shape[0]) for rows in (part, whole)
    )
    return np.sqrt(heavy / np.where(most > 0, most, 1))


def _without(text: str, other: str) -> str:
    gone = other.split()
    return " ".join(word for word in text.split() if word not in gone)


def _sum(rows: csr_matrix) -> np.ndarray:
    return np.asarray(rows.sum(axis=1)).ravel()


def _distinct(texts: Iterable[str]) -> tuple[list[int], list[str]]:
    """As pandas' factorize, which takes a text only up to a NUL."""
    place: dict[str, int] = {}
    return [place.setdefault(text, len(place)) for text in texts], [*place]


def _array(values: Iterable) -> np.ndarray:
    """An array of objects, of any kind."""
    values = list(values)
    array = np.empty(len(values), object)
    array[:] = values
    return array
