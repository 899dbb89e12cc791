"""What the listeners of an artist like more than other listeners do: lift, with an interval, told with noise.

What somebody likes is an attribute of theirs, as a country is (ADR 15), so it is told the same way. In each *month*, a
span of four weeks that has ended, a listener has ``SONGS`` favourite songs, those they play most; for an artist whom
they listen to, that artist's own songs left out: that their listeners hear them is no news. A *cell* counts how often a
song, or any song of a genre, is a favourite of an artist's listeners in one month, and gets discrete Gaussian noise
once. What is told follows from these noisy cells alone: the share of favourites, against the share that it has of all
listeners' in the same months. It allows for how many genres and songs were looked at: a thousand would show fifty that
are chance alone.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
SONGS = 10  #: favourites of a listener in a month, at most
NAMED = 20  #: songs an artist is given at most
SURE = 0.05  #: of what is told at most so much is chance
SURELY = 4.75  #: standard deviations of noise by which what is told lies over FEWEST: fewer are told once in a million
#: Standard deviation of the noise of a song's cell, of which a listener changes SONGS by one, and of a genre's, whose
#: SONGS they may all be in; of how many favourites there are at all, and of everybody's, it is WIDER times that.
SONG_SIGMA, GENRE_SIGMA, ALL_SIGMA = SIGMA * sqrt(SONGS), SIGMA * SONGS, WIDER * SIGMA * SONGS

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Plays:
    """How often each listener played each song in a month, one entry a pair; aligned int arrays of shape (n,)."""

    listener_id: Ints
    artist_id: Ints  # of the song; −1: none
    track_id: Ints
    genre: Ints  # index into the genres; −1: none
    plays: Ints


@dataclass(frozen=True)
class Favourites:
    """How often what is a favourite of each artist's listeners in a month: the true numbers.

    ``counts``: artists by songs, by ``artist_id`` (0: everybody) and ``track_id``; ``owner`` and ``genre`` of songs.
    """

    week: date
    artist_id: Ints
    track_id: Ints
    owner: Ints
    genre: Ints
    counts: csr_array


@dataclass(frozen=True)
class Interest:
    """A song or genre that is ``lift`` times as often a favourite of an artist's listeners as of all listeners."""

    artist_id: int
    item: int  #: a track, or the index of a genre
    share: float  #: of the favourites of this artist's listeners
    of_all: float  #: of those of all listeners
    lift: float
    low: float
    high: float


def loss() -> float:
    """What a month tells of a listener of an artist at most, in zCDP (ρ): by the artist's cells and everybody's."""
    of_genres = SONGS**2 / 2 * (1 / GENRE_SIGMA**2 + 1 / ALL_SIGMA**2)
    return (1 + 1 / WIDER**2) * (SONGS / (2 * SONG_SIGMA**2) + of_genres)


def favourites(week: date, plays: Plays) -> Favourites:
    """Count the favourites of a month. Of songs that a listener played as often chance decides, each time the same."""
    order = np.lexsort((lot(plays.listener_id, plays.track_id), -plays.plays, plays.listener_id))
    listeners, who = np.unique(plays.listener_id[order], return_inverse=True)
    tracks, first, which = np.unique(plays.track_id[order], return_index=True, return_inverse=True)
    whose = plays.artist_id[order]
    artists = np.unique(whose[whose > 0])
    is_known = whose > 0
    shape = (len(artists), len(listeners))
    ones = np.ones(is_known.sum(), np.int64)
    audience = csr_array((ones, (np.searchsorted(artists, whose[is_known]), who[is_known])), shape)
    audience.data[:] = 1
    owner = whose[first]
    counts = _best(who, which, owner, audience, artists)
    return Favourites(week, np.concatenate(([0], artists)), tracks, owner, plays.genre[order][first], counts)


def lot(listener_id: Ints, track_id: Ints) -> NDArray[np.uint64]:
    """A number for each pair that hangs on nothing else (splitmix64)."""
    lot = listener_id.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + track_id.astype(np.uint64)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        lot = (lot ^ (lot >> np.uint64(shift))) * np.uint64(factor)
    return lot ^ (lot >> np.uint64(31))


def _best(who: Ints, song: Ints, owner: Ints, audience: csr_array, artists: Ints) -> csr_array:
    """How many of all listeners (row 0) and of each artist's have each song among the best, the artist's own left out.

    Args:
        who, song: of each listener the songs they played, the best first.
        owner: the artist of each song.
        audience: who listens to whom, ``artists`` by listeners.
    """
    begins = np.searchsorted(who, np.arange(audience.shape[1] + 1))
    best = np.arange(len(who)) - begins[who] < SONGS
    chosen = csr_array((np.ones(best.sum(), np.int64), (who[best], song[best])), (audience.shape[1], len(owner)))
    everybody = csr_array(np.ones((1, audience.shape[1]), np.int64))
    counts = vstack((everybody @ chosen, audience @ chosen)).tocoo()
    others = np.concatenate(([0], artists))[counts.row] != owner[counts.col]
    whose = owner[song]
    of_artist = best & (whose > 0)
    more_artist, more_song = [], []  # whose own songs are among the best of somebody: the next best of others are, too
    pairs, missing = np.unique((who[of_artist], whose[of_artist]), axis=1, return_counts=True)
    for one, artist, count in zip(*pairs, missing, strict=True):
        rest = slice(begins[one] + SONGS, begins[one + 1])
        more = song[rest][whose[rest] != artist][:count]
        more_artist.extend([1 + np.searchsorted(artists, artist)] * len(more))
        more_song.extend(more)
    data = np.concatenate((counts.data[others], np.ones(len(more_song), np.int64)))
    rows = np.concatenate((counts.row[others], np.array(more_artist, np.int64)))
    columns = np.concatenate((counts.col[others], np.array(more_song, np.int64)))
    return csr_array((data, (rows, columns)), counts.shape)


def interests(key: bytes, months: Sequence[Favourites], genres: Sequence[str]) -> tuple[list[Interest], list[Interest]]:
    """What may be told of months: of each artist the genres, and the songs of others that are surely liked more.

    A genre or a song is told where surely ``FEWEST`` listeners have it for a favourite in each month. All intervals of
    an artist's genres hold at once (Bonferroni). Of songs "surely more" is a normal test, at a false discovery rate of
    half of ``SURE`` (Benjamini and Hochberg, "Controlling the false discovery rate", JRSS B 1995); the interval holds
    among those that were found, too (Benjamini and Yekutieli, "False discovery rate-adjusted multiple confidence
    intervals for selected parameters", JASA 2005).
    """
    told = _Told(key, months, genres)
    z = float(norm.isf(SURE / 2 / len(genres)))
    by_genre = [told.genres.interest(place, z) for place in range(len(told.genres.item))]
    return by_genre, list(_surely(told.songs, told.looked_at))


def _surely(songs: "_Cells", looked_at: Mapping[int, int]) -> Iterator[Interest]:
    """Of each artist the songs that are surely liked more, those first that are so by most."""
    for artist in np.unique(songs.artist_id):
        places = np.arange(*np.searchsorted(songs.artist_id, (artist, artist + 1)))
        found, z = _found(songs.p_value[places], looked_at[artist])
        best = [one for one in (songs.interest(place, z) for place in places[found]) if one.low > 1]
        yield from sorted(best, key=lambda one: (-one.low, one.item))[:NAMED]


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


class _Told:
    """Months of favourites with their noise, and what of them may be told; arrays by month in their last axis."""

    def __init__(self, key: bytes, months: Sequence[Favourites], genres: Sequence[str]) -> None:
        self.key, self.weeks = key, [month.week for month in months]
        self.artists = np.unique(np.concatenate([month.artist_id for month in months]))  # 0, everybody, is the first
        every = np.concatenate([month.track_id for month in months])
        self.tracks, first = np.unique(every, return_index=True)
        self.owner, self.genre = (
            np.concatenate([getattr(month, name) for month in months])[first] for name in ("owner", "genre")
        )
        #: By genre, the last of songs without one, where −1 leads; and of each month the cells by song, with names.
        self.true = np.zeros((len(self.artists), len(genres) + 1, len(months)), np.int64)
        self.named, self.counts = list[Ints](), list[Ints]()
        for number, month in enumerate(months):
            cells = month.counts.tocoo()
            row = np.searchsorted(self.artists, month.artist_id)[cells.row]
            column = np.searchsorted(self.tracks, month.track_id)[cells.col]
            np.add.at(self.true[:, :, number], (row, self.genre[column]), cells.data)
            self.named.append(row * len(self.tracks) + column)
            self.counts.append(cells.data)
        of_all = np.arange(len(self.tracks))  # the names of everybody's
        self.heard = self._noisy("track", 0 * of_all, self.tracks, self._cells(of_all), SONG_SIGMA)
        self.votes = self._noisy("all", self.artists, [""] * len(self.artists), self.true.sum(axis=1), ALL_SIGMA)
        self.own, self.own_songs = np.zeros(self.true.shape), np.zeros((*self.true.shape[:2], 1))
        has = self.owner > 0
        whose = np.searchsorted(self.artists, self.owner[has]), self.genre[has]
        np.add.at(self.own, whose, self.heard[has])  # of everybody's favourites, those that are the artist's
        np.add.at(self.own_songs, whose, 1)
        #: How many favourites an artist's listeners have, to everybody's others.
        self.scale = np.maximum(self.votes, 0) / np.maximum(self.votes[0] - self.own.sum(axis=1), 1)
        self.genres, self.songs = self._genres(genres), self._songs()
        known = self.owner[self.heard.sum(axis=1) >= self._least(WIDER * SONG_SIGMA, 1)]
        own = Counter(known.tolist())
        self.looked_at = {artist: len(known) - own[artist] for artist in self.songs.artist_id.tolist()}

    def _genres(self, genres: Sequence[str]) -> _Cells:
        row, item = np.divmod(np.arange(len(self.artists) * len(genres)), len(genres))
        names = [genres[one] for one in item]
        count = self._noisy("genre", self.artists[row], names, self.true[row, item], GENRE_SIGMA)
        base = count[item] - self.own[row, item]
        noise = (WIDER * GENRE_SIGMA) ** 2 + self.own_songs[row, item] * (WIDER * SONG_SIGMA) ** 2
        return self._tell(row, _Compared(self.artists[row], item, count, base, noise), GENRE_SIGMA, SONGS)

    def _songs(self) -> _Cells:
        every, which = np.unique(np.concatenate(self.named), return_inverse=True)
        enough = np.bincount(which, np.concatenate(self.counts)) >= FEWEST * len(self.weeks)  # of others none is told
        chosen = every[enough & (every >= len(self.tracks))]
        row, item = np.divmod(chosen, len(self.tracks))
        count = self._noisy("track", self.artists[row], self.tracks[item], self._cells(chosen), SONG_SIGMA)
        noise = np.full((len(item), 1), (WIDER * SONG_SIGMA) ** 2)
        compared = _Compared(self.artists[row], self.tracks[item], count, self.heard[item], noise)
        return self._tell(row, compared, SONG_SIGMA, 1)

    def _cells(self, chosen: Ints) -> Ints:
        """The true counts of chosen cells in each month, shape (n, months)."""
        found = np.zeros((len(chosen), len(self.weeks)), np.int64)
        for number, (named, count) in enumerate(zip(self.named, self.counts, strict=True)):
            known = np.isin(named, chosen)
            found[np.searchsorted(chosen, named[known]), number] = count[known]
        return found

    def _noisy(self, kind: str, artists: Ints, items: Iterable[object], true: Ints, sigma: float) -> Floats:
        """Counts, shape (n, months), with the noise of each."""
        names = [(int(artist), item) for artist, item in zip(artists, items, strict=True)]
        noisy = true.astype(float)
        for number, week in enumerate(self.weeks):
            when = f"{week}/"
            said = [f"likes/{kind}/{artist}/{item}/{when}" for artist, item in names]
            places = drawn(self.key, said, true[:, [number]], 1)[:, 0]
            for some, deviation in ((artists == 0, WIDER * sigma), (artists != 0, sigma)):
                noisy[some, number] += discrete_gaussian(places[some], deviation)
        return noisy

    def _least(self, sigma: float, each: int) -> float:
        """From what sum on surely FEWEST listeners are in it, each up to so many times a month."""
        months = len(self.weeks)
        return FEWEST * each * months + SURELY * sigma * sqrt(months)

    def _tell(self, row: Ints, of: "_Compared", sigma: float, each: int) -> _Cells:
        """The cells that may be told, against what they would be if the artist's listeners liked what all do.

        Who listens in several months may like the same in each: they are as sure together as one of them would be. A
        listener's favourites may all be one genre's: they vary as one ``each`` times as large at most.
        """
        months = len(self.weeks)
        kept = (row > 0) & (of.count.sum(axis=1) >= self._least(sigma, each))
        kept &= of.base.sum(axis=1) >= self._least(WIDER * sigma, each)
        kept &= (self.scale[row] * of.base).sum(axis=1) > 0
        of, scale, votes = of.those(kept), self.scale[row[kept]], self.votes[row[kept]]
        found, usual = of.count.sum(axis=1), (scale * of.base).sum(axis=1)
        whole = np.maximum(votes.sum(axis=1), found)
        share, of_all = found / whole, np.minimum(usual / whole, 1.0)
        of_usual = (scale**2 * (of.noise + each * np.maximum(of.base, 0))).sum(axis=1)
        of_usual += ALL_SIGMA**2 * ((scale * of.base / np.maximum(votes, 1)) ** 2).sum(axis=1)
        of_found = months * (sigma**2 + each * found * (1 - share))
        by_chance = months * (sigma**2 + each * usual * (1 - of_all)) + of_usual
        return _Cells(
            of.artist_id, of.item, share, of_all, np.sqrt(of_found / found**2 + of_usual / usual**2),
            norm.sf((found - usual) / np.sqrt(by_chance)),
        )  # fmt: skip


@dataclass(frozen=True)
class _Compared:
    """Noisy counts of an artist's favourites beside everybody's; arrays of shape (n,) or (n, months)."""

    artist_id: Ints
    item: Ints
    count: Floats
    base: Floats  # everybody's, the artist's own left out
    noise: Floats  # variance of that

    def those(self, kept: NDArray[np.bool_]) -> "_Compared":
        """Some of them."""
        return _Compared(*(getattr(self, name)[kept] for name in self.__dataclass_fields__))


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
