"""Score candidate pairs of FMA tracks and TikTok sounds.

A pair is scored on its title and on its artist separately, so that a reader of ``core.track_match`` can see why two
recordings were linked; a small logistic model makes one probability of them. Texts are compared by their words, weighed
by how rare they are, by their runs of three letters and by their spelling: these survive slips of the pen.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import chain

import numpy as np
import pandas as pd

from etl.matching import structure
from etl.matching.compare import Texts, Titles, compare, texts
from etl.matching.structure import MARKS, NO_TITLE, NOBODY
from etl.matching.vocabulary import Vocabulary

PAIR = ["track_title", "track_artist", "sound_title", "sound_artist"]
FEATURES = [
    "title_and_artist",
    "rare_title",
    "rare_title_artist_unknown",
    "words_differ",
    "versions_differ",
    "versions_conflict",
    "numbers_differ",
    "title_cut_short",
    "no_title",
    "no_title_both",
    "no_title_rarest_name",
    "no_title_named",
]
SCORES = ["title_score", "artist_score", "total_score", "probability"]
THRESHOLD = 0.5  #: a pair at least as likely as not is a match; not tuned


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
    """The model in ``model.json``, made by ``lab.matching.train``; the file says from what."""
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
        float64 in [0, 1], one row a pair: title_score, artist_score (0 where unknown), total_score, artist_unknown (1:
        a side names no artist, nor does its title name the other side's), and the ``FEATURES``:
        title_and_artist  the product of the two scores: one without the other is little
        rare_title      how many rare words agree: a title of one common word is many people's
        rare_title_artist_unknown  the same where there is nothing else to go by
        words_differ    how heavy a word both titles have that is not in the other ("Night Train", "Night Walk")
        versions_differ  share of the words that tell a version ("live", "slowed") that only one side has
        versions_conflict  the same where both sides tell one ("A's remix", "B's remix"), of the side with fewer
        numbers_differ  share of the numbers of the title with fewer that the other has not (Prelude 5, Prelude 9)
        title_cut_short  how alike the artists are where one title is how the longer begins ("We", "We Said Goodbye")
        no_title        1: a side says nothing of the piece ("untitled", "007 -", "Somebody -", "");
                        no_title_both: neither does; no_title_rarest_name: how rare the rarest word is of one side's
                        artist that the other has; no_title_named: the same times how much of the name it has
    """
    found = compared(pairs, vocabulary)[0]
    title = np.maximum.reduce(
        [
            found["title_letters"],
            (found["title_words"] + found["title_letters"]) / 2,
            _beyond_chance(found["title_spelling"]),
        ]
    )
    unknown = found["artist_unknown"]
    artist = np.maximum(found["artist"], _beyond_chance(found["artist_spelling"])) * (1 - unknown)
    total = np.maximum(found["total_letters"], (found["total_words"] + found["total_letters"]) / 2)
    rare_title = title * found["title_rare"] / (1 + found["title_rare"])
    no_title = found["no_title"]
    return pd.DataFrame(
        {
            "title_score": title,
            "artist_score": artist,
            "total_score": total,
            "artist_unknown": unknown,
            "title_and_artist": title * artist,
            "rare_title": rare_title,
            "rare_title_artist_unknown": rare_title * unknown,
            "words_differ": found["words_differ"],
            "versions_differ": found["versions_differ"],
            "versions_conflict": found["versions_conflict"],
            "numbers_differ": found["numbers_differ"],
            "title_cut_short": found["title_begins"] * artist,
            "no_title": no_title,
            "no_title_both": found["no_title_both"],
            "no_title_rarest_name": found["rarest_name"],
            "no_title_named": found["rarest_name"] * found["named"],
        },
        index=pairs.index,
    )


def _beyond_chance(spelling: np.ndarray) -> np.ndarray:
    """A third of the letters of any two names agree."""
    return np.maximum(0, 1.5 * spelling - 0.5)


def compared(pairs: pd.DataFrame, vocabulary: Vocabulary) -> tuple[np.ndarray, list[str], Texts, Titles]:
    """What ``compare`` finds for each pair; and what its numbers point into: words, texts, titles."""
    (track, sound), titles = _distinct(pairs["track_title"], pairs["sound_title"])
    (track_artist, sound_artist), artists = _distinct(pairs["track_artist"], pairs["sound_artist"])
    title_words, artist_words = structure.tokens(titles, NO_TITLE), structure.tokens(artists, NOBODY)
    spelt = sorted(set(chain.from_iterable(chain(title_words, artist_words))) - MARKS.keys())
    column = {word: place for place, word in enumerate(spelt)} | MARKS
    words = structure.words_of(spelt, vocabulary)

    start, word = structure.laid_out(title_words, column)
    role, part, parts = structure.roles(start, word, words.kind)
    part_start, part_word = structure.parts(start, word, role, part, parts)
    name_start, name_word = structure.laid_out(artist_words, column)
    name_role = structure.roles(name_start, name_word, words.kind)[0]
    is_name = (name_role == structure.PLAIN) | (name_role == structure.VERSION_PART)
    rows = [
        (part_start, part_word),
        _only(name_start, name_word, is_name),
        _only(start, word, role != structure.MARK),
    ]
    ends = np.cumsum([0, *(len(words) for _, words in rows)])
    all_start = np.concatenate([[0], *(starts[1:] + end for (starts, _), end in zip(rows, ends[:-1], strict=True))])
    all_word = np.concatenate([words for _, words in rows])

    begin = part_start[:-1].reshape(-1, len(structure.PARTS))[: len(titles)]
    head = begin[:, structure.HEAD]
    one = begin[:, structure.REST] - head == 1
    numbered = np.zeros(len(titles), bool)
    numbered[one] = words.kind[part_word[head[one]]] & structure.IS_DIGITS > 0
    version = ((role == structure.EXTRA) | (role == structure.VERSION_PART)) & (word >= 0)
    version[version] = words.kind[word[version]] & (structure.IS_SAME_VERSION | structure.IS_DIGITS) == 0
    version_start, version_word = _only(start, word, version, distinct=True)
    laid = Texts(all_start, all_word, *texts(all_start, all_word, words))
    ends_open = np.zeros(len(parts), bool)
    some = np.diff(start) > 1
    ends_open[some] = (word[start[1:][some] - 1] == MARKS[structure.DASH]) & (parts[some] == 1)
    names_at = len(part_start) - 1
    known = Titles(parts, numbered, ends_open, version_start, version_word, names_at, names_at + len(artists))
    found = compare(
        track,
        track_artist,
        sound,
        sound_artist,
        laid,
        known,
        words,
        float(vocabulary.unknown_idf),
        column.get("by", -1),
    )
    return found, spelt, laid, known


def _only(
    start: np.ndarray, word: np.ndarray, keep: np.ndarray, distinct: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """Rows of words with only some of them; distinct: each once a row, ascending."""
    row = np.repeat(np.arange(len(start) - 1), np.diff(start))[keep]
    word = word[keep]
    if distinct:
        order = np.lexsort((word, row))
        row, word = row[order], word[order]
        first = np.r_[True, (row[1:] != row[:-1]) | (word[1:] != word[:-1])][: len(row)]
        row, word = row[first], word[first]
    return np.searchsorted(row, np.arange(len(start))), word


def _distinct(*columns: Iterable[str]) -> tuple[list[np.ndarray], list[str]]:
    """As pandas' factorize over several columns, which takes a text only up to a NUL."""
    place: dict[str, int] = {}
    numbers = [np.array([place.setdefault(text, len(place)) for text in texts], np.int64) for texts in columns]
    return numbers, [*place]
