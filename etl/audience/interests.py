"""What the listeners of an artist like more than other listeners do: lift, with an interval, told with noise.

What somebody likes is an attribute of theirs, as a country is (ADR 15), so it is told the same way. In each *month*, a
span of four weeks that has ended, a listener of an artist has one favourite genre and ``TRACKS`` favourite songs, those
they play most; the artist's own songs count for neither: that their listeners hear them is no news. A *cell* counts the
listeners of an artist with one favourite in one month, and gets discrete Gaussian noise once. What is told of several
months follows from these noisy cells and from how many listeners there are, and allows for how many genres and songs
were looked at: a thousand would show fifty that are chance alone.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack
from scipy.stats import norm

from etl.audience.noise import Ints, discrete_gaussian, drawn
from etl.audience.people import FEWEST, SIGMA, WIDER

MONTHS = 4  #: that are told of together
TRACKS = 10  #: favourite songs of a listener, at most
POPULAR = 1000  #: songs that may be favourites in a month, those with the most listeners
NAMED = 20  #: songs an artist is given at most
SURE = 0.05  #: of what is told at most so much is chance
SURELY = 4.75  #: standard deviations of noise by which what is told lies over FEWEST: fewer are told once in a million
#: Standard deviation of the noise of a listener's favourite genre, and of their songs; of everybody's, it is WIDER.
GENRE_SIGMA, TRACK_SIGMA = SIGMA, SIGMA * sqrt(TRACKS)

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Plays:
    """How often each listener played each song in a month, one entry a pair; aligned int arrays of shape (n,)."""

    listener_id: Ints
    artist_id: Ints
    track_id: Ints
    genre: Ints  # index into the genres; −1: none
    plays: Ints


@dataclass(frozen=True)
class Favourites:
    """How many listeners of each artist have what for a favourite in a month: the true numbers.

    Artist 0 is everybody. Row by row of ``artist_id``: ``listeners`` (n,), ``genres`` (n, genres), ``tracks`` (n, songs
    that may be favourites); ``track_id`` and ``track_artist`` of those songs, by id.
    """

    week: date
    artist_id: Ints
    listeners: Ints
    genres: Ints
    tracks: csr_array
    track_id: Ints
    track_artist: Ints


@dataclass(frozen=True)
class Interest:
    """A favourite that ``lift`` times as large a share of an artist's listeners have as of all listeners."""

    artist_id: int
    item: int  #: index of a genre, or a track
    share: float  #: of this artist's listeners, in a month
    of_all: float  #: of all listeners
    lift: float
    low: float
    high: float


def loss() -> float:
    """What a month tells of a listener of an artist at most, in zCDP (ρ): by the artist's cells and everybody's."""
    return (1 + 1 / WIDER**2) * (1 / (2 * GENRE_SIGMA**2) + TRACKS / (2 * TRACK_SIGMA**2))


def favourites(week: date, plays: Plays, genres: int) -> Favourites:
    """Count the favourites of a month. Of what is played as often the smaller number is the favourite."""
    order = np.lexsort((plays.track_id, -plays.plays, plays.listener_id))
    listener_id, artist_id, track_id, genre, count = (
        getattr(plays, name)[order] for name in ("listener_id", "artist_id", "track_id", "genre", "plays")
    )
    listeners, who = np.unique(listener_id, return_inverse=True)
    artists, whose = np.unique(artist_id, return_inverse=True)
    tracks, first, which = np.unique(track_id, return_index=True, return_inverse=True)
    popular = np.sort(np.argsort(-np.bincount(which), kind="stable")[:POPULAR])
    audience = csr_array((np.ones(len(who), np.int64), (whose, who)), (len(artists), len(listeners)))
    audience.data[:] = 1
    by_genre = np.zeros((len(artists) + 1, genres), np.int64)
    played = np.zeros((len(listeners), genres), np.int64)
    known = genre >= 0
    np.add.at(played, (who[known], genre[known]), count[known])
    by_genre[0] = _votes(played)
    begins = np.searchsorted(np.sort(whose), np.arange(len(artists) + 1))
    rows_of = np.argsort(whose, kind="stable")
    for number in range(len(artists)):
        rows = rows_of[begins[number] : begins[number + 1]]
        people, place = np.unique(who[rows], return_inverse=True)
        others, own = played[people], known[rows]
        np.subtract.at(others, (place[own], genre[rows][own]), count[rows][own])
        by_genre[number + 1] = _votes(others)
    place_of = np.full(len(tracks), -1)
    place_of[popular] = np.arange(len(popular))
    by_track = _best(who, whose, place_of[which], audience, len(popular))
    sizes = np.concatenate(([len(listeners)], audience.sum(axis=1)))
    owner = artists[whose[first][popular]]
    return Favourites(week, np.concatenate(([0], artists)), sizes, by_genre, by_track, tracks[popular], owner)


def _votes(played: Ints) -> Ints:
    """How many rows have each column for the one with most plays; a row without any has none."""
    return np.bincount(played.argmax(axis=1)[played.any(axis=1)], minlength=played.shape[1])


def _best(who: Ints, whose: Ints, song: Ints, audience: csr_array, songs: int) -> csr_array:
    """How many listeners of everybody (row 0) and of each artist have each song among the best of others.

    Args:
        who, whose, song: of each listener the songs they played, the best first; its artist; −1: none that counts.
        audience: who listens to whom, artists by listeners.
    """
    counts = song >= 0
    who, whose, song = who[counts], whose[counts], song[counts]
    begins = np.searchsorted(who, np.arange(audience.shape[1] + 1))
    rank = np.arange(len(who)) - begins[who]
    best = rank < TRACKS
    chosen = csr_array((np.ones(best.sum(), np.int64), (who[best], song[best])), (audience.shape[1], songs))
    everybody = csr_array(np.ones((1, audience.shape[1]), np.int64))
    more_artist, more_song = [], []  # whose own songs are among the best of somebody: the next best of others are, too
    for one, artist, own in zip(*_pairs(who[best], whose[best]), strict=True):
        rest = slice(begins[one] + TRACKS, begins[one + 1])
        more = song[rest][whose[rest] != artist][:own]
        more_artist.extend([artist + 1] * len(more))
        more_song.extend(more)
    shape = (audience.shape[0] + 1, songs)
    more = csr_array((np.ones(len(more_song), np.int64), (more_artist, more_song)), shape)
    return csr_array(vstack((everybody @ chosen, audience @ chosen)) + more)


def _pairs(who: Ints, whose: Ints) -> tuple[Ints, Ints, Ints]:
    """Each listener and artist that occur together, and how often."""
    (one, artist), own = np.unique((who, whose), axis=1, return_counts=True)
    return one, artist, own


def genre_interests(key: bytes, months: Sequence[Favourites]) -> Iterator[Interest]:
    """Of each artist the genres that are surely FEWEST listeners' favourite.

    All intervals of an artist hold at once (Bonferroni).
    """
    genres = np.arange(months[0].genres.shape[1])
    cells = _told(key, "genre", months, [(genres, csr_array(month.genres)) for month in months], GENRE_SIGMA)
    for place in range(len(cells.item)):
        yield cells.interest(place, float(norm.isf(SURE / 2 / len(genres))))


def track_interests(key: bytes, months: Sequence[Favourites]) -> Iterator[Interest]:
    """Of each artist the songs of others that are surely FEWEST listeners' favourites, and surely more than others'.

    "Surely more" is a normal test, at a false discovery rate of half of ``SURE`` (Benjamini and Hochberg, "Controlling
    the false discovery rate", JRSS B 1995). The interval holds among those that were found, too (Benjamini and
    Yekutieli, "False discovery rate-adjusted multiple confidence intervals for selected parameters", JASA 2005).
    """
    owner = {song: whose for one in months for song, whose in zip(one.track_id, one.track_artist, strict=True)}
    own = Counter(owner.values())
    cells = _told(key, "track", months, [(month.track_id, month.tracks) for month in months], TRACK_SIGMA)
    for artist in np.unique(cells.artist_id):
        begin, end = np.searchsorted(cells.artist_id, (artist, artist + 1))
        places = np.array([at for at in range(begin, end) if owner[cells.item[at]] != artist], int)
        found, z = _found(cells.p_value[places], len(owner) - own[artist])
        best = [one for one in (cells.interest(place, z) for place in places[found]) if one.low > 1]
        yield from sorted(best, key=lambda one: (-one.lift, one.item))[:NAMED]


@dataclass(frozen=True)
class _Cells:
    """What may be told, by artist and item; aligned arrays of shape (n,)."""

    artist_id: Ints
    item: Ints
    share: Floats
    of_all: Floats
    error: Floats  # of the lift, relative: its standard error
    p_value: Floats  # of a lift of one and less

    def interest(self, at: int, z: float) -> Interest:
        """One, with an interval of so many standard errors (of a logarithm: what it measures is a ratio)."""
        lift, wide = self.share[at] / self.of_all[at], np.exp(z * self.error[at])
        numbers = (self.share[at], self.of_all[at], lift, lift / wide, lift * wide)
        return Interest(int(self.artist_id[at]), int(self.item[at]), *map(float, numbers))


def _told(
    key: bytes, kind: str, months: Sequence[Favourites], counts: Sequence[tuple[Ints, csr_array]], deviation: float
) -> _Cells:
    """The cells of which so many are there, for sure, that they may be told, over all months.

    Who listens in several months may like the same in each: they are as sure together as one of them would be.

    Args:
        counts: the items of each month and how many listeners of each artist have them for a favourite.
        deviation: of the noise of an artist's cell in a month.
    """
    artists = np.unique(np.concatenate([month.artist_id for month in months]))  # 0, everybody, is the first
    items = np.unique(np.concatenate([of for of, _ in counts]))
    rows = [np.searchsorted(artists, month.artist_id) for month in months]
    keys, true = [], []  # of each month's cells
    for row, (of, count) in zip(rows, counts, strict=True):
        cells = count.tocoo()
        keys.append(row[cells.row] * len(items) + np.searchsorted(items, of)[cells.col])
        true.append(cells.data)
    every, which = np.unique(np.concatenate(keys), return_inverse=True)
    enough = every[np.bincount(which, np.concatenate(true)) >= FEWEST]  # of others none would be told
    chosen = np.union1d(enough % len(items), enough)  # with everybody's
    whose, item = np.divmod(chosen, len(items))
    wide = np.where(whose == 0, WIDER, 1) * deviation
    noisy, listeners, variance, number = (np.zeros(len(whose)) for _ in range(4))
    for month, row, (of, _), key_of, count in zip(months, rows, counts, keys, true, strict=True):
        is_there = np.isin(items, of)[item]
        sizes = np.zeros(len(artists))
        sizes[row] = month.listeners
        exact = np.zeros(len(chosen), np.int64)
        known = np.isin(key_of, chosen)
        exact[np.searchsorted(chosen, key_of[known])] = count[known]
        names = zip(artists[whose], items[item], strict=True)
        said = [f"likes/{kind}/{artist}/{one}/{month.week}/" for artist, one in names]
        places = drawn(key, said, exact[:, None], 1)[:, 0]
        for one in (deviation, WIDER * deviation):
            of_it = is_there & (wide == one)
            noisy[of_it] += exact[of_it] + discrete_gaussian(places[of_it], one)
        listeners += is_there * sizes[whose]
        variance += is_there * wide**2
        number += is_there
    base = np.searchsorted(chosen, item)
    share = np.maximum(noisy, 1) / np.maximum(listeners, 1)
    error = variance / np.maximum(noisy, 1) ** 2 + number * (1 - share) / np.maximum(noisy, 1)
    of_all = share[base]
    usual = listeners * of_all
    chance = np.sqrt(variance + number * usual * (1 - of_all) + usual**2 * error[base])
    surely = noisy >= FEWEST + SURELY * np.sqrt(variance)
    told = np.flatnonzero((whose > 0) & surely & surely[base])
    return _Cells(
        artists[whose[told]], items[item[told]], share[told], of_all[told],
        np.sqrt(error + error[base])[told], norm.sf((noisy - usual) / np.maximum(chance, 1e-9))[told],
    )  # fmt: skip


def _found(p_values: Floats, looked_at: int) -> tuple[Ints, float]:
    """Which of those with p-values are no chance, and of how many standard errors their intervals are.

    Args:
        p_values: one-sided; of what was looked at and has none, it is 1.
    """
    order = np.argsort(p_values, kind="stable")
    steps = SURE / 2 * np.arange(1, len(order) + 1) / max(1, looked_at)
    below = np.flatnonzero(p_values[order] <= steps)
    count = below[-1] + 1 if len(below) else 0
    return order[:count], float(norm.isf(SURE / 2 * max(1, count) / max(1, looked_at)))
