"""How well creators suit an artist: a fit from 0 to 100 that is the mean of parts, each from 0 to 100 and shown.

- *genre*: how near the music of the creator's videos is to one genre. The cosine of the two, as everywhere here that
  tastes are compared: 100 when all their music is of it, 71 when half is and the other half of one other genre.
- *audience*: the share of their audience that is in a country; half or more of it is 100. Creators tell their greatest
  countries alone, so a country that is not among these counts 0.
- *engagement*: the share of creators *of the same size* that they are ahead of, in likes, comments and shares for each
  play (:func:`engagement`). Across sizes the figure compares nothing: it changes with followers.
- *reach*: plays of a typical video, on a scale of tenfolds: 100 plays are 0, a million 100.

The fit weighs parts by :data:`WEIGHTS`, a judgement and no measurement: nobody has published what makes a video carry
a song. Genre comes first, for an audience that came for other music does not stay; reach last, for a large audience
elsewhere carries nothing. A part that does not apply is left out, and the others weigh more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log10, pi

import numpy as np

WEIGHTS = {"genre": 0.35, "audience": 0.25, "engagement": 0.25, "reach": 0.15}
ENOUGH_AUDIENCE = 0.5  #: share in the country from which on the part is 100
LEAST_PLAYS, MOST_PLAYS = 100, 1_000_000  #: of a typical video, where reach is 0 and 100
NEIGHBOURS = 50  #: creators nearest in followers that one is compared with
FEWEST_NEIGHBOURS = 10  #: below which engagement compares nothing
#: Standard deviation of the logarithm of one video's engagement around its creator's: .42 among 91 creators of
#: December 2020 with several videos each.
WITHIN = 0.42


@dataclass(frozen=True)
class Part:
    """A part of a fit."""

    score: float  #: 0 … 100
    weight: float  #: of all parts that apply; they sum to 1


@dataclass(frozen=True)
class Fit:
    """A fit with its parts, in the order of :data:`WEIGHTS`."""

    score: float  #: 0 … 100
    parts: dict[str, Part]


@dataclass(frozen=True)
class Engagement:
    """How one creator's engagement compares with that of creators of the same size, themselves among these."""

    rate: float  #: likes, comments and shares for each play of a typical video
    typical: float  #: the rate that creators with as many followers have
    ahead_of: float  #: per cent of them, ties counted half
    creators: int
    followers: tuple[int, int]  #: of the smallest and the largest of them


def fit(scores: Mapping[str, float | None]) -> Fit:
    """The fit that parts make.

    Args:
        scores: 0 … 100 by the names of :data:`WEIGHTS`; a part that is missing or None does not apply.

    >>> fit({"genre": 80, "reach": 40}).score  # (.35 × 80 + .15 × 40) / .5
    68.0
    """
    given = {name: score for name in WEIGHTS if (score := scores.get(name)) is not None}
    whole = sum(WEIGHTS[name] for name in given) or 1.0
    parts = {name: Part(score, WEIGHTS[name] / whole) for name, score in given.items()}
    return Fit(round(sum(part.score * part.weight for part in parts.values()), 6), parts)


def genre_score(shares: Mapping[str, float], genre: str) -> float:
    """How near a mix of genres is to one genre.

    >>> round(genre_score({"Rock": 0.5, "Folk": 0.5}, "Rock"))
    71
    """
    length = sum(share**2 for share in shares.values()) ** 0.5
    return 100 * shares.get(genre, 0.0) / length if length else 0.0


def audience_score(shares: Mapping[str, float], country: str) -> float:
    """How much of an audience is in a country; see the module.

    >>> audience_score({"SWE": 0.3}, "SWE"), audience_score({"SWE": 0.3}, "NOR")
    (60.0, 0.0)
    """
    return 100 * min(1.0, shares.get(country, 0.0) / ENOUGH_AUDIENCE)


def reach_score(plays: float) -> float:
    """How far a video with so many plays reaches.

    >>> [round(reach_score(plays)) for plays in (10, 1_000, 10_000, 5_000_000)]
    [0, 25, 50, 100]
    """
    place = log10(max(plays, 1) / LEAST_PLAYS) / log10(MOST_PLAYS / LEAST_PLAYS)
    return 100 * min(1.0, max(0.0, place))


def engagement(
    followers: Sequence[int], plays: Sequence[float], reactions: Sequence[float], videos: Sequence[int]
) -> list[Engagement | None]:
    """Each creator's engagement against the :data:`NEIGHBOURS` nearest to them in followers.

    Among these, what changes with followers is taken out by a straight line through the logarithms, so that the
    largest and the smallest, whose neighbours are all on one side, are judged alike. A rate that is known from few
    videos is then drawn to the line by as much as chance moves it (empirical Bayes): one lucky video leads no list.

    Args:
        followers: of each creator.
        plays: of a typical (median) video.
        reactions: its likes, comments and shares.
        videos: how many it is the median of.
    Returns:
        None for creators without plays, and for all where fewer than :data:`FEWEST_NEIGHBOURS` have any.
    Source:
        Efron and Morris, "Data analysis using Stein's estimator and its generalizations", JASA 1975.
    """
    found: list[Engagement | None] = [None] * len(followers)
    known = np.flatnonzero(np.asarray(plays) > 0)
    if len(known) < FEWEST_NEIGHBOURS:
        return found
    known = known[np.argsort(np.asarray(followers)[known], kind="stable")]
    size = np.asarray(followers, float)[known]
    rate = (np.asarray(reactions, float)[known] + 0.5) / (np.asarray(plays, float)[known] + 0.5)
    # A median of n varies by π/2 more than a mean would.
    noise = pi / 2 * WITHIN**2 / np.maximum(np.asarray(videos, float)[known], 1)
    many = min(NEIGHBOURS, len(known))
    first = np.clip(np.arange(len(known)) - many // 2, 0, len(known) - many)
    near = first[:, None] + np.arange(many)  # (creators, neighbours)
    line, rest = _line(np.log(size + 1)[near], np.log(rate)[near])
    place = np.arange(len(known)) - first
    own = np.arange(len(known)), place
    spread = np.maximum(0, (rest**2).sum(1) / max(many - 2, 1) - noise[near].mean(1))[:, None]
    drawn = rest * spread / (spread + noise[near])
    below = (drawn < drawn[own][:, None]).sum(1)
    ties = (drawn == drawn[own][:, None]).sum(1)
    for at, creator in enumerate(known):
        found[creator] = Engagement(
            float(rate[at]),
            float(np.exp(line[own][at])),
            float(100 * (below[at] + ties[at] / 2) / many),
            many,
            (int(size[near[at, 0]]), int(size[near[at, -1]])),
        )
    return found


def _line(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Least squares along each row: what the line says, and what is left. Level where all x of a row are one."""
    off = x - x.mean(1, keepdims=True)
    across = (off**2).sum(1, keepdims=True)
    slope = np.divide((off * y).sum(1, keepdims=True), across, out=np.zeros_like(across), where=across > 1e-12)
    line = y.mean(1, keepdims=True) + slope * off
    return line, y - line
