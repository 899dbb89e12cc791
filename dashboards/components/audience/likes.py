"""What else they like: genres and songs that more of the audience than of all listeners like, as dots of lift."""

from collections.abc import Sequence
from math import inf, log10

import plotly.graph_objects as go
from dash import html
from dash.development.base_component import Component

from dashboards.components import charts
from dashboards.components.audience.words import cut, times
from dashboards.components.card import About, Card, Column, Table
from dashboards.components.numbers import percent
from dashboards.queries.audience import Interest
from dashboards.theme import REFERENCE, SERIES, genre_colour
from etl.audience.interests import MONTHS, SONGS
from etl.audience.people import FEWEST

MOST_LIKED = 7  #: genres, and tracks
LABELS = 150  #: px, of names beside dots
WORTH_A_SENTENCE = 1.25  #: times; the least that the low end of an interval must be

#: Where lines of the axis stand, by how many times the least the most of what is shown is.
TICKS = (
    (2, [0.5, 0.75, 1, 1.25, 1.5, 2, 2.5, 3]),
    (6, [0.25, 0.5, 1, 1.5, 2, 3, 4, 6]),
    (inf, [0.25, 0.5, 1, 2, 4, 8, 16, 32]),
)
CARD = Card(
    "audience-likes",
    "What else do they like?",
    320,
    (
        (
            "A favourite",
            f"One of the {SONGS} songs that somebody plays most in four weeks, your own left out.",
        ),
        ("2×", "It is twice as often a favourite of your listeners as of all listeners, in the same weeks."),
        (
            "The line",
            "Where the true value lies with 95% confidence, given how many genres and songs were looked at. A line "
            "that crosses 1× may be chance.",
        ),
        (
            "Which songs",
            "Of the songs that are a favourite often enough, those that your listeners surely like more than others "
            "do: at most one in twenty of them is there by chance.",
        ),
        (
            "Noise",
            "What somebody likes is theirs: every count has noise that hides each of your listeners, and nothing is "
            f"told that is not surely true of {FEWEST} of them or more. The line allows for it.",
        ),
        (
            "When",
            f"In the last {MONTHS} months of four weeks that have ended, each counted by itself; so the choices above "
            "do not change it.",
        ),
    ),
)


def likes(found: Sequence[Interest], about: About) -> list[Component]:
    """Genres and tracks that the audience likes more than others do."""
    genres = [one for one in found if one.kind == "genre"][:MOST_LIKED]
    tracks = [one for one in found if one.kind == "track"][:MOST_LIKED]
    words = likes_words((*genres, *tracks))
    columns = (
        Column("Kind"), Column("Genre or song"), Column("Artist"), Column("Lift", times),
        Column("Low", times), Column("High", times), Column("Of their favourites", _finely), Column("Of all", _finely),
    )  # fmt: skip
    table = Table(
        columns,
        [
            (one.kind, one.title, one.artist_name or "", one.lift, one.low, one.high, one.share, one.of_all)
            for one in (*genres, *tracks)
        ],
    )
    picture = html.Div(
        [
            html.Div(
                [
                    html.H3(title),
                    charts.plot(_dots(rows), f"{44 + 38 * len(rows)}px", f"{title}: dot plot. {words}"),
                ]
            )
            for title, rows in (("Genres", genres), ("Songs", tracks))
            if rows
        ],
        className="likes",
    )
    return CARD.answer(html.Strong(words), [picture], table, about)


def likes_words(found: Sequence[Interest]) -> str:
    """The strongest interest, genres before songs, that is sure and large enough; else that there is none."""
    worth = [one for one in found if one.low >= WORTH_A_SENTENCE]
    best = max(worth, key=lambda one: (one.kind == "genre", one.low), default=None)
    if best is None:
        return "They like about what everybody here likes: nothing stands out by much."
    if best.kind == "genre":
        shares = f"about {percent(best.share)} are {best.title}; of everybody’s, {percent(best.of_all)}"
        return f"Of your listeners’ favourite songs, {shares}."
    song = f"“{best.title}” by {best.artist_name or 'an unnamed artist'}"
    return f"{song} is {best.lift:.1f} times as often a favourite of your listeners as of everybody here."


def _dots(rows: Sequence[Interest]) -> go.Figure:
    at = list(range(len(rows)))
    figure = go.Figure()
    figure.add_vline(x=1, line={"color": REFERENCE, "width": 1, "dash": "dot"})
    figure.add_scatter(
        x=[one.lift for one in rows], y=at, mode="markers", showlegend=False,
        marker={"size": 11, "color": [genre_colour(one.item) if one.kind == "genre" else SERIES[0][0] for one in rows]},
        error_x={
            "type": "data", "symmetric": False, "array": [one.high - one.lift for one in rows],
            "arrayminus": [one.lift - one.low for one in rows], "color": REFERENCE, "thickness": 2, "width": 0,
        },
        customdata=[(one.title, one.low, one.high, _finely(one.share), _finely(one.of_all)) for one in rows],
        hovertemplate="<b>%{customdata[0]}</b><br>%{x:.2f}× (95% sure: %{customdata[1]:.2f}–%{customdata[2]:.2f}×)"
        "<br>%{customdata[3]} of your listeners’ favourites, %{customdata[4]} of all<extra></extra>",
    )  # fmt: skip
    low, high = min(1.0, *(one.low for one in rows)), max(1.0, *(one.high for one in rows))
    ticks = next(ticks for most, ticks in TICKS if high <= most * max(low, 0.05))
    for place, one in enumerate(rows):
        artist = f"<br>{cut(one.artist_name or '', 22)}" if one.kind == "track" else ""
        figure.add_annotation(
            x=0, xref="paper", xanchor="left", xshift=-LABELS, y=place, align="left", showarrow=False,
            text=f"{cut(one.title, 22)}{artist}",
        )  # fmt: skip
    figure.update_layout(
        margin={"l": LABELS, "r": 12, "t": 4, "b": 30},
        xaxis={"type": "log", "tickvals": ticks, "ticktext": [f"{tick:g}×" for tick in ticks], "fixedrange": True,
               "tickangle": 0, "range": [_log(low * 0.95), _log(high * 1.05)]},
        yaxis={"showticklabels": False, "range": [len(rows) - 0.5, -0.5], "showgrid": False, "zeroline": False,
               "fixedrange": True},
    )  # fmt: skip
    return figure


def _finely(share: float) -> str:
    return percent(share, 1)


def _log(value: float) -> float:
    return log10(max(value, 0.05))
