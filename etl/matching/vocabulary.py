"""How rare each word is in the FMA catalogue, frozen under a version.

The weights come from the catalogue alone, so a score does not depend on the order in which TikTok days arrive.
A row of ``core.track_match`` names the version it was scored with.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, repeat

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix


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
    def unknown_idf(self) -> np.float32:
        """What a word weighs that the catalogue does not have: as much as its rarest word."""
        return self.idf.max(initial=np.float32(1))

    def covering(self, texts: Iterable[str]) -> "Vocabulary":
        """This vocabulary with the words of ``texts`` added at ``unknown_idf``; no known weight changes."""
        new = set(chain.from_iterable(text.split() for text in texts)) - self.place.keys()
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
    rows, seen = 0, Counter[str]()
    for text in texts:
        rows += 1
        seen.update(set(text.split()))
    counts = np.fromiter(seen.values(), float, len(seen))
    idf = (1 + np.log((1 + rows) / (1 + counts))).astype(np.float32)
    return Vocabulary.from_frame(pd.DataFrame({"word": list(seen), "idf": idf}, dtype=object))


def weigh(texts: Iterable[str], vocabulary: Vocabulary) -> csr_matrix:
    """Turn normalised texts into rows of word weights, each of length 1.

    A word counts once a text. A word that the vocabulary lacks has no column but counts in the length, at
    ``unknown_idf``: a text is not a good match for a word it shares when most of it is about something else.

    Returns:
        float32, shape (n_texts, len(vocabulary.words)), sorted indices; a text without words gives an empty row.
    """
    lists = [set(text.split()) for text in texts]
    row = np.repeat(np.arange(len(lists)), [len(words) for words in lists])
    column = np.fromiter(map(vocabulary.place.get, chain.from_iterable(lists), repeat(-1)), np.int64, len(row))
    known = column >= 0
    unknown = np.bincount(row[~known], minlength=len(lists))
    idf = vocabulary.idf[column[known]]
    matrix = csr_matrix((idf, (row[known], column[known])), shape=(len(lists), len(vocabulary.words)))
    matrix.sort_indices()
    # summed in the order of the columns: the same text gives the same bits in any batch
    squared = matrix.multiply(matrix).astype(np.float64).sum(axis=1).A1 + unknown * float(vocabulary.unknown_idf) ** 2
    lengths = np.sqrt(np.where(squared > 0, squared, 1))
    matrix.data /= np.repeat(lengths, np.diff(matrix.indptr)).astype(np.float32)
    return matrix
