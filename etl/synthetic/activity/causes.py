"""What posts bring: the listens that would not have been, by sound, country and day.

Most videos bring nothing. Of the others, what one brings grows less than its plays do, differs widely, and comes with
a lag after each day's plays.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from etl.synthetic import chance
from etl.synthetic.activity.law import Law
from etl.synthetic.activity.world import UNKNOWN, Floats, fixed, normal

USUAL_PLAYS = 20_000.0  #: of a video
USUAL_LISTENERS = 5_000
SEEN_DAYS = 14  #: after which a video is hardly played any more


@dataclass(frozen=True)
class Posts:
    """The videos of a day that use a track of the catalogue: one element a video."""

    video_id: NDArray[np.int64]
    track: NDArray[np.int32]  #: place in the charts
    country: NDArray[np.int8]  #: of their creator
    at_home: Floats  #: share of who sees them that lives there; the rest is anywhere
    plays: Floats  #: in the end
    fades_days: Floats  #: by when all but 1 / e of the plays have come


@dataclass(frozen=True)
class Brought:
    """Listens that posts bring on a day: one element a listen."""

    video_id: NDArray[np.int64]
    track: NDArray[np.int32]
    country: NDArray[np.int8]


def brought(
    seed: int, day: date, posts: Callable[[date], Posts], listeners: int, in_country: Floats, law: Law
) -> Brought:
    """What the videos of the days before bring on a day.

    Args:
        seed: fixes it, together with the day.
        day: the day of the listens.
        posts: the videos of a day.
        listeners: how many there are: of twice as many, twice as many hear of a song.
        in_country: share of all listening that each country has, the unknown one last.
        law: how much, how widely and how late.
    """
    found = []
    for ago in range(SEEN_DAYS + len(law.lag)):
        those = posts(day - timedelta(days=ago))
        [bring] = np.nonzero(fixed(seed, 30, those.video_id) < law.bringing)
        share = _on_day(ago, those.fades_days[bring], law.lag)
        names = ("video_id", "track", "country", "at_home", "plays")
        found.append((*(getattr(those, name)[bring] for name in names), share))
    video_id, track, country, at_home, plays, share = (np.concatenate(column) for column in zip(*found, strict=True))
    lots = np.clip(normal(fixed(seed, 31, video_id)), -3, 3)
    mean = law.pull * listeners / USUAL_LISTENERS * (plays / USUAL_PLAYS) ** law.bend * share
    mean *= np.exp(law.pull_spread * lots)
    rng = chance(seed, "brought by posts", day)
    # Rounded first: the last bits of powers, in which processors differ, decide nothing.
    many = rng.poisson(np.round(mean, 6))
    home = np.repeat(country, many)
    elsewhere = rng.random(len(home)) >= np.repeat(at_home, many)
    others = np.searchsorted(np.cumsum(in_country / in_country.sum()), rng.random(len(home)), side="right")
    where = np.where(elsewhere, np.minimum(others, UNKNOWN), home)
    return Brought(np.repeat(video_id, many), np.repeat(track, many), where.astype(np.int8))


def _on_day(ago: int, fades_days: Floats, lag: tuple[float, ...]) -> Floats:
    """The share of what a video brings that comes so many days after it was posted."""
    share = np.zeros(len(fades_days))
    for late, part in enumerate(lag):
        if 0 <= ago - late < SEEN_DAYS:
            share += part * (np.exp(-(ago - late) / fades_days) - np.exp(-(ago - late + 1) / fades_days))
    return share
