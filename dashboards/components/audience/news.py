"""What is new: a song that took off, a round number passed, a new country; each a sentence that leads to its chart."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboards.components.audience.words import text_of
from dashboards.components.card import About, Card, Column, Table
from dashboards.components.countries import country_name
from dashboards.components.numbers import day_words, full, short
from etl.audience.insights import Insight

CARD = Card(
    "audience-news",
    "What is new",
    40,
    (
        (
            "A usual day",
            "The middle one of the four weeks before, for this day of the week. A day is told when it is at least "
            "half as much again, and chance makes such a day in fewer than one of twenty periods, over all your songs.",
        ),
        ("A round number", "1, 2, 5, 10 … thousand listens since the first week; 100, 200, 500 … listeners in a week."),
        ("A new country", "The first week in which enough people listened there to be told; some 25 in that week."),
    ),
)


def news(
    found: Sequence[Insight],
    titles: dict[int, str],
    since: date,
    language: str,
    link: Callable[[str, dict[str, Any]], str],
    about: About,
) -> list[Component]:
    """The newest first; a line that says so where there is nothing.

    Args:
        titles: of the artist's tracks.
        since: the first day that counts.
        link: the address of a card with these parts of the view changed.
    """
    told = [(one, _told(one, titles, since, language, link)) for one in found]
    lines = [html.Li([html.Time(_when(one), dateTime=f"{one.day}"), html.Span(parts)]) for one, parts in told]
    rows = [(_when(one), text_of(parts), one.count, one.usual) for one, parts in told]
    table = Table((Column("When"), Column("What"), Column("Count", full), Column("Usual", full)), rows)
    if not found:
        return CARD.answer("Nothing out of the ordinary in these weeks.", [html.Div()], table, about)
    return CARD.answer("", [html.Ul(lines, className="news")], table, about)


def _when(one: Insight) -> str:
    return day_words(one.day) if one.kind == "spike" else f"Week of {day_words(one.day)}"


def _told(
    one: Insight, titles: dict[int, str], since: date, language: str, link: Callable[[str, dict[str, Any]], str]
) -> list[Any]:
    if one.kind == "country":
        names = [
            dcc.Link(country_name(code, language), href=link("audience-where", {"country": code}))
            for code in one.countries
        ]
        parts: list[Any] = ["For the first time enough people listened in "]
        for place, name in enumerate(names):
            parts += [" and " if place == len(names) - 1 else ", "] * bool(place) + [name]
        return [*parts, " to tell how many."]
    days = link("audience-when", {"track_id": one.track_id})
    if one.kind == "spike":
        what = f"“{titles[one.track_id]}” was" if one.track_id in titles else "Your songs were"
        usual = f" that usually has about {short(one.usual)}" if one.usual else "; most days before had none"
        words = f"{what} heard {short(one.count)} times on a day{usual}"
        lasted = f", and more than usual until {day_words(one.until)}" if one.until and one.until > one.day else ""
        return [dcc.Link(words, href=days), f"{lasted}."]
    if one.kind == "listens":
        return [
            dcc.Link(f"Your songs have been heard {short(one.count)} times", href=days),
            f" since {day_words(since)}.",
        ]
    words = f"More than {short(one.count)} people listened in one week"
    return [dcc.Link(words, href=days), ", for the first time."]
