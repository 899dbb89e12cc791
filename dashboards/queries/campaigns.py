"""What to expect when some creators use a song: plays and where they come from, with an interval for each.

The model is that of ``etl/recommend/campaigns.py``; it learns from the videos that were seen, when it is asked.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from dashboards.queries import sql
from dashboards.queries.influencers import Influencer, everyone
from etl.recommend.campaigns import NONE, Floats, Videos, interval, learn
from etl.store.warehouse import Warehouse

LATEST = 20_000  #: videos that are learned from, besides those of the creators and the sounds that are asked about
OLDEST = 3  #: days; what is counted later counts as this old
ELSEWHERE = "elsewhere"


@dataclass(frozen=True)
class Plays:
    """So many plays: four in five campaigns end between low and high."""

    low: float
    mid: float
    high: float


@dataclass(frozen=True)
class ExpectedCreator:
    """One creator of a campaign, who posts one video."""

    influencer: Influencer
    plays: Plays
    videos: int  #: of theirs that were seen; 0: judged by their size alone
    similar: int  #: of these, with a sound that resembles the song


@dataclass(frozen=True)
class ExpectedCountry:
    """Plays from one country, alpha-3 or ``elsewhere``, as the creators' audiences are spread."""

    country: str
    plays: Plays


@dataclass(frozen=True)
class Expectation:
    """What to expect, and what that is learned from."""

    plays: Plays
    creators: list[ExpectedCreator]  #: as they were asked about
    countries: list[ExpectedCountry]  #: the most plays first, elsewhere last
    videos: int
    similar_sounds: int
    similar_videos: int
    days: int  #: after which plays are counted
    through: date
    synthetic_videos: int = 0


def expected(
    warehouse: Warehouse,
    influencer_ids: Sequence[str],
    track_ids: Iterable[int] = (),
    sound_ids: Iterable[str] = (),
) -> Expectation | None:
    """What to expect of one video by each of some creators; the same question has the same answer.

    Args:
        influencer_ids: whom; who is not known is left out.
        track_ids: that sound like the song; the sounds that they match count as similar.
        sound_ids: more sounds that resemble it.
    Returns:
        None when none of the creators is known, or there are too few videos to learn from.
    """
    people = {one.influencer_id: one for one in everyone(warehouse)}
    chosen = [people[one] for one in dict.fromkeys(influencer_ids) if one in people]
    matches = warehouse.query(sql("track_matches"), {"track_ids": list(track_ids)})
    similar = sorted({*sound_ids, *(row["tiktok_track_id"] for row in matches)})
    ids = [one.creator_id for one in chosen if one.creator_id]
    rows = warehouse.query(sql("campaign_videos"), {"creator_ids": ids, "sound_ids": similar, "most": LATEST})
    if not chosen or len({row["plays"] for row in rows}) < 2:
        return None
    creators, sounds = _codes(row["creator_id"] for row in rows), _codes(row["sound_id"] for row in rows)
    model = learn(_videos(rows, creators, sounds))
    song = model.of_song([sounds[one] for one in similar if one in sounds])
    asked = [(creators.get(one.creator_id or "", NONE), float(one.followers)) for one in chosen]
    drawn = model.draw(asked, song, np.random.default_rng(1))
    like = set(similar)
    used = [[row["sound_id"] in like for row in rows if row["creator_id"] == one.creator_id] for one in chosen]
    return Expectation(
        Plays(*interval(drawn.sum(1))),
        [
            ExpectedCreator(one, Plays(*interval(drawn[:, place])), len(used[place]), sum(used[place]))
            for place, one in enumerate(chosen)
        ],
        _countries(chosen, drawn),
        len(rows),
        song.sounds,
        song.videos,
        model.counted_at,
        max(row["counted_on"] for row in rows),
        sum(row["synthetic"] for row in rows),
    )


def _videos(rows: Sequence[dict], creators: dict[str, int], sounds: dict[str, int]) -> Videos:
    styles = _codes(row["genre"] for row in rows if row["genre"])
    days = _codes(row["posted_on"] for row in rows)
    followers = np.full(len(creators), np.nan)
    for row in rows:
        if row["followers"] is not None:
            followers[creators[row["creator_id"]]] = row["followers"]
    return Videos(
        np.array([row["plays"] for row in rows], float),
        np.array([creators[row["creator_id"]] for row in rows]),
        np.array([sounds[row["sound_id"]] for row in rows]),
        np.array([styles.get(row["genre"], NONE) for row in rows]),
        np.array([days[row["posted_on"]] for row in rows]),
        np.array([min(OLDEST, max(0, (row["counted_on"] - row["posted_on"]).days)) for row in rows]),
        followers,
    )


def _countries(chosen: Sequence[Influencer], drawn: Floats) -> list[ExpectedCountry]:
    """Plays by country: each creator's, spread as their audience is."""
    codes = sorted({country for one in chosen for country in one.audience})
    shares = np.array([[one.audience.get(code, 0.0) for code in codes] for one in chosen])
    there = drawn @ shares
    found = [ExpectedCountry(code, Plays(*interval(there[:, place]))) for place, code in enumerate(codes)]
    elsewhere = drawn @ np.maximum(0, 1 - shares.sum(1))
    return [
        *sorted(found, key=lambda one: -one.plays.mid),
        ExpectedCountry(ELSEWHERE, Plays(*interval(elsewhere))),
    ]


def _codes(values: Iterable) -> dict:
    return {value: code for code, value in enumerate(dict.fromkeys(values))}
