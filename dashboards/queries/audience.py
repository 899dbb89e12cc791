"""What the page Audience asks: who listens, how far, where, and what else they like.

Every answer is a sum of rows of ``mart.audience`` (whole weeks) or of ``mart.people`` (whole spans of weeks), asked in
a transaction of the app's own role that sees one artist's rows. What is asked of the music (songs and a time) is exact,
from the first listen on; listeners of several weeks are exact up to some 380 and else within 1.6 % (standard error).
Countries are told in people, with noise and how sure that is (``etl/audience/people.py``). ``None`` is a figure that
does not exist.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, Literal

from dashboards.queries import ready, sql
from etl.audience import sketches
from etl.audience.people import SONG_SPANS, Cell, Place, Z, places, sigma, spans_of
from etl.audience.spans import WEEK, Span, cut, span_start
from etl.store.warehouse import Warehouse

MAX_WEEKS = 53
FEWEST = 10  #: listeners, below which no curve is shown
POINTS = tuple(range(10, 100, 10))  #: per cent of a track at which those still listening are counted

Completion = Literal["any", "half", "finished"]
#: Which listens count, and the column that counts them.
COMPLETIONS: dict[Completion, tuple[str, str]] = {
    "any": ("listens", "listeners"),
    "half": ("heard_50", "reached_listeners"),
    "finished": ("finished", "reached_listeners"),
}


@dataclass(frozen=True)
class Filters:
    """What a page asks about."""

    start: date
    end: date
    track_id: int | None = None
    genre: str | None = None  #: counts while there is no track
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

    def spans(self) -> list[Span]:
        """The period cut into spans that are kept summed up."""
        return cut(self.start, self.end + timedelta(days=1))


@dataclass(frozen=True)
class Coverage:
    """What there is of an artist: the Monday of the first week with a listen."""

    first_week: date | None
    synthetic: bool  #: whether there are weeks with made listens
    through: date | None  #: a Sunday; the same for all artists
    observed: bool = False  #: whether there are weeks without made listens


@dataclass(frozen=True)
class Totals:
    """How much was heard; how far is told of the listens of which it is known, ``measured``."""

    listens: int
    listeners: int
    hours: float | None  #: None while the completion is filtered, and where nothing is known
    median_heard: float | None  #: per cent of a track
    finished_share: float | None
    measured: int


@dataclass(frozen=True)
class Kpis:
    """A period and the one before."""

    now: Totals | None
    before: Totals | None


@dataclass(frozen=True)
class Curve:
    """How far people get: shares of ``n`` listens of which 10 … 90 % was heard, and that were finished.

    ``unknown``: the listens beside these of which it is not known how far they got.
    """

    track_id: int | None
    title: str
    n: int
    listeners: int | None
    shares: tuple[float, ...]  #: at ``POINTS``; never rises
    finished: float
    unknown: int = 0


@dataclass(frozen=True)
class Where:
    """Where people are: over which whole spans, and how many in each country."""

    start: date
    end: date
    listeners: int | None  #: of the artist, wherever they are; of a song it is told of fewer (``people.SONGS``)
    places: list[Place]


@dataclass(frozen=True)
class TrackRow:
    """A track that was heard."""

    track_id: int
    title: str
    genre: str | None
    totals: Totals


@dataclass(frozen=True)
class Day:
    """A day or a week."""

    day: date
    listens: int
    listeners: int


@dataclass(frozen=True)
class Told:
    """People of one country in a span of weeks, ± ``error`` (95 %); None where there are too few."""

    start: date
    end: date
    people: int | None
    error: float


@dataclass(frozen=True)
class Interest:
    """What is ``lift`` times as often a favourite of an audience as of all listeners, with a 95 % interval."""

    kind: Literal["genre", "track"]
    item: str
    title: str
    artist_name: str | None
    share: float  #: of the audience's favourites
    of_all: float  #: of those of all listeners
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
        of = [(row, replace(filters, track_id=int(row["name"])), row["title"] or "") for row in rows]
    else:
        rows = _heard(warehouse, artist_id, filters, [("now", *one) for one in shown.spans()])
        of = [(row, filters, "") for row in rows]
    return [_curve(*one) for one in of if one[0]["measured"]]


def genre_curve(warehouse: Warehouse, artist_id: int, genre: str) -> Curve | None:
    """How far people get with the average artist of a genre, else with that of all; None where there are too few."""
    rows = warehouse.query_as(sql("audience_genre_curve"), {"genre": genre}, artist_id)
    if not rows:
        return None
    *shares, finished = rows[0]["heard"]
    title = f"average {rows[0]['genre']} artist" if rows[0]["genre"] else "average artist"
    return Curve(None, title, rows[0]["listens"], None, tuple(shares), finished)


def where(warehouse: Warehouse, artist_id: int, track_id: int | None, shown: Period, through: date) -> Where:
    """People by country, in the whole spans that come nearest to some weeks."""
    song = bool(track_id)
    spans = spans_of(shown.start, shown.end, through, song)
    start, end = spans[0][1], spans[-1][1] + spans[-1][0] * WEEK - timedelta(days=1)
    of = Filters(start, end, track_id)
    labels = [(_label(span), *part) for span in spans for part in _weeks(span).spans()]
    rows = _heard(warehouse, artist_id, of, labels + [("", *part) for part in Period(start, end).spans()])
    listeners = {row["name"]: row["listeners"] for row in rows}
    told = _told(warehouse, artist_id, track_id, spans)
    whole = listeners.get("", 0)
    all_known = all(row["measured"] == row["listens"] for row in rows)
    found = places(spans, told, {span: listeners.get(_label(span), 0) for span in spans}, whole, song, all_known)
    return Where(start, end, None if song else whole, found)


def told(
    warehouse: Warehouse, artist_id: int, track_id: int | None, country: str, shown: Period, through: date
) -> list[Told]:
    """People of one country over time: an artist's week by week, a song's in months of four weeks."""
    size = min(SONG_SPANS) if track_id else 1
    first = span_start(shown.start, size)
    count = (min(shown.end, through) + timedelta(days=1) - first).days // 7 // size
    spans = [(size, first + number * size * WEEK) for number in range(count)]
    spans = spans or spans_of(shown.start, shown.end, through, bool(track_id))
    cells, error = _told(warehouse, artist_id, track_id, spans), Z * sigma(track_id or 0)
    found = []
    for span in spans:
        weeks, cell = _weeks(span), cells.get(span, {}).get(country)
        found.append(Told(weeks.start, weeks.end, cell.people if cell else None, error))
    return found


def countries(warehouse: Warehouse, artist_id: int) -> list[str]:
    """The countries in which an artist's people have been told."""
    return [row["country"] for row in warehouse.query_as(sql("people_countries"), {}, artist_id)]


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
    found = {row["name"]: (row["listens"], row["listeners"]) for row in rows}
    return [Day(week, *found.get(str(week), (0, 0))) for week in every]


def history(
    warehouse: Warehouse, artist_id: int, begin: date, end: date, track_id: int | None = None
) -> dict[int, dict[date, int]]:
    """Listens a day, of each track and of all together (0); without days that have none."""
    params = {"begin": begin, "end": end, "track_id": track_id}
    rows = warehouse.query_as(sql("audience_history"), params, artist_id)
    return {row["track_id"]: dict(zip(row["days"], row["listens"], strict=True)) for row in rows}


def first_weeks(warehouse: Warehouse, artist_id: int) -> dict[str, tuple[date, int]]:
    """The first week that people of each country are told in, and how many."""
    rows = warehouse.query_as(sql("audience_first_weeks"), {}, artist_id)
    return {row["country"]: (row["week"], row["people"]) for row in rows}


def interests(warehouse: Warehouse, artist_id: int) -> list[Interest]:
    """What else the audience likes, by kind, what is surely most first. It has no filters: it is of whole months."""
    return [Interest(**row) for row in warehouse.query_as(sql("audience_interests"), {}, artist_id)]


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
    by: Literal["period", "track"] = "period",
    track_ids: Sequence[int] = (),
) -> list[dict[str, Any]]:
    """What was heard in these spans (the period's name, weeks, first Monday), a row for each ``by``."""
    one = None if filters.genre and not filters.track_id else [filters.track_id or 0]
    params = {"by": by, "track_ids": list(track_ids) or one, "genre": filters.genre, "reached": filters.completion}
    columns = {name: [span[place] for span in spans] for place, name in enumerate(("labels", "spans", "weeks"))}
    rows = warehouse.query_as(sql("audience_heard"), params | columns, artist_id)
    for row in rows:
        row["listeners"] = sketches.listeners(row)
        if row["seen_reached"]:
            most = min(row["listeners"], row[COMPLETIONS[filters.completion][0]])
            row["reached_listeners"] = min(most, sketches.distinct(row["seen_reached"]))
    return rows


def _told(
    warehouse: Warehouse, artist_id: int, track_id: int | None, spans: Sequence[Span]
) -> dict[Span, dict[str, Cell]]:
    """The cells of people in these spans, by country."""
    params = {"track_id": track_id or 0, "spans": [size for size, _ in spans], "weeks": [week for _, week in spans]}
    found: dict[Span, dict[str, Cell]] = {}
    for row in warehouse.query_as(sql("audience_people"), params, artist_id):
        found.setdefault((row["span"], row["week"]), {})[row["country"]] = Cell(row["people"], row["heard"])
    return found


def _weeks(span: Span) -> Period:
    return Period(span[1], span[1] + span[0] * WEEK - timedelta(days=1))


def _label(span: Span) -> str:
    return f"{span[0]} {span[1]}"


def _totals(row: Mapping[str, Any], filters: Filters) -> Totals | None:
    """A row's figures; None where there are none."""
    count, who = COMPLETIONS[filters.completion]
    if not row[count]:
        return None
    reached = [row["measured"], *(row[f"heard_{point}"] for point in POINTS), row["finished"]]
    reached = [min(one, row[count]) for one in reached]
    known = reached[0]
    return Totals(
        row[count],
        row[who],
        row["heard_s"] / 3600 if filters.completion == "any" and known else None,
        _median(reached) if known else None,
        row["finished"] / known if known else None,
        known,
    )


def _median(reached: Sequence[int]) -> float | None:
    """How much of a track half of the listens reached: between the two points where it falls below half, on a line."""
    half = reached[0] / 2
    for place, (here, there) in enumerate(pairwise(reached)):
        if there < half:
            return 10 * (place + (here - half) / (here - there))
    return 100.0


def _curve(row: Mapping[str, Any], filters: Filters, title: str = "") -> Curve:
    n = row["measured"]
    shares = tuple(row[f"heard_{point}"] / n for point in POINTS)
    return Curve(filters.track_id, title, n, row["listeners"], shares, row["finished"] / n, row["listens"] - n)
