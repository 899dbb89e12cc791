"""Which genres are open and which rest, and why; how varied the listening is, week by week."""

import math
from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go
from dash import html
from dash.development.base_component import Component

from dashboards.components import charts
from dashboards.components.acts import act
from dashboards.components.card import About, Card, Column, Table
from dashboards.components.genre import genre_mark
from dashboards.components.marks import aria
from dashboards.components.numbers import day_words, full, several, with_article
from dashboards.queries.discover import Week
from dashboards.theme import REFERENCE, SERIES
from etl.recommend.rotation import Shelf
from etl.tables import TOP_GENRES

GENRES = Card(
    "discover-genres",
    "Which genres rest, and why?",
    560,
    (
        (
            "The bar",
            "A genre rests while you have heard it more often than a fifth of the way from the genre you hear least "
            "to the one you hear most, of those in which a friend has a song for you. While one is unheard, that "
            "is a fifth of your most heard one.",
        ),
        ("Rests", "No song of it is suggested until the others have caught up. You may play it as you like."),
        ("Open", "A friend has a song of it for you, and it does not rest."),
        ("Nothing new", "No friend who shares has a song of it that you have not heard and that can be played here."),
        ("Listens", "Started ones; a skipped song counts."),
    ),
)
WEEKS = Card(
    "discover-weeks",
    "How varied is your listening?",
    300,
    (
        (
            "Effective genres",
            "How many genres, heard alike, would be as varied as what you heard (exp of the entropy; Hill 1973): "
            "1 is one genre alone.",
        ),
        (
            "Your friends",
            "The middle one of friends who share and played five songs or more that week; three friends or more.",
        ),
    ),
)

STATES = {"open": "Open", "resting": "Rests", "unserved": "Nothing new", "never": "Never"}


def why_not(shelf: Shelf) -> str:
    """Why no song of a genre is suggested, or that one may be."""
    name = TOP_GENRES[shelf.genre]
    listens = several(shelf.listens, "listen")
    if shelf.state == "never":
        return f"You want no {name}: {listens}."
    if shelf.state == "unserved":
        return f"No friend has {with_article(name)} song for you: {listens}."
    if shelf.state == "open":
        return f"{name} is open: {listens}, bar {_bar(shelf)}."
    return (
        f"{name} rests: {listens}, bar {_bar(shelf)}; about {several(shelf.elsewhere, 'more listen', 'more listens')} "
        "elsewhere until it returns."
    )


def allow_again(genre: str) -> Component:
    """The button that allows a genre which the listener never wanted."""
    return act("Allow again", "allow-genre", f"Allow {genre} again", genre=genre)


def genres(shelves: Sequence[Shelf], about: About) -> list[Component]:
    """Each genre as a bar, with the line above which it rests."""
    ranked = sorted(shelves, key=lambda one: (-one.listens, one.genre))
    resting = [one for one in ranked if one.state == "resting"]
    opened = sum(one.state == "open" for one in ranked)
    sentence = [html.Strong(f"{several(opened, 'genre')} {'is' if opened == 1 else 'are'} open"), ", "]
    sentence += [
        f"and {_joined([TOP_GENRES[one.genre] for one in resting])} {'rests' if len(resting) == 1 else 'rest'}."
        if resting
        else "and none rests."
    ]
    most = max((one.listens for one in ranked), default=0) or 1
    limit = next((one.bar for one in ranked if not math.isnan(one.bar)), None)
    rows = [
        html.Li(
            [
                genre_mark(TOP_GENRES[one.genre]),
                html.Span(
                    [
                        html.I(html.B(style={"width": f"{one.listens / most:.2%}"}), className="bar"),
                        *(
                            [html.I(className="limit", style={"left": f"{limit / most:.2%}"})]
                            if limit is not None
                            else []
                        ),
                    ],
                    className="meter",
                    **aria(hidden="true"),
                ),
                html.Span(full(one.listens), className="number"),
                html.Span(STATES[one.state], className=f"state is-{one.state}"),
                html.Span(
                    [why_not(one), *([allow_again(TOP_GENRES[one.genre])] if one.state == "never" else [])],
                    className="why-not",
                ),
            ],
        )
        for one in ranked
    ]
    table = Table(
        (Column("Genre"), Column("Listens", full), Column("Bar", lambda value: f"{value:.1f}"), Column("State"),
         Column("Listens elsewhere until it returns", full)),
        [
            (TOP_GENRES[one.genre], one.listens, None if math.isnan(one.bar) else one.bar, STATES[one.state],
             one.elsewhere if one.state == "resting" else None)
            for one in ranked
        ],
    )  # fmt: skip
    return GENRES.answer(sentence, [html.Ul(rows, className="shelves", **aria(label="Genres"))], table, about)


def weeks(found: Sequence[Week], about: About) -> list[Component]:
    """One's effective number of genres by week, with the friends' median."""
    last = next((one for one in reversed(found) if one.mine is not None), None)
    if last is None or last.mine is None:
        return [WEEKS.notice("Nothing to show yet", "Play some songs: each week that you listen in is a point here.")]
    sentence: list[Any] = [
        html.Strong(f"Your week of {day_words(last.week)} was as varied as {last.mine:.1f} genres heard equally."),
    ]
    if last.friends is not None:
        sentence.append(f" The middle one of your friends: {last.friends:.1f}.")
    colour, dash = SERIES[0]
    figure = go.Figure()
    figure.add_scatter(
        x=[one.week for one in found], y=[one.friends for one in found], name="Your friends", mode="lines",
        line={"color": REFERENCE, "dash": "dot", "width": 2}, hovertemplate="friends %{y:.1f}<extra></extra>",
    )  # fmt: skip
    figure.add_scatter(
        x=[one.week for one in found], y=[one.mine for one in found], name="You", mode="lines+markers",
        line={"color": colour, "dash": dash, "width": 3}, marker={"size": 6},
        hovertemplate="you %{y:.1f}<extra></extra>",
    )  # fmt: skip
    figure.update_layout(
        margin={"l": 34, "r": 14, "t": 12, "b": 34}, showlegend=False, hovermode="x unified",
        xaxis={"showgrid": False, "fixedrange": True}, yaxis={"rangemode": "tozero", "fixedrange": True},
    )  # fmt: skip
    key = html.Ul(
        [
            html.Li([html.I(className="dash is-solid", style={"color": colour}), html.Strong("You")]),
            html.Li(
                [html.I(className="dash is-dot", style={"color": REFERENCE}), html.Span("Your friends, the middle one")]
            ),
        ],
        className="key",
    )
    table = Table(
        (
            Column("Week from", day_words),
            Column("You", lambda value: f"{value:.1f}"),
            Column("Friends", lambda value: f"{value:.1f}"),
        ),
        [(one.week, one.mine, one.friends) for one in found],
    )
    words = "Line chart of your effective number of genres by week, with the median of your friends."
    return WEEKS.answer(sentence, [key, charts.plot(figure, "260px", words)], table, about)


def _bar(shelf: Shelf) -> str:
    return f"{shelf.bar:.1f}".removesuffix(".0")


def _joined(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
