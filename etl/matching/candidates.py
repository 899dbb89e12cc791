"""Pick, for every track, the ten sounds whose words of title and artist together are most like its own.

Every track is compared with every sound that shares a word with it: no blocking by first letter or the like, which
loses pairs for good (measured: it reaches 25 % to 76 % of them).
"""

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix
from sparse_dot_topn import sp_matmul_topn

from etl.matching.vocabulary import Vocabulary, weigh

TOP = 10
FLOOR = 0.25  #: cosine below which two texts share a word by chance: of 1,000 matches in a trial one was below 0.28
LARGE = 20_000  #: words; a vocabulary of this size comes from a catalogue where common words cost more than they tell
COMMON_IDF = 1 + np.log(100)  #: the weight of a word that stands in 1 % of the rows


def track_matrix(texts: list[str], vocabulary: Vocabulary) -> csr_matrix:
    """Weigh the tracks' texts for the search.

    In a large catalogue a word of more than 1 % of the rows is left out of a row that has a rarer word to be found by.
    The lengths stay those of the full rows, and `score` looks at all words again.
    """
    matrix = weigh(texts, vocabulary)
    if len(vocabulary.words) < LARGE:
        return matrix
    row = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    rare = vocabulary.idf[matrix.indices] >= COMMON_IDF
    keep = rare | ~np.isin(row, row[rare])
    return csr_matrix((matrix.data[keep], (row[keep], matrix.indices[keep])), shape=matrix.shape)


def nearest(tracks: csr_matrix, sounds: csr_matrix, top: int = TOP) -> pd.DataFrame:
    """Find each track's ``top`` sounds by cosine; of equal ones those in the smaller rows of ``sounds``.

    Returns:
        track, sound (row numbers) and cosine (float32, six digits), best first within a track. Pairs below ``FLOOR``
        are left out.
    """
    turned = sounds.T.tocsr()
    rows, width, settled = np.arange(tracks.shape[0]), top + 1, []
    while len(rows):
        found = sp_matmul_topn(tracks[rows], turned, width, threshold=FLOOR)
        track = np.repeat(rows, np.diff(found.indptr))
        sound, cosine = found.indices[: len(track)], np.round(found.data[: len(track)], 6)
        order = np.lexsort((sound, -cosine, track))
        track, sound, cosine = track[order], sound[order], cosine[order]
        rank = rank_in_group(track)
        # A heap keeps any of several equal sounds. The choice is ours only if the worst one kept is worse than the last
        # one asked for; else look again for these tracks, wider.
        full = rank == width - 1
        unsure = track[full][cosine[full] == cosine[np.flatnonzero(full) - width + top]]
        sure = (rank < top) & ~np.isin(track, unsure)
        settled.append(pd.DataFrame({"track": track[sure], "sound": sound[sure], "cosine": cosine[sure]}))
        rows, width = unsure, width * 10
    return pd.concat(settled, ignore_index=True) if settled else pd.DataFrame(columns=["track", "sound", "cosine"])


def rank_in_group(sorted_keys: np.ndarray) -> np.ndarray:
    """Number the rows of each run of equal keys from 0.

    >>> rank_in_group(np.array([4, 4, 7]))
    array([0, 1, 0])
    """
    start = np.flatnonzero(np.r_[True, sorted_keys[1:] != sorted_keys[:-1]])[: len(sorted_keys)]
    return np.arange(len(sorted_keys)) - np.repeat(start, np.diff(np.r_[start, len(sorted_keys)]))
