"""People by country: how many of an artist's listeners are where, told with noise that hides each of them.

A *cell* counts the people of one country who heard an artist or a song in a span of weeks, and by how far they got (a
histogram). Each number gets discrete Gaussian noise (Canonne, Kamath & Steinke, "The discrete Gaussian for differential
privacy", NeurIPS 2020): one listener changes a cell by one, and what is told hardly depends on whether they are in it
(``loss``, in zero-concentrated differential privacy: Bun & Steinke, TCC 2016). The noise is drawn once: it is a
function of a key that the home keeps, the cell and what is in it, so that rebuilding and asking again tell nothing new.

Over weeks that are no such span, people are estimated: the same person may be in several spans.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from etl.audience.noise import Ints, discrete_gaussian, drawn
from etl.audience.runs import ordered, runs
from etl.audience.sketches import uncertain
from etl.audience.spans import WEEK, Span, cut, span_start

SPANS = (1, 4, 16, 52)  #: weeks of an artist's cells
SONG_SPANS = (4, 16, 52)  #: of a song's
SONGS = 3  #: of an artist that one listener is counted in at most, those they played most
SIGMA, SONG_SIGMA = 3.3, 6.4  #: standard deviation of the noise of people; of a histogram's bin it is WIDER times that
WIDER = 2
#: Sizes of audiences follow Zipf's law: there are as many of a size as its power to -ZIPF. What is told is told because
#: it is large, more often by its noise than not, and is lowered by what that adds on average (Efron, "Tweedie's formula
#: and selection bias", JASA 2011).
ZIPF = 2
FEWEST = 10  #: people, which what is told surely has: its lower limit is no less
Z = float(-ndtri(0.025))  #: of a 95 % interval
BINS_PCT = 10
BINS = 11  #: of a histogram: those who got to 0 … 10 % of a song, 10 … 20 %, …, and to its end
UNKNOWN = -1  #: how far somebody got of whom that is not known: after the histogram they are counted by themselves
#: By how much of itself what is told of several spans may be wrong where one country's people come back more often
#: than others': times the share of people who were in more than one.
HABITS = 0.15


def sigma(track_id: int) -> float:
    """The standard deviation of the noise of a cell's people; 0: the artist."""
    return SONG_SIGMA if track_id else SIGMA


def least(track_id: int) -> int:
    """The smallest number that is told: its lower limit is FEWEST or more."""
    return int(np.ceil(FEWEST + Z * sigma(track_id)))


def loss() -> dict[str, float]:
    """What one span tells of a listener of an artist at most, in zCDP (ρ): by the artist's cells, and by its songs'."""

    def cell(deviation: float) -> float:
        return 1 / (2 * deviation**2) + 1 / (2 * (WIDER * deviation) ** 2)

    return {"artist": cell(SIGMA), "songs": SONGS * cell(SONG_SIGMA)}


def counted(
    artist: Ints, track: Ints, listener: Ints, country: Ints, listens: Ints, heard: Ints, songs: int
) -> tuple[Ints, Ints, Ints, Ints]:
    """The true cells of a span: how many people of each country heard an artist or a song, by how far they got.

    A listener is in one country, where most of their listens to the artist were (of several the least), and at one
    place, the furthest they got; and of an artist's songs in those that they played most (of several the least).

    Args:
        artist, track, listener, country: of so many listens, shape (n,), all of an artist's; country −1: unknown.
        listens: how many.
        heard: how far they got at most, %; UNKNOWN where that is not known.
        songs: in how many songs of an artist a listener is counted; 0: in none, but in the artist alone.

    Returns:
        Artist, track (0: the artist) and country of each cell, in this order, and the histograms, shape
        (cells, BINS + 1): last those of whom it is not known.
    """
    order = ordered(artist, listener, track)
    artist, track, listener, country, listens, heard = (
        values[order] for values in (artist, track, listener, country, listens, heard)
    )
    one = runs(artist, listener)  # an artist's listener
    who = np.repeat(np.arange(len(one)), np.diff(one, append=len(artist)))
    song = runs(who, track)
    at = ordered(who, country)
    place = at[runs(who[at], country[at])]
    there = np.add.reduceat(listens[at], runs(who[at], country[at]))
    first = ordered(who[place], (country[place] < 0).astype(np.int64), -there, country[place])
    lives = country[place[first[runs(who[place[first]])]]]
    played = np.add.reduceat(listens, song)
    best = ordered(who[song], -played, track[song])
    begins = runs(who[song][best])
    rank = np.arange(len(song)) - np.repeat(begins, np.diff(begins, append=len(song)))
    of = best[rank < songs]
    cells = np.stack(
        (
            np.concatenate((artist[one], artist[song][of])),
            np.concatenate((np.zeros(len(one), np.int64), track[song][of])),
            np.concatenate((lives, lives[who[song][of]])),
        )
    )
    got = np.concatenate((np.maximum.reduceat(heard, one), np.maximum.reduceat(heard, song)[of]))
    got = np.where(got == UNKNOWN, BINS, got // BINS_PCT)
    at = ordered(*cells)
    begins = runs(*cells[:, at])
    number = np.repeat(np.arange(len(begins)), np.diff(begins, append=len(at)))
    bins = np.bincount(number * (BINS + 1) + got[at], minlength=len(begins) * (BINS + 1)).reshape(-1, BINS + 1)
    return *cells[:, at[begins]], bins


def noisy(
    key: bytes, span: int, week: date, cells: Sequence[tuple[int, int, str]], heard: Ints
) -> tuple[NDArray[np.bool_], Ints, Ints]:
    """What may be told of the cells of a span: which of them, their people, their histograms.

    Args:
        key: the home's, 32 bytes.
        cells: artist, track (0: the artist) and country of each.
        heard: the true histograms, shape (n, BINS + 1), as of ``counted``.

    Returns:
        Which are told, shape (n,); people, shape (n,), and histograms, shape (n, BINS + 1), of all.
    """
    when = f"{span}/{week}/"
    said = [
        f"{artist_id}/{track_id}/{country}/{when}{unknown or ''}"  # as it was drawn before any could be unknown
        for (artist_id, track_id, country), unknown in zip(cells, heard[:, BINS].tolist(), strict=True)
    ]
    places = drawn(key, said, heard[:, :BINS], BINS + 2)
    people, histogram = heard.sum(axis=1), heard.copy()
    told = np.zeros(len(cells), bool)
    is_song = np.array([track_id != 0 for _, track_id, _ in cells], bool)
    for of, track_id in ((~is_song, 0), (is_song, 1)):
        count = people[of] + discrete_gaussian(places[of, 0], sigma(track_id))
        large = count > 2 * sigma(track_id)  # what is less is not told
        people[of] = np.where(large, np.rint(count - ZIPF * sigma(track_id) ** 2 / np.maximum(count, 1)), count)
        histogram[of] += discrete_gaussian(places[of, 1:], WIDER * sigma(track_id))
        told[of] = people[of] >= least(track_id)
    return told, people, histogram


@dataclass(frozen=True)
class Cell:
    """What is told of a country in a span: people, and how many got how far, shape (BINS + 1,)."""

    people: int
    heard: Sequence[int]


@dataclass(frozen=True)
class Place:
    """How many people of a country there are in some weeks, with a 95 % interval.

    ``heard`` tells by how far they got, a person once in each span; its bins, whose sum are those of whom it is known,
    each vary by ``error`` by noise alone. It is empty where these are too few.
    """

    country: str
    people: float
    low: float
    high: float
    estimated: bool  #: whether from several spans, or from others
    heard: tuple[float, ...]
    error: float


def spans_of(start: date, end: date, through: date, song: bool) -> list[Span]:
    """The whole spans that people are told of for some weeks, from a Monday to a Sunday; none has not ended.

    Up to three weeks of an artist are told week by week. Otherwise months of four weeks are, those that have ended and
    come nearest: put together to the longest spans there are.

    >>> spans_of(date(2020, 11, 23), date(2020, 12, 20), date(2020, 12, 20), False)
    [(4, datetime.date(2020, 11, 9))]
    """
    count = ((end - start).days + 1) // 7
    sizes: Sequence[int] = (1,) if count < 4 and not song else SONG_SPANS
    week, after = start, min(end, through) + timedelta(days=1)
    if sizes != (1,):
        after = min(span_start(after + 2 * WEEK, 4), span_start(through + timedelta(days=1), 4))
        week = after - 4 * WEEK * max(1, round(count / 4))
    return cut(week, after, sizes)


def places(
    spans: Sequence[Span],
    told: Mapping[Span, Mapping[str, Cell]],
    listeners: Mapping[Span, int],
    whole: int,
    song: bool,
    all_known: bool = True,
) -> list[Place]:
    """People by country over some spans, most first; those of which nothing sure can be told are left out.

    What is told of the spans is added, and then each is told once who is in several: as many as of all listeners. In a
    span in which a country is too small to be told, anything below that may be there.

    Args:
        told: the cells of these spans.
        listeners: how many there were in each, wherever they are: counted from sketches.
        whole: how many there were over all these spans.
        song: whether of a song.
        all_known: whether it is known of every listen how far it got: then nobody is who is told as not known.
    """
    deviation = SONG_SIGMA if song else SIGMA
    together = sum(listeners.get(span, 0) for span in spans)
    once = min(1.0, whole / together) if together else 1.0
    parts = [(listeners.get(span, 0), span[0] > 1) for span in spans]  # of one week they are counted one by one
    counted = uncertain(whole) ** 2 + sum((n * uncertain(n) / together) ** 2 for n, sketched in parts if n and sketched)
    found = []
    for country in sorted({name for span in spans for name in told.get(span, {})}):
        cells = [told[span][country] for span in spans if country in told.get(span, {})]
        small = [min(least(song), listeners.get(span, 0)) for span in spans if country not in told.get(span, {})]
        surely = sum(cell.people for cell in cells)
        people = once * (surely + sum(small) / 2)
        variance = once**2 * (len(cells) * deviation**2 + sum(most**2 for most in small) / 12)
        if len(spans) > 1:
            variance += (HABITS * (1 - once) * people) ** 2 + (1 - once) * people + counted * people**2
        error = Z * sqrt(variance)
        if people - error < FEWEST or surely < sum(small):
            continue
        scale, bins = people / surely, np.sum([cell.heard for cell in cells], axis=0)[: BINS if all_known else None]
        bins = scale * (bins + (surely - bins.sum()) / len(bins))[:BINS]  # the sum of all is known much better
        noise = scale * WIDER * deviation * sqrt(len(cells))
        heard = () if not all_known and bins.sum() < FEWEST + Z * noise else tuple(bins)
        found.append(Place(country, people, people - error, people + error, len(spans) > 1, heard, noise))
    return sorted(found, key=lambda one: (-one.people, one.country))


def ranks(found: Sequence[Place]) -> list[tuple[int, int]]:
    """Which places each may have, the first and the last: those that cannot be told apart share them.

    >>> few, many = (Place("", n, n - 6, n + 6, False, (), 0) for n in (20, 50))
    >>> ranks([many, few]), ranks([few, few])
    ([(1, 1), (2, 2)], [(1, 2), (1, 2)])
    """
    return [
        (1 + sum(other.low > one.high for other in found), len(found) - sum(other.high < one.low for other in found))
        for one in found
    ]
