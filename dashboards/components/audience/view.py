"""What the page Audience is asked: read from its address and written to it.

``?days=90`` or ``?from=2020-11-02&to=2020-12-20``, ``&track=`` an id, ``&country=`` alpha-3 or ``unknown``,
``&genre=``, ``&heard=half`` or ``finished``, ``&compare=`` up to five ids. What cannot be read is explained and
dropped.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from dashboards.components.address import Asked, written
from dashboards.components.numbers import day_words
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

    def track(self, text: str) -> int | None:
        """The track of an id, if it is one of theirs."""
        number = int(text) if text.isdecimal() and text.isascii() and len(text) < 11 else None
        return number if number in self.titles else None


@dataclass(frozen=True)
class View:
    """What is looked at: the last so many days, or from one day to another."""

    days: int | None = USUAL
    start: date | None = None  #: while ``days`` is None, and so is ``end``
    end: date | None = None
    track_id: int | None = None
    country: str | None = None  #: that is told of over time
    genre: str | None = None  #: none while there is a track
    completion: Completion = "any"
    compare: tuple[int, ...] = ()

    def filters(self, through: date) -> Filters:
        """The same as the warehouse is asked it."""
        end = self.end or through
        start = self.start or end - timedelta(days=(self.days or USUAL) - 1)
        return Filters(start, end, self.track_id, self.genre, self.completion)

    @property
    def narrowed(self) -> bool:
        """Whether anything but the days is chosen."""
        return bool(self.track_id or self.genre or self.completion != "any")

    def wider(self) -> list[tuple[str, "View"]]:
        """The views that leave one choice away, the least loss first, each with the words for it."""
        found: list[tuple[str, View]] = []
        if self.completion != "any":
            found.append(("Count every listen", replace(self, completion="any")))
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
    return written({
        "days": view.days if view.days != USUAL else None,
        "from": view.start,
        "to": view.end,
        "track": view.track_id,
        "country": view.country,
        "genre": view.genre,
        "heard": view.completion if view.completion != "any" else None,
        "compare": ",".join(map(str, view.compare)),
    }, safe=",")  # fmt: skip


def read(query: Mapping[str, str], known: Known) -> tuple[View, list[str]]:
    """The view that an address asks for, and in words what of it could not be read and is left out."""
    asked = Asked(query)
    period = _period(asked, known.through)
    track = asked.part("track", known.track, None, "Track “{}” is none of yours: all tracks are shown.")
    codes = (*ALPHA3.values(), UNKNOWN)
    country = asked.one_of("country", codes, None, "“{}” is no country’s code, such as SWE: none is chosen.")
    genre = asked.one_of("genre", known.genres, None, "You have no tracks of the genre “{}”: all genres are shown.")
    if genre and track:
        asked.wrong.append("One track is chosen, which has one genre: the choice of a genre is left out.")
        genre = None
    heard = asked.one_of("heard", HEARD, View.completion, "“{}” is neither half nor finished: every listen counts.")
    return View(*period, track, country, genre, heard, _compared(asked, known)), asked.wrong


def _period(asked: Asked, through: date) -> tuple[int | None, date | None, date | None]:
    query = asked.query
    if not (query.get("from") or query.get("to")):
        words = f"“{{}}” is none of 7, 28, 90 and 365 days: the last {USUAL} are shown."
        return int(asked.one_of("days", [*map(str, RANGES)], USUAL, words)), None, None
    try:
        start, end = date.fromisoformat(query.get("from", "")), date.fromisoformat(query.get("to", ""))
    except ValueError:
        wrong = "From and to are not both days, such as 2020-12-20"
    else:
        late = f"There is data through {day_words(through)} only" if start > through else ""
        wrong = "The first day is after the last" if start > end else late
    if wrong:
        asked.wrong.append(f"{wrong}: the last {USUAL} days are shown.")
        return USUAL, None, None
    if (end - start).days >= LONGEST:
        asked.wrong.append(f"A year at most can be shown: it begins {LONGEST} days before the last day.")
        start = end - timedelta(days=LONGEST - 1)
    return None, start, end


def _compared(asked: Asked, known: Known) -> tuple[int, ...]:
    given = dict.fromkeys(filter(None, asked.query.get("compare", "").split(",")))
    found = [one for one in map(known.track, given) if one]
    if len(found) < len(given):
        asked.wrong.append("Some of the tracks to compare are none of yours: they are left out.")
    if len(found) > MOST_COMPARED:
        asked.wrong.append(f"Five tracks at most are compared: the first {MOST_COMPARED} are shown.")
    return tuple(found[:MOST_COMPARED])
