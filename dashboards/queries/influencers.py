"""What the page Influencers asks: who could carry music further, what shows it, and who is on an account's shortlist.

The fit is that of ``etl/recommend/influencers.py``. Everybody who may be suggested is read once a question, because
engagement is compared with creators of the same size whatever is chosen.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from unicodedata import normalize

from dashboards.queries import ready, sql
from etl.errors import ArgumentInvalid
from etl.recommend.influencers import (
    Engagement,
    Fit,
    audience_score,
    engagement,
    fit,
    genre_score,
    reach_score,
)
from etl.store import loads
from etl.store.warehouse import Warehouse
from etl.tables import TOP_GENRES

USES = 0.1  #: share of the music of a creator's videos from which on they count as somebody who uses a genre
LONGEST_NOTE = 500  #: characters; app.shortlist holds no longer one either
LONGEST_LIST = 200
MOST_EVIDENCE = 12


@dataclass(frozen=True)
class Influencer:
    """A creator who may be suggested."""

    influencer_id: str
    creator_id: str | None  #: None: no video of theirs was seen
    handle: str
    name: str
    country: str | None  #: alpha-3
    genre: str  #: which they use most
    tier: str
    followers: int
    videos: int
    median_plays: int
    median_likes: int
    median_comments: int
    median_shares: int
    genre_shares: Sequence[float]
    audience_countries: Sequence[str]
    audience_shares: Sequence[float]
    synthetic: bool

    @cached_property
    def genres(self) -> dict[str, float]:
        """Shares of the music of their videos, by top genre."""
        return dict(zip(TOP_GENRES, self.genre_shares, strict=True))

    @cached_property
    def audience(self) -> dict[str, float]:
        """Shares of their audience by country, the greatest alone."""
        return dict(zip(self.audience_countries, self.audience_shares, strict=True))


@dataclass(frozen=True)
class Wanted:
    """Who is looked for; a part that is None is not asked for."""

    genre: str | None = None  #: that they use
    country: str | None = None  #: their own
    audience: str | None = None  #: a country that is among the greatest of their audience
    tier: str | None = None
    text: str | None = None  #: in their name or handle

    @property
    def narrowed(self) -> tuple[str, ...]:
        """The parts that leave somebody out."""
        return tuple(name for name in ("audience", "country", "tier", "text", "genre") if getattr(self, name))


@dataclass(frozen=True)
class Suggested:
    """A creator with how well they suit, and how many of their videos show it."""

    influencer: Influencer
    fit: Fit
    engagement: Engagement | None
    evidence: int = 0  #: videos with a sound matched to the artist's own tracks or to the genre
    own: int = 0  #: of these, with one matched to the artist's own


@dataclass(frozen=True)
class Evidence:
    """A video with a matched sound."""

    video_id: str
    url: str | None
    cover: str | None
    caption: str
    plays: int | None
    posted_on: date
    title: str  #: of the matched track
    artist_name: str
    genre: str | None
    score: float  #: of the match, 0 … 1
    own: bool  #: whether the track is the artist's
    videos: int  #: how many there are in all
    synthetic: bool = False
    synthetic_track: bool = False


@dataclass(frozen=True)
class Listed:
    """A creator on a shortlist; without a name, who is no longer suggested."""

    influencer_id: str
    note: str
    added_at: datetime
    name: str | None
    handle: str | None
    country: str | None
    genre: str | None
    followers: int | None
    median_plays: int | None
    synthetic: bool | None


@dataclass(frozen=True)
class Through:
    """The last days that there is data of; None where nothing was loaded."""

    creators: date | None
    videos: date | None


def through(warehouse: Warehouse) -> Through | None:
    """How far the data goes; None while the first refresh is still making its tables."""
    if not ready(warehouse):
        return None
    with warehouse.transaction() as cursor:
        creators = loads.through(cursor, "activity.influencer")
        return Through(creators, videos=loads.through(cursor, "core.video", "core.track_match"))


def everyone(warehouse: Warehouse) -> list[Influencer]:
    """Everybody who may be suggested, by id."""
    return [Influencer(**row) for row in warehouse.query_as(sql("influencers"), {})]


def matching(people: Iterable[Influencer], wanted: Wanted) -> list[Influencer]:
    """Those who are looked for."""
    tests: list[Callable[[Influencer], bool]] = []
    if wanted.genre:
        tests.append(lambda one: one.genres[wanted.genre or ""] >= USES)
    if wanted.country:
        tests.append(lambda one: one.country == wanted.country)
    if wanted.audience:
        tests.append(lambda one: one.audience.get(wanted.audience or "", 0) > 0)
    if wanted.tier:
        tests.append(lambda one: one.tier == wanted.tier)
    if wanted.text:
        words = _folded(wanted.text).split()
        tests.append(lambda one: all(word in _folded(f"{one.name} {one.handle}") for word in words))
    return [one for one in people if all(test(one) for test in tests)]


def scored(people: Sequence[Influencer], wanted: Wanted) -> list[Suggested]:
    """Everybody with their fit to what is looked for, in their own order, also those who are not looked for."""
    compared = engagement(
        [one.followers for one in people],
        [one.median_plays for one in people],
        [one.median_likes + one.median_comments + one.median_shares for one in people],
        [one.videos for one in people],
    )
    return [Suggested(one, _fit(one, wanted, found), found) for one, found in zip(people, compared, strict=True)]


def ranked(people: Sequence[Influencer], wanted: Wanted) -> list[Suggested]:
    """Those who are looked for, the best fit first; ties go to the larger, then to the smaller id.

    Args:
        people: everybody, with whom engagement is compared.
    """
    sought = {one.influencer_id for one in matching(people, wanted)}
    found = [one for one in scored(people, wanted) if one.influencer.influencer_id in sought]
    return sorted(found, key=lambda one: (-one.fit.score, -one.influencer.followers, one.influencer.influencer_id))


def with_evidence(
    warehouse: Warehouse, found: Sequence[Suggested], genre: str | None, artist_id: int | None
) -> list[Suggested]:
    """The same, each with how many of their videos use a matched sound."""
    ids = [one.influencer.creator_id for one in found if one.influencer.creator_id]
    asked = {"creator_ids": ids, "genre": genre, "artist_id": artist_id}
    counts = {row["creator_id"]: row for row in warehouse.query(sql("influencer_evidence_counts"), asked)}
    none = {"videos": 0, "own": 0}
    rows = [counts.get(one.influencer.creator_id, none) for one in found]
    return [replace(one, evidence=row["videos"], own=row["own"]) for one, row in zip(found, rows, strict=True)]


def evidence(warehouse: Warehouse, creator_id: str | None, genre: str | None, artist_id: int | None) -> list[Evidence]:
    """The videos of a creator that use a matched sound: with the artist's own first, then the most played."""
    if creator_id is None:
        return []
    asked = {"creator_id": creator_id, "genre": genre, "artist_id": artist_id, "most": MOST_EVIDENCE}
    return [Evidence(**row) for row in warehouse.query(sql("influencer_evidence"), asked)]


def relaxed(people: Sequence[Influencer], wanted: Wanted) -> list[tuple[str, Wanted, int]]:
    """What to drop when nobody is found: the part, who is looked for then, and how many there are; the nearest first.

    Nearest is what finds the fewest, for it stays closest to what was asked. Where no single part helps, all go.
    """
    found = []
    for name in wanted.narrowed:
        without = replace(wanted, **{name: None})
        if many := len(matching(people, without)):
            found.append((name, without, many))
    return sorted(found, key=lambda one: one[2]) or [("all", Wanted(), len(people))]


def shortlist(warehouse: Warehouse, account_id: int) -> list[Listed]:
    """Who is on an account's list, the latest first."""
    return [Listed(**row) for row in warehouse.query_as(sql("influencer_shortlist"), {}, account_id=account_id)]


def add(warehouse: Warehouse, account_id: int, influencer_id: str) -> None:
    """Put a creator on an account's list; nothing happens when they are on it, or nobody has this id.

    Raises:
        ArgumentInvalid: the list is full.
    """
    asked = {"influencer_id": influencer_id, "most": LONGEST_LIST}
    added = warehouse.query_as(sql("influencer_shortlist_add"), asked, account_id=account_id)
    if not added and len(shortlist(warehouse, account_id)) >= LONGEST_LIST:
        raise ArgumentInvalid(
            "your shortlist", f"it holds {LONGEST_LIST} creators, which is all it can", "Remove one first."
        )


def write_note(warehouse: Warehouse, account_id: int, influencer_id: str, note: str) -> None:
    """Write a note beside a creator on an account's list.

    Raises:
        ArgumentInvalid: it is too long.
    """
    kept = _without_controls(note).strip()
    if len(kept) > LONGEST_NOTE:
        raise ArgumentInvalid(
            "this note", f"it has {len(kept)} characters, and {LONGEST_NOTE} is the most", "Shorten it."
        )
    asked = {"influencer_id": influencer_id, "note": kept}
    warehouse.query_as(sql("influencer_shortlist_note"), asked, account_id=account_id)


def remove(warehouse: Warehouse, account_id: int, influencer_id: str) -> None:
    """Take a creator off an account's list."""
    warehouse.query_as(sql("influencer_shortlist_remove"), {"influencer_id": influencer_id}, account_id=account_id)


def _fit(one: Influencer, wanted: Wanted, compared: Engagement | None) -> Fit:
    return fit(
        {
            "genre": genre_score(one.genres, wanted.genre) if wanted.genre else None,
            "audience": audience_score(one.audience, wanted.audience) if wanted.audience else None,
            "engagement": compared.ahead_of if compared else None,
            "reach": reach_score(one.median_plays),
        }
    )


def _folded(text: str) -> str:
    return normalize("NFKC", text).casefold()


def _without_controls(text: str) -> str:
    """Text without what Postgres cannot hold or nobody can see; lines stay."""
    return "".join(letter for letter in text if letter == "\n" or letter.isprintable())
