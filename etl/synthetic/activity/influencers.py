"""Creators who could carry a song further: tier, reach, audience, engagement. Invented, or those of a drop."""

import numpy as np
import pyarrow as pa

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


def table(seed: int, creators: pa.Table | None, how_many: int) -> pa.Table:
    """The influencers as they are landed, by id; each hangs on the seed and its own id, whoever else is there.

    Creators with fewer followers than the least tier are none.
    """
    if creators is None:
        rows = [_of(seed, str(7_000_000_000_000_000_000 + number), None) for number in range(how_many)]
    else:
        known = [row for row in creators.to_pylist() if (row["followers"] or 0) >= TIERS["nano"][0]]
        rows = [_of(seed, row["creator_id"], row) for row in known]
    return pa.Table.from_pylist(rows, SCHEMA).sort_by("influencer_id")


def tier_of(followers: int) -> str:
    """The tier of so many followers."""
    return [name for name, (least, _, _) in TIERS.items() if followers >= least][-1]


def _of(seed: int, known_as: str, creator: dict | None) -> dict[str, object]:
    rng = chance(seed, "influencer", known_as)
    followers = _followers(rng) if creator is None else int(creator["followers"])
    tier, country = tier_of(followers), int(pick(SHARES, rng.random()))
    likes = max(1.0, followers * TIERS[tier][2] * rng.lognormal(0, SPREAD))
    plays = likes / min(0.6, LIKED * rng.lognormal(0, LIKED_SPREAD))
    comments, shares = likes * rng.uniform(0.01, 0.05), likes * rng.uniform(0.01, 0.06)
    posts, weeks = rng.lognormal(1.2, 0.7), rng.integers(20, 200)
    genres = rng.dirichlet(APPEAL / APPEAL.sum() * 3)
    where, audience = _audience(rng, country)
    return {
        "influencer_id": known_as,
        "creator_id": known_as if creator else None,
        "handle": creator["handle"] if creator else f"{names.word(rng)}.{names.word(rng)}{rng.integers(100)}",
        "name": creator["name"] if creator else f"{names.word(rng)} {names.word(rng)}".title(),
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
