"""Who posts on the invented TikTok, and what a day's videos are and become, as numbers."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from etl.synthetic import chance, names
from etl.synthetic.activity.world import APPEAL, CODES, SHARES, Floats, Ints, fixed, normal, pick
from etl.synthetic.demo import captions

CREATORS = 400
DAY_S = 86_400
SIGNATURES = ["", "▪️▪️▪️", "invented person", "📍 Heronsby\nshe/they", "новые видео каждый день"]
OF_CREATOR = 0.9  #: spread of how many more plays a creator has than others of their size
#: Comments and shares a like of real videos, and how widely they vary: medians, and spreads of the logarithm
COMMENTS, COMMENTS_SPREAD, SHARED, SHARED_SPREAD = 0.0072, 0.9, 0.0037, 1.2


@dataclass(frozen=True)
class Creator:
    """Who posts."""

    creator_id: str
    handle: str
    name: str
    language: str
    signature: str
    followers: int
    country: int  #: place in ``CODES``
    genre: int  #: place in ``GENRES``: the music that they use most
    at_home: float  #: share of who sees their videos that lives in their country
    level: float  #: logarithm of how many more plays they have than others of their size


@dataclass(frozen=True)
class Videos:
    """The videos first seen on a day: one element each."""

    day: date
    video_id: NDArray[np.int64]
    created: Ints  #: seconds since 1970
    sound: Ints  #: place in ``Feed.pool(day)``
    creator: Ints  #: place in ``creators``
    plays: Ints  #: in the end
    fades_days: Floats  #: by when all but 1 / e of them have come
    liked: Floats  #: share of the plays
    duration_s: Ints

    def __len__(self) -> int:
        return len(self.video_id)


@lru_cache(maxsize=4)
def creators(seed: int) -> list[Creator]:
    """Who posts, the busiest first."""
    rng = chance(seed, "creators")
    return [_creator(rng, i) for i in range(CREATORS)]


def _creator(rng: np.random.Generator, i: int) -> Creator:
    creator_id = str(6_600_000_000_000_000_000 + i * 10**14 + int(rng.integers(10**14)))
    country = int(pick(SHARES, rng.random()))
    language = captions.language(rng, CODES[country])
    return Creator(
        creator_id=creator_id,
        handle=names.handle(rng, language),
        name=names.person(rng, language),
        language=language,
        signature=str(rng.choice(SIGNATURES)),
        followers=int(rng.lognormal(9, 2)),
        country=country,
        genre=int(pick(APPEAL, rng.random())),
        at_home=float(np.round(rng.beta(9, 6), 3)),
        level=float(np.round(OF_CREATOR * rng.standard_normal(), 6)),
    )


def counts(seed: int, of: Videos, those: Ints, at: Ints | int) -> tuple[Ints, Ints, Ints, Ints]:
    """Plays, likes, comments and shares of some videos at a time, or each at its own."""
    age = (at - of.created[those]) / (of.fades_days[those] * DAY_S)
    plays = (of.plays[those] * (1 - np.exp(-np.maximum(age, 0)))).astype(np.int64)
    likes = (plays * of.liked[those]).astype(np.int64)
    talk, pass_on = (normal(fixed(seed, about, of.video_id[those])) for about in (50, 51))
    return (
        plays,
        likes,
        (likes * COMMENTS * np.exp(COMMENTS_SPREAD * talk)).astype(np.int64),
        (likes * SHARED * np.exp(SHARED_SPREAD * pass_on)).astype(np.int64),
    )
