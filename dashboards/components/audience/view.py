"""What the page Audience is asked: read from its address and written to it.

``?days=90`` or ``?from=2020-11-02&to=2020-12-20``, ``&track=`` an id, ``&country=`` alpha-3 or ``unknown``,
``&genre=``, ``&heard=half`` or ``finished``, ``&compare=`` up to five ids. What cannot be read is explained and
dropped.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import cast, get_args
from urllib.parse import urlencode

from dashboards.components.numbers import long_day
from dashboards.queries.audience import Completion, Filters
from etl.countries import ALPHA3

RANGES = (7, 28, 90, 365)
USUAL = 28  #: days, when the address names none
LONGEST = 365
MOST_COMPARED = 5
UNKNOWN = "unknown"
#: Which listens count, in words.
HEARD: dict[Completion, str] = {"any": "Every listen", "half": "Half and more", "finished": "To the end"}


@dataclass(frozen=True)
class Known:
    """What an address may name: the artist's own tracks by id, their genres, the last day there is data of."""

    titles: Mapping[int, str]
    genres: Collection[str]
    through: date


@dataclass(frozen=True)
class View:
    """What is looked at: the last so many days, or from one day to another."""

    days: int | None = USUAL
    start: date | None = None  #: while ``days`` is None, and so is ``end``
    end: date | None = None
    track_id: int | None = None
    country: str | None = None
    genre: str | None = None  #: none while there is a track
    completion: Completion = "any"
    compare: tuple[int, ...] = ()

    def filters(self, through: date) -> Filters:
        """The same as the warehouse is asked it."""
        end = self.end or through
        start = self.start or end - timedelta(days=(self.days or USUAL) - 1)
        return Filters(start, end, self.track_id, self.genre, self.country, self.completion)

    @property
    def narrowed(self) -> bool:
        """Whether anything but the days is chosen."""
        return bool(self.track_id or self.country or self.genre or self.completion != "any")

    def wider(self) -> list[tuple[str, "View"]]:
        """The views that leave one choice away, the least loss first, each with the words for it."""
        found: list[tuple[str, View]] = []
        if self.completion != "any":
            found.append(("Count every listen", replace(self, completion="any")))
        if self.country:
            found.append(("Show all countries", replace(self, country=None)))
        longer = [days for days in RANGES if self.days and days > self.days] or ([] if self.days else [LONGEST])
        found += [(f"Show the last {days} days", replace(self, days=days, start=None, end=None)) for days in longer]
        if self.track_id:
            found.append(("Show all tracks", replace(self, track_id=None)))
        if self.genre:
            found.append(("Show all genres", replace(self, genre=None)))
        if self.narrowed:
            found.append(("Start again", View()))
        return found


def address(view: View) -> str:
    """The part of an address after the path that says a view; nothing for the usual one.

    >>> address(View(days=90, track_id=7))
    '?days=90&track=7'
    """
    state = {
        "days": str(view.days) if view.days not in (None, USUAL) else None,
        "from": view.start.isoformat() if view.start else None,
        "to": view.end.isoformat() if view.end else None,
        "track": str(view.track_id) if view.track_id else None,
        "country": view.country,
        "genre": view.genre,
        "heard": view.completion if view.completion != "any" else None,
        "compare": ",".join(map(str, view.compare)) or None,
    }
    given = {name: value for name, value in state.items() if value}
    return f"?{urlencode(given, safe=',')}" if given else ""


def read(query: Mapping[str, str], known: Known) -> tuple[View, list[str]]:
    """The view that an address asks for, and in words what of it could not be read and is left out."""
    wrong: list[str] = []
    days, start, end = _days(query, known.through, wrong)
    track = _track(query.get("track"), known, wrong)
    country, genre = query.get("country"), query.get("genre")
    if country and country not in ALPHA3.values() and country != UNKNOWN:
        wrong.append(f"“{_cut(country)}” is no country’s code, such as SWE: all countries are shown.")
        country = None
    if genre and genre not in known.genres:
        wrong.append(f"You have no tracks of the genre “{_cut(genre)}”: all genres are shown.")
        genre = None
    if genre and track:
        wrong.append("One track is chosen, which has one genre: the choice of a genre is left out.")
        genre = None
    heard = query.get("heard") or "any"
    if heard not in get_args(Completion):
        wrong.append(f"“{_cut(heard)}” is neither half nor finished: every listen counts.")
        heard = "any"
    compare = _compared(query.get("compare") or "", known, wrong)
    view = View(days, start, end, track, country or None, genre or None, cast(Completion, heard), compare)
    return view, wrong


def _days(query: Mapping[str, str], through: date, wrong: list[str]) -> tuple[int | None, date | None, date | None]:
    if query.get("from") or query.get("to"):
        try:
            start, end = date.fromisoformat(query.get("from", "")), date.fromisoformat(query.get("to", ""))
        except ValueError:
            wrong.append(f"From and to are not both days, such as 2020-12-20: the last {USUAL} days are shown.")
            return USUAL, None, None
        if start > end:
            wrong.append(f"The first day is after the last: the last {USUAL} days are shown.")
            return USUAL, None, None
        if start > through:
            wrong.append(f"There is data through {long_day(through)} only: the last {USUAL} days are shown.")
            return USUAL, None, None
        if (end - start).days >= LONGEST:
            wrong.append(f"A year at most can be shown: it begins {LONGEST} days before the last day.")
            start = end - timedelta(days=LONGEST - 1)
        return None, start, end
    asked = query.get("days")
    if asked and asked not in map(str, RANGES):
        wrong.append(f"“{_cut(asked)}” is none of 7, 28, 90 and 365 days: the last {USUAL} are shown.")
        return USUAL, None, None
    return int(asked) if asked else USUAL, None, None


def _track(asked: str | None, known: Known, wrong: list[str]) -> int | None:
    if not asked:
        return None
    if asked.isdecimal() and asked.isascii() and len(asked) < 11 and int(asked) in known.titles:
        return int(asked)
    wrong.append(f"Track “{_cut(asked)}” is none of yours: all tracks are shown.")
    return None


def _compared(asked: str, known: Known, wrong: list[str]) -> tuple[int, ...]:
    given = dict.fromkeys(filter(None, asked.split(",")))
    found = [one for one in (_track(part, known, []) for part in given) if one]
    if len(found) < len(given):
        wrong.append("Some of the tracks to compare are none of yours: they are left out.")
    if len(found) > MOST_COMPARED:
        wrong.append(f"Five tracks at most are compared: the first {MOST_COMPARED} are shown.")
    return tuple(found[:MOST_COMPARED])


def _cut(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"
