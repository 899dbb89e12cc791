"""What the page Audience asks: who listens, how far, where, and what else they like.

Every answer is a sum of cells of ``mart.audience`` (whole weeks), asked in a transaction of the app's own role that
sees one artist's rows. What is asked of the music (songs and a time) is exact, from the first listen on. What is asked
of a country is a sum of cells of ten distinct listeners and more, and tells listeners in tens, and no hours. Listeners
of several weeks are estimated (standard error 1.3 % at 4,000, 3.6 % at 20,000). ``None`` is a figure that is hidden, or
does not exist.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, Literal

from dashboards.queries import ready, sql
from etl.audience.spans import SPANS, WEEK, span_start
from etl.store.warehouse import Warehouse

MAX_WEEKS = 53
FEWEST = 10  #: listeners, below which no country is shown, and no curve
POINTS = tuple(range(10, 100, 10))  #: per cent of a track at which those still listening are counted

Completion = Literal["any", "half", "finished"]
#: Which listens count, and the column that counts them.
COMPLETIONS: dict[Completion, tuple[str, str]] = {
    "any": ("listens", "listeners"),
    "half": ("heard_50", "half_listeners"),
    "finished": ("finished", "finished_listeners"),
}


@dataclass(frozen=True)
class Filters:
    """What a page asks about."""

    start: date
    end: date
    track_id: int | None = None
    genre: str | None = None  #: counts while there is no track
    country: str | None = None  #: alpha-3, or ``unknown``
    completion: Completion = "any"


@dataclass(frozen=True)
class Period:
    """The whole weeks that are shown for a range of days."""

    start: date  #: a Monday
    end: date  #: a Sunday

    @property
    def weeks(self) -> int:
        """How many there are."""
        return ((self.end - self.start).days + 1) // 7

    @property
    def before(self) -> "Period":
        """As many weeks, right before."""
        return Period(self.start - self.weeks * WEEK, self.start - timedelta(days=1))

    def spans(self) -> list[tuple[int, date]]:
        """The period cut into spans that are kept summed up: (weeks, first Monday)."""
        found = []
        week = self.start
        while week < self.end:
            for span in (*reversed(SPANS), 1):
                if span_start(week, span) == week and week + span * WEEK <= self.end + timedelta(days=1):
                    found.append((span, week))
                    week += span * WEEK
                    break
        return found


@dataclass(frozen=True)
class Coverage:
    """What there is of an artist: the Monday of the first week with a listen."""

    first_week: date | None
    synthetic: bool  #: whether there are weeks with made listens
    through: date | None  #: a Sunday; the same for all artists
    observed: bool = False  #: whether there are weeks without made listens


@dataclass(frozen=True)
class Totals:
    """How much was heard."""

    listens: int
    listeners: int  #: of a country in tens
    hours: float | None  #: None of a country, and while the completion is filtered
    median_heard: float | None  #: per cent of a track
    finished_share: float


@dataclass(frozen=True)
class Kpis:
    """A period and the one before."""

    now: Totals | None
    before: Totals | None


@dataclass(frozen=True)
class Curve:
    """How far people get: shares of ``n`` listens of which 10 … 90 % was heard, and that were finished."""

    track_id: int | None
    country: str | None
    title: str
    n: int
    listeners: int | None  #: of a country in tens
    shares: tuple[float | None, ...]  #: at ``POINTS``; never rises; of a country None from where there are too few
    finished: float | None


@dataclass(frozen=True)
class Place:
    """A country that is shown, ``unknown`` ones, or the ``hidden`` ones together."""

    country: str
    listens: int
    listeners: int | None  #: in tens
    finished_share: float | None


@dataclass(frozen=True)
class TrackRow:
    """A track that was heard."""

    track_id: int
    title: str
    genre: str | None
    totals: Totals


@dataclass(frozen=True)
class Day:
    """A day or a week; None where fewer than ten of a country listened in it."""

    day: date
    listens: int | None
    listeners: int | None


@dataclass(frozen=True)
class Interest:
    """What an audience hears ``lift`` times as much as all listeners do, with a 95 % interval."""

    kind: Literal["genre", "track"]
    item: str
    title: str
    artist_name: str | None
    listeners: int
    lift: float
    low: float
    high: float
    through: date
    synthetic: bool = False  #: whether the track was made


def coverage(warehouse: Warehouse, artist_id: int) -> Coverage | None:
    """Which weeks of an artist can be shown; None while the first refresh is still making its tables."""
    if not ready(warehouse):
        return None
    return Coverage(**warehouse.query_as(sql("audience_coverage"), {}, artist_id)[0])


def period(filters: Filters, through: date) -> Period:
    """The whole weeks that a range of days touches, none that has not ended, a year at most.

    >>> period(Filters(date(2020, 12, 2), date(2020, 12, 15)), date(2020, 12, 20))
    Period(start=datetime.date(2020, 11, 30), end=datetime.date(2020, 12, 20))
    """
    end = min(filters.end + timedelta(days=6 - filters.end.weekday()), through)
    start = min(filters.start - timedelta(days=filters.start.weekday()), end - timedelta(days=6))
    return Period(max(start, end + timedelta(days=1) - MAX_WEEKS * WEEK), end)


def kpis(warehouse: Warehouse, artist_id: int, filters: Filters, shown: Period) -> Kpis:
    """How much was heard in the period, and in the one before."""
    spans = [("now", *one) for one in shown.spans()] + [("before", *one) for one in shown.before.spans()]
    rows = _heard(warehouse, artist_id, filters, spans)
    found = {row["name"]: _totals(row, filters) for row in rows}
    return Kpis(found.get("now"), found.get("before"))


def curves(
    warehouse: Warehouse, artist_id: int, filters: Filters, shown: Period, track_ids: Sequence[int] = ()
) -> list[Curve]:
    """How far people get in each of these tracks; without any, in all that the filters leave together."""
    if track_ids:
        rows = _tracks(warehouse, artist_id, filters, shown, track_ids)
        return [_curve(row, replace(filters, track_id=int(row["name"])), row["title"] or "") for row in rows]
    rows = _heard(warehouse, artist_id, filters, [("now", *one) for one in shown.spans()])
    return [_curve(row, filters) for row in rows]


def curves_by_country(warehouse: Warehouse, artist_id: int, filters: Filters, shown: Period) -> list[Curve]:
    """How far people get in each country that is shown, the one with the most listens first."""
    rows = _countries(warehouse, artist_id, filters, shown)
    named = [row for row in rows if row["name"] not in ("", "hidden", "unknown")]
    return [_curve(row, replace(filters, country=row["name"])) for row in named]


def genre_curve(warehouse: Warehouse, artist_id: int, genre: str) -> Curve | None:
    """How far people get with the average artist of a genre, else with that of all; None where there are too few."""
    rows = warehouse.query_as(sql("audience_genre_curve"), {"genre": genre}, artist_id)
    if not rows:
        return None
    *shares, finished = rows[0]["heard"]
    title = f"average {rows[0]['genre']} artist" if rows[0]["genre"] else "average artist"
    return Curve(None, None, title, rows[0]["listens"], None, tuple(shares), finished)


def countries(warehouse: Warehouse, artist_id: int, filters: Filters, shown: Period) -> list[Place]:
    """Where people are; the listens add up to those of the KPIs, but for rounding where there is a track or genre."""
    rows = {row["name"]: row for row in _countries(warehouse, artist_id, filters, shown)}
    whole = rows.pop("", None)
    if whole is None:
        return []
    hidden = rows.pop("hidden", None)
    count, _ = COMPLETIONS[filters.completion]
    places = []
    for country, row in rows.items():
        if totals := _totals(row, replace(filters, country=country)):
            places.append(Place(country, totals.listens, totals.listeners, totals.finished_share))
    rest = whole[count] - sum(place.listens for place in places)
    if rest > 0:
        known = _totals(hidden, replace(filters, country="hidden")) if hidden else None
        places.append(Place("hidden", rest, known.listeners if known else None, None))
    return places


def tracks(
    warehouse: Warehouse, artist_id: int, filters: Filters, shown: Period, track_ids: Sequence[int]
) -> list[TrackRow]:
    """How much of each track was heard, the most heard first."""
    rows = _tracks(warehouse, artist_id, filters, shown, track_ids)
    return [
        TrackRow(int(row["name"]), row["title"] or "", row["genre"], totals)
        for row in rows
        if (totals := _totals(row, filters))
    ]


def days(warehouse: Warehouse, artist_id: int, filters: Filters, shown: Period) -> list[Day]:
    """Listens a day, of the artist or of one track; of every day of the period one row."""
    params = {"track_id": filters.track_id or 0, "begin": shown.start, "end": shown.end}
    found = {row["day"]: row for row in warehouse.query_as(sql("audience_days"), params, artist_id)}
    every = (shown.start + timedelta(days=number) for number in range(7 * shown.weeks))
    return [
        Day(day, found[day]["listens"], found[day]["listeners"]) if day in found else Day(day, 0, 0) for day in every
    ]


def weeks(warehouse: Warehouse, artist_id: int, filters: Filters, shown: Period) -> list[Day]:
    """Listens a week; of every week of the period one row, its day the Monday."""
    every = [shown.start + number * WEEK for number in range(shown.weeks)]
    rows = _heard(warehouse, artist_id, filters, [(str(week), 1, week) for week in every])
    found = {row["name"]: (row["listens"], _people(row["listeners"], filters)) for row in rows}
    none = (None, None) if filters.country else (0, 0)
    return [Day(week, *found.get(str(week), none)) for week in every]


def history(
    warehouse: Warehouse, artist_id: int, begin: date, end: date, track_id: int | None = None
) -> dict[int, dict[date, int]]:
    """Listens a day, of each track and of all together (0); without days that have none."""
    params = {"begin": begin, "end": end, "track_id": track_id}
    rows = warehouse.query_as(sql("audience_history"), params, artist_id)
    return {row["track_id"]: dict(zip(row["days"], row["listens"], strict=True)) for row in rows}


def first_weeks(warehouse: Warehouse, artist_id: int) -> dict[str, Day]:
    """The first week that each country is shown in."""
    rows = warehouse.query_as(sql("audience_first_weeks"), {}, artist_id)
    return {row["country"]: Day(row["week"], row["listens"], row["listeners"]) for row in rows}


def interests(warehouse: Warehouse, artist_id: int) -> list[Interest]:
    """What else the audience likes, by kind, the highest lift first. It has no filters: it is computed every week."""
    return [Interest(**row) for row in warehouse.query_as(sql("audience_interests"), {}, artist_id)]


def _countries(warehouse: Warehouse, artist_id: int, filters: Filters, shown: Period) -> list[dict[str, Any]]:
    spans = [("", *one) for one in shown.spans()]
    return _heard(warehouse, artist_id, replace(filters, country=None), spans, "country")


def _tracks(
    warehouse: Warehouse, artist_id: int, filters: Filters, shown: Period, track_ids: Sequence[int]
) -> list[dict[str, Any]]:
    spans = [("", *one) for one in shown.spans()]
    return _heard(warehouse, artist_id, filters, spans, "track", track_ids)


def _heard(
    warehouse: Warehouse,
    artist_id: int,
    filters: Filters,
    spans: Sequence[tuple[str, int, date]],
    by: Literal["period", "country", "track"] = "period",
    track_ids: Sequence[int] = (),
) -> list[dict[str, Any]]:
    """What was heard in these spans (the period's name, weeks, first Monday), a row for each ``by``."""
    one = None if filters.genre and not filters.track_id else [filters.track_id or 0]
    country = filters.country or ""
    params = {"by": by, "track_ids": list(track_ids) or one, "genre": filters.genre, "country": country}
    columns = {name: [span[place] for span in spans] for place, name in enumerate(("labels", "spans", "weeks"))}
    return warehouse.query_as(sql("audience_heard"), params | columns, artist_id)


def _totals(row: Mapping[str, Any], filters: Filters) -> Totals | None:
    """A row's figures; None where there are none.

    Of a country none where fewer than ten listeners are behind them, or nearly all: the rest would be told.
    """
    count, who = COMPLETIONS[filters.completion]
    few = row[who] < FEWEST or (filters.completion != "any" and row["listens"] - row[count] < FEWEST)
    if not row[count] or (filters.country and few):
        return None
    reached = [row["listens"], *(row[f"heard_{point}"] for point in POINTS), row["finished"]]
    reached = [min(one, row[count]) for one in reached]
    return Totals(
        row[count],
        _people(row[who], filters),
        row["heard_s"] / 3600 if filters.completion == "any" and not filters.country else None,
        _median(reached),
        row["finished"] / row[count],
    )


def _median(reached: Sequence[int]) -> float | None:
    """How much of a track half of the listens reached: between the two points where it falls below half, on a line."""
    half = reached[0] / 2
    for place, (here, there) in enumerate(pairwise(reached)):
        if there < half:
            return 10 * (place + (here - half) / (here - there))
    return 100.0


def _curve(row: Mapping[str, Any], filters: Filters, title: str = "") -> Curve:
    n = row["listens"]

    def share(reached: int) -> float | None:
        return reached / n if not filters.country or reached >= FEWEST else None

    return Curve(
        filters.track_id, filters.country, title, n, _people(row["listeners"], filters),
        tuple(share(row[f"heard_{point}"]) for point in POINTS), share(row["finished"]),
    )  # fmt: skip


def _people(count: int, filters: Filters) -> int:
    return count // 10 * 10 if filters.country else count
