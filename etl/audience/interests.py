"""What the listeners of an artist hear more than other listeners do: lift, with an interval.

Genres are compared by the share of a listener's plays, tracks by whether a listener played them at all. The artist's
own tracks count for neither: that their listeners hear them is no news. What is told allows for how many genres and
tracks were looked at: a thousand would show fifty that are chance alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix
from scipy.special import bdtrc
from scipy.stats import norm

K = 10  #: no figure from fewer listeners
POPULAR = 1000  #: tracks that may be named, those with the most listeners
NAMED = 20  #: tracks an artist is given at most
SURE = 0.05  #: of what is told at most so much is chance


@dataclass(frozen=True)
class Plays:
    """How often each listener played each track, one entry a pair; aligned int arrays of shape (n,)."""

    listener_id: np.ndarray
    artist_id: np.ndarray
    track_id: np.ndarray
    genre: np.ndarray  #: index into the genres; −1: none
    plays: np.ndarray


@dataclass(frozen=True)
class Interest:
    """An item that an artist's listeners hear ``lift`` times as much as all listeners do."""

    artist_id: int
    item: int  #: index of a genre, or a track
    listeners: int  #: of this artist who hear it, in tens
    lift: float
    low: float
    high: float


def genre_interests(plays: Plays, genres: int) -> Iterator[Interest]:
    """For each artist with K listeners, genres that K of them hear: mean share of plays over that of all listeners.

    The interval is normal, over listeners; the share of all is taken as known. All intervals of an artist hold at once
    (Bonferroni).
    """
    z = norm.isf(SURE / 2 / genres)
    listeners, who = np.unique(plays.listener_id, return_inverse=True)
    artists, whose = np.unique(plays.artist_id, return_inverse=True)
    known = plays.genre >= 0
    counts = np.zeros((len(listeners), genres), np.float32)
    np.add.at(counts, (who[known], plays.genre[known]), plays.plays[known])
    of_all = _shares(counts).mean(axis=0)
    order = np.lexsort((who, whose))
    begins = np.searchsorted(whose[order], np.arange(len(artists) + 1))
    for number, artist_id in enumerate(artists):
        rows = order[begins[number] : begins[number + 1]]
        audience, place = np.unique(who[rows], return_inverse=True)
        if len(audience) < K:
            continue
        others = counts[audience]
        own = known[rows]
        np.subtract.at(others, (place[own], plays.genre[rows][own]), plays.plays[rows][own])
        others = others[others.sum(axis=1) > 0]
        if len(others) < K:
            continue
        shares = _shares(others)
        mean, error = shares.mean(axis=0), shares.std(axis=0, ddof=1) / np.sqrt(len(shares))
        hearing = (others > 0).sum(axis=0)
        for genre in np.flatnonzero((hearing >= K) & (of_all > 0)):
            base = of_all[genre]
            low, high = max(0.0, mean[genre] - z * error[genre]) / base, (mean[genre] + z * error[genre]) / base
            yield Interest(
                int(artist_id), int(genre), _tens(hearing[genre]), float(mean[genre] / base), float(low), float(high)
            )


def track_interests(plays: Plays) -> Iterator[Interest]:
    """For each artist with K listeners, popular tracks of others that K of them played, surely more than others do.

    Lift is P(played | listener of the artist) / P(played). "Surely" is a binomial test, at a false discovery rate of
    half of ``SURE`` (Benjamini and Hochberg, "Controlling the false discovery rate", JRSS B 1995). The interval is that
    of a ratio of two proportions (Katz et al., "Obtaining confidence intervals for the risk ratio in cohort studies",
    Biometrics 1978), and holds among those that were found, too (Benjamini and Yekutieli, "False discovery
    rate-adjusted multiple confidence intervals for selected parameters", JASA 2005).
    """
    listeners, who = np.unique(plays.listener_id, return_inverse=True)
    artists, whose = np.unique(plays.artist_id, return_inverse=True)
    tracks, which = np.unique(plays.track_id, return_inverse=True)
    one = np.ones(len(who), np.int32)
    heard = csr_matrix((one, (who, which)), (len(listeners), len(tracks)))
    heard.data[:] = 1
    all_of = np.asarray(heard.sum(axis=0)).ravel()
    popular = np.sort(np.argsort(-all_of, kind="stable")[:POPULAR])
    popular = popular[all_of[popular] >= K]
    audience = csr_matrix((one, (whose, who)), (len(artists), len(listeners)))
    audience.data[:] = 1
    sizes = np.asarray(audience.sum(axis=1)).ravel()
    large = np.flatnonzero(sizes >= K)
    artist_of = np.zeros(len(tracks), np.int64)
    artist_of[which] = plays.artist_id
    both = audience[large] @ heard[:, popular]
    total = len(listeners)
    for row, number in enumerate(large):
        here = both[row]
        at, count = here.indices, here.data.astype(float)
        others = artist_of[popular] != artists[number]
        keep = (count >= K) & others[at]
        at, count = at[keep], count[keep]
        size, everyone = sizes[number], all_of[popular[at]]
        lift = (count / size) / (everyone / total)
        error = np.sqrt(np.maximum(0, 1 / count - 1 / size + 1 / everyone - 1 / total))
        found, z = _found(bdtrc(count - 1, size, everyone / total), others.sum())
        low, high = lift * np.exp(-z * error), lift * np.exp(z * error)
        surely = found[low[found] > 1]
        for best in surely[np.lexsort((tracks[popular[at[surely]]], -lift[surely]))][:NAMED]:
            yield Interest(
                int(artists[number]), int(tracks[popular[at[best]]]), _tens(count[best]),
                float(lift[best]), float(low[best]), float(high[best]),
            )  # fmt: skip


def _found(p_values: np.ndarray, looked_at: int) -> tuple[np.ndarray, float]:
    """Which of those with p-values are no chance, and of how many standard errors their intervals are.

    Args:
        p_values: one-sided; of what was looked at and has none, it is 1.
    """
    order = np.argsort(p_values, kind="stable")
    steps = SURE / 2 * np.arange(1, len(order) + 1) / max(1, looked_at)
    below = np.flatnonzero(p_values[order] <= steps)
    count = below[-1] + 1 if len(below) else 0
    return order[:count], float(norm.isf(SURE / 2 * max(1, count) / max(1, looked_at)))


def _shares(counts: np.ndarray) -> np.ndarray:
    """Rows as shares of their sum; a row of zeros stays one."""
    return counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)


def _tens(count: float) -> int:
    return int(count) // 10 * 10
