"""Creators who could carry a song further: tier, reach, audience, engagement; as their videos show, or invented."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from etl.synthetic import chance, names
from etl.synthetic.activity.world import APPEAL, CODES, SHARES, pick
from etl.tables import TOP_GENRES as GENRES

#: Tier: (followers from, share of invented influencers, typical likes a video for each follower)
TIERS = {
    "nano": (1_000, 0.3, 0.08),
    "micro": (10_000, 0.35, 0.06),
    "mid": (100_000, 0.2, 0.045),
    "macro": (500_000, 0.1, 0.03),
    "mega": (1_000_000, 0.05, 0.02),
}
CEILING = 30_000_000  #: followers of the greatest
SPREAD = 1.1  #: of likes within a tier (standard deviation of the logarithm): 1.17 among the 250 greatest of 2020
LIKED, LIKED_SPREAD = 0.18, 0.4  #: likes a play among the same, and the standard deviation of its logarithm
AUDIENCE = 5  #: countries that are told
FEWEST = 3  #: videos that are seen of an influencer

SCHEMA = pa.schema(
    [
        ("influencer_id", pa.string()),
        ("creator_id", pa.string()),  # in core.creator; null: an invented one
        ("handle", pa.string()),
        ("name", pa.string()),
        ("platform", pa.string()),
        ("country", pa.string()),  # ISO 3166-1 alpha-3
        ("genre", pa.string()),  # of which they use most
        ("tier", pa.string()),
        ("followers", pa.int64()),
        ("videos", pa.int32()),
        ("posts_per_week", pa.float32()),
        ("median_plays", pa.int64()),  # a video; so the next
        ("median_likes", pa.int64()),
        ("median_comments", pa.int64()),
        ("median_shares", pa.int64()),
        ("engagement", pa.float32()),  # likes, comments and shares a play
        ("genre_shares", pa.list_(pa.float32())),  # of GENRES, in their order; of the music of their videos
        ("audience_countries", pa.list_(pa.string())),  # the greatest, in order
        ("audience_shares", pa.list_(pa.float32())),  # of these; the rest is elsewhere
        ("synthetic", pa.bool_()),
    ]
)


@dataclass(frozen=True)
class Seen:
    """A creator and what is seen of their videos of the last weeks."""

    creator_id: str
    handle: str
    name: str
    followers: int
    country: int  #: place in ``CODES``
    at_home: float  #: share of who sees the videos that lives there
    weeks: float
    posted: int  #: videos, seen or not
    genres: NDArray[np.int64]  #: of each video that was seen, place in ``GENRES``
    plays: NDArray[np.int64]  #: so the next
    likes: NDArray[np.int64]
    comments: NDArray[np.int64]
    shares: NDArray[np.int64]


def seen(creators: Iterable[Seen]) -> pa.Table:
    """Those of whom ``FEWEST`` videos were seen, by id, as these videos show them.

    Creators with fewer followers than the least tier are none.
    """
    least = TIERS["nano"][0]
    rows = [_as_seen(one) for one in creators if one.followers >= least and len(one.plays) >= FEWEST]
    return pa.Table.from_pylist(rows, SCHEMA).sort_by("influencer_id")


def _as_seen(one: Seen) -> dict[str, object]:
    genres = np.bincount(one.genres, minlength=len(GENRES)) / len(one.genres)
    audience = SHARES * (1 - one.at_home)
    audience[one.country] += one.at_home
    where = np.argsort(-audience, kind="stable")[:AUDIENCE]
    counts = {name: int(np.median(getattr(one, name))) for name in ("plays", "likes", "comments", "shares")}
    engaged = counts["likes"] + counts["comments"] + counts["shares"]
    return {
        "influencer_id": one.creator_id,
        "creator_id": one.creator_id,
        "handle": one.handle,
        "name": one.name,
        "platform": "tiktok",
        "country": CODES[one.country],
        "genre": GENRES[int(genres.argmax())],
        "tier": tier_of(one.followers),
        "followers": one.followers,
        "videos": len(one.plays),
        "posts_per_week": round(one.posted / one.weeks, 2),
        **{f"median_{name}": count for name, count in counts.items()},
        "engagement": round(engaged / max(1, counts["plays"]), 4),
        "genre_shares": np.round(genres, 4).tolist(),
        "audience_countries": [CODES[place] for place in where],
        "audience_shares": np.round(audience[where], 4).tolist(),
        "synthetic": True,
    }


def table(seed: int, how_many: int) -> pa.Table:
    """Invented influencers none of whose videos is seen, by id; each hangs on the seed and its own id alone."""
    rows = [_of(seed, str(7_000_000_000_000_000_000 + number)) for number in range(how_many)]
    return pa.Table.from_pylist(rows, SCHEMA).sort_by("influencer_id")


def tier_of(followers: int) -> str:
    """The tier of so many followers."""
    return [name for name, (least, _, _) in TIERS.items() if followers >= least][-1]


def _of(seed: int, known_as: str) -> dict[str, object]:
    rng = chance(seed, "influencer", known_as)
    followers = _followers(rng)
    tier, country = tier_of(followers), int(pick(SHARES, rng.random()))
    likes = max(1.0, followers * TIERS[tier][2] * rng.lognormal(0, SPREAD))
    plays = likes / min(0.6, LIKED * rng.lognormal(0, LIKED_SPREAD))
    comments, shares = likes * rng.uniform(0.01, 0.05), likes * rng.uniform(0.01, 0.06)
    posts, weeks = rng.lognormal(1.2, 0.7), rng.integers(20, 200)
    genres = rng.dirichlet(APPEAL / APPEAL.sum() * 3)
    where, audience = _audience(rng, country)
    return {
        "influencer_id": known_as,
        "creator_id": None,
        "handle": f"{names.word(rng)}.{names.word(rng)}{rng.integers(100)}",
        "name": f"{names.word(rng)} {names.word(rng)}".title(),
        "platform": "tiktok",
        "country": CODES[country],
        "genre": GENRES[int(genres.argmax())],
        "tier": tier,
        "followers": followers,
        "videos": int(posts * weeks) + 1,
        "posts_per_week": round(posts, 2),
        "median_plays": round(plays),
        "median_likes": round(likes),
        "median_comments": round(comments),
        "median_shares": round(shares),
        "engagement": round((likes + comments + shares) / plays, 4),
        "genre_shares": np.round(genres, 4).tolist(),
        "audience_countries": [CODES[place] for place in where],
        "audience_shares": np.round(audience, 4).tolist(),
        "synthetic": True,
    }


def _followers(rng: np.random.Generator) -> int:
    """Any number within a tier, the logarithm evenly."""
    least = [*(tier[0] for tier in TIERS.values()), CEILING]
    tier = int(pick(np.array([share for _, share, _ in TIERS.values()]), rng.random()))
    return int(np.exp(rng.uniform(np.log(least[tier]), np.log(least[tier + 1]))))


def _audience(rng: np.random.Generator, country: int) -> tuple[list[int], np.ndarray]:
    """The countries of the audience, the greatest first, and their shares of it: their own, and others by size."""
    elsewhere = rng.dirichlet(np.where(np.arange(len(CODES)) == country, 1e-9, SHARES * 12))
    own = rng.beta(6, 5)
    shares = elsewhere * (1 - own)
    shares[country] = own
    where = np.argsort(-shares, kind="stable")[:AUDIENCE]
    return where.tolist(), shares[where]
