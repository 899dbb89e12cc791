"""How it looks what to expect of a campaign: the plays of all and of each creator, and where they come from."""

from collections.abc import Sequence
from math import log10
from typing import Any

import plotly.graph_objects as go
from dash import html
from dash.development.base_component import Component

from dashboards.components import charts
from dashboards.components.card import About, Card, Column, Table
from dashboards.components.countries import country_name
from dashboards.components.numbers import full, several, short
from dashboards.queries.campaigns import ELSEWHERE, Expectation, Plays
from dashboards.theme import REFERENCE, SERIES

MOST_COUNTRIES = 8  #: in the picture; the table has all
LABELS = 150  #: px, of names beside dots
LONGEST_NAME = 20  #: characters
MEANING = (
    ("Plays", "Of one video by each of the creators, counted some days after it was posted, as were the videos that "
              "this is learned from."),
    ("The dot", "Half of such campaigns end with fewer plays, half with more."),
    ("The line", "Four in five such campaigns end within it. In campaigns that were kept aside to test this, 75 to 85 "
                 "of 100 do."),
    ("All together", "Narrower than the sum of the lines, for creators do not all do badly at once; but a song that "
                     "nobody takes to fails for all."),
    ("Countries", "Each creator’s plays, spread as their audience is; how a single video spreads may differ."),
)  # fmt: skip


def expectation(card: Card, found: Expectation, about: About, language: str = "en") -> list[Component]:
    """The answer of a card: a sentence, the plays as dots with lines, the countries, the method, and a table."""
    creators = [("All together", found.plays), *((one.influencer.name, one.plays) for one in found.creators)]
    places = [(_place(one.country, language), one.plays) for one in found.countries]
    shown = [*places[:MOST_COUNTRIES], *places[MOST_COUNTRIES:][-1:]]
    words = sentence(found)
    picture = html.Div(
        [
            html.Div([html.H3(title), charts.plot(_dots(rows), f"{46 + 34 * len(rows)}px",
                                                  f"{title}: dot plot with intervals. {words}")])
            for title, rows in (("Plays", creators), ("Where from", shown))
        ],
        className="likes",
    )  # fmt: skip
    rows = [
        *(("Creators", name, plays.low, plays.mid, plays.high) for name, plays in creators),
        *(("Countries", name, plays.low, plays.mid, plays.high) for name, plays in places),
    ]
    columns = (
        Column("Of"),
        Column("Who or where"),
        Column("Low", _whole),
        Column("Middle", _whole),
        Column("High", _whole),
    )
    table = Table(columns, [(*row[:2], *map(round, row[2:])) for row in rows])
    method = html.P(method_words(found), className="quiet")
    return card.answer(html.Strong(words), [picture, method], table, about)


def sentence(found: Expectation) -> str:
    """How many plays, in a sentence."""
    who = several(len(found.creators), "creator")
    low, mid, high = (short(round(value)) for value in (found.plays.low, found.plays.mid, found.plays.high))
    return f"With {who} and a video each, expect about {mid} plays; four times in five between {low} and {high}."


def method_words(found: Expectation) -> str:
    """The method, in two sentences."""
    unseen = sum(1 for one in found.creators if not one.videos)
    by_size = f" ({several(unseen, 'creator')} by size alone, for no video of theirs was seen)" if unseen else ""
    like = (
        f"what {several(found.similar_sounds, 'similar sound')} added in {several(found.similar_videos, 'video')}"
        if found.similar_sounds
        else "nothing for the song, for no video with a similar sound was seen"
    )
    days = several(found.days, "day") if found.days else "the day itself"
    return (
        f"Learned from {several(found.videos, 'video')}: how each creator’s own videos did after {days}, drawn towards "
        f"creators of their size where few were seen{by_size}, plus {like}. Chance, the song’s own appeal and the day "
        "are then drawn 4,000 times, the last two alike for all creators; the line holds four in five of the totals."
    )


def _dots(rows: Sequence[tuple[str, Plays]]) -> go.Figure:
    at = list(range(len(rows)))
    figure = go.Figure()
    figure.add_scatter(
        x=[max(plays.mid, 1) for _, plays in rows], y=at, mode="markers", showlegend=False,
        marker={"size": 11, "color": SERIES[0][0]},
        error_x={
            "type": "data", "symmetric": False, "array": [plays.high - plays.mid for _, plays in rows],
            "arrayminus": [min(plays.mid - plays.low, plays.mid - 0.5) for _, plays in rows], "color": REFERENCE,
            "thickness": 2, "width": 0,
        },
        customdata=[(_cut(name), short(round(plays.low)), short(round(plays.mid)), short(round(plays.high)))
                    for name, plays in rows],
        hovertemplate="<b>%{customdata[0]}</b><br>%{customdata[2]} plays (80%: %{customdata[1]} to %{customdata[3]})"
        "<extra></extra>",
    )  # fmt: skip
    for place, (name, _) in enumerate(rows):
        figure.add_annotation(
            x=0, xref="paper", xanchor="left", xshift=-LABELS, y=place, showarrow=False,
            text=_cut(name),
        )  # fmt: skip
    low, high = min(max(plays.low, 1) for _, plays in rows), max(max(plays.high, 10) for _, plays in rows)
    ticks = [10**power for power in range(10) if low / 3 <= 10**power <= high * 3]
    figure.update_layout(
        margin={"l": LABELS, "r": 12, "t": 4, "b": 30},
        xaxis={"type": "log", "tickvals": ticks, "ticktext": [short(tick) for tick in ticks], "fixedrange": True,
               "range": [log10(low * 0.8), log10(high * 1.25)]},
        yaxis={"showticklabels": False, "range": [len(rows) - 0.5, -0.5], "showgrid": False, "zeroline": False,
               "fixedrange": True},
    )  # fmt: skip
    return figure


def _place(code: str, language: str) -> str:
    return "Elsewhere" if code == ELSEWHERE else country_name(code, language)


def _cut(name: str) -> str:
    text = name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
    return text.replace("&", "&amp;").replace("<", "&lt;")  # Plotly reads marks in what it draws


def _whole(value: Any) -> str:
    return full(round(value))
