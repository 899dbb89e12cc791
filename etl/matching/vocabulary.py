"""How rare each word is in the FMA catalogue, frozen under a version.

The weights come from the catalogue alone, so a score does not depend on the order in which TikTok days arrive.
A row of ``core.track_match`` names the version it was scored with.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix

from etl.matching import kernels

#: ends, columns, weights and key of rows of words: see ``kernels.words``
Rows = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]

SLIP = np.float32(0.8)  #: what a word weighs that stands for a known one with a slip of the pen


@dataclass(frozen=True)
class Vocabulary:
    """The words of a catalogue in alphabetical order, each with its inverse document frequency."""

    version: str
    words: tuple[str, ...]
    idf: np.ndarray  #: float32, shape (len(words),), 1 + ln((1 + rows) / (1 + rows with the word))

    @cached_property
    def place(self) -> dict[str, int]:
        """The column of each word."""
        return {word: column for column, word in enumerate(self.words)}

    @cached_property
    def table(self) -> tuple[np.ndarray, np.ndarray]:
        """The hash of each word and its column, for ``kernels.words``.

        Words are told apart by 64 bits alone: among ten million there is one wrong match in 10⁷ vocabularies, and what
        it finds is a candidate that `score`, which reads the texts, refuses.
        """
        return kernels.table(_lines(self.words), len(self.words))

    @cached_property
    def slips(self) -> tuple[np.ndarray, np.ndarray]:
        """The same of each word less one letter."""
        return kernels.slip_table(_lines(self.words))

    @cached_property
    def unknown_idf(self) -> np.float32:
        """What a word weighs that the catalogue does not have: as much as its rarest word."""
        return self.idf.max(initial=np.float32(1))

    def covering(self, texts: Iterable[str]) -> "Vocabulary":
        """This vocabulary with the words of ``texts`` added at ``unknown_idf``; no known weight changes."""
        new = set(" ".join(texts).split()) - self.place.keys()
        if not new:
            return self
        idf = dict(zip(self.words, self.idf, strict=True)) | dict.fromkeys(new, self.unknown_idf)
        words = tuple(sorted(idf))
        return Vocabulary(self.version, words, np.array([idf[word] for word in words], np.float32))

    def to_frame(self) -> pd.DataFrame:
        """The vocabulary as a table (word, idf) to keep; ``from_frame`` gives back the same version."""
        return pd.DataFrame({"word": list(self.words), "idf": self.idf})

    @staticmethod
    def from_frame(frame: pd.DataFrame) -> "Vocabulary":
        """A kept vocabulary, whatever the order of the rows."""
        frame = frame.sort_values("word")
        words, idf = tuple(frame["word"]), frame["idf"].to_numpy(np.float32)
        return Vocabulary(hashlib.sha256("\n".join(words).encode() + idf.tobytes()).hexdigest()[:12], words, idf)


def fit(texts: Iterable[str]) -> Vocabulary:
    """Weigh the words of a catalogue, one text a row, as ``normalise`` gives it.

    The version is a hash of words and weights: the same catalogue in any order gives the same version.
    """
    texts = list(texts)
    words = tuple(sorted(set(" ".join(texts).split())))
    _, columns, _, _ = read_words(
        _lines(texts), np.zeros(len(texts), bool), Vocabulary("", words, np.ones(len(words), np.float32))
    )
    idf = 1 + np.log((1 + len(texts)) / (1 + np.bincount(columns, minlength=len(words))))
    return Vocabulary.from_frame(pd.DataFrame({"word": list(words), "idf": idf.astype(np.float32)}, dtype=object))


def weigh(texts: Iterable[str], vocabulary: Vocabulary) -> csr_matrix:
    """Turn normalised texts into rows of word weights, each of length 1.

    A word counts once a text. A word that the vocabulary lacks has no column but counts in the length, at
    ``unknown_idf``: a text is not a good match for a word it shares when most of it is about something else.

    Returns:
        float32, shape (n_texts, len(vocabulary.words)), sorted indices; a text without words gives an empty row.
    """
    texts = list(texts)
    ends, columns, weights, _ = read_words(_lines(texts), np.zeros(len(texts), bool), vocabulary)
    return csr_matrix((weights, columns, ends), shape=(len(texts), len(vocabulary.words)))


def read_words(
    lines: np.ndarray, skip: np.ndarray, vocabulary: Vocabulary, per_row: int = 1, guess: bool = False
) -> Rows:
    """``weigh`` for ``per_row`` lines a row as ``normalised_lines`` gives them; rows to ``skip`` (bool) stay empty."""
    return kernels.words(
        lines,
        skip,
        per_row,
        vocabulary.table,
        vocabulary.idf,
        vocabulary.unknown_idf,
        vocabulary.slips if guess else (vocabulary.table[0][:0], vocabulary.table[1][:0]),
        SLIP,
    )


def _lines(texts: Iterable[str]) -> np.ndarray:
    return np.frombuffer("\n".join([*texts, ""]).encode("ascii"), np.uint8)
