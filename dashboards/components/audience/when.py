"""When they listened: listens day by day, or week by week where a genre is chosen."""

from collections.abc import Sequence
from statistics import median

import plotly.graph_objects as go
from dash import html
from dash.development.base_component import Component

from dashboards.components import charts
from dashboards.components.audience.words import text_of
from dashboards.components.card import About, Card, Column, Table
from dashboards.components.numbers import day_words, full, short
from dashboards.queries.audience import Day
from dashboards.theme import REFERENCE, SERIES

CARD = Card(
    "audience-when",
    "When do they listen?",
    260,
    (
        ("Listens", "Songs that were started on this day; in weeks, when a genre is chosen."),
        ("Listeners", "How many people these were."),
        ("The dotted line", "The middle one of what is shown."),
        ("Every listen counts", "The choice “Heard” has no part in this chart."),
    ),
)


def when(found: Sequence[Day], weekly: bool, of: str, about: About) -> list[Component]:
    """Listens over time, the highest day said.

    Args:
        weekly: whether each is a week, by its Monday.
        of: what was heard, such as “All your songs”.
    """
    one = "week" if weekly else "day"
    shown = [(each.listens, each.day) for each in found]
    usual = median(count for count, _ in shown)
    most, highest = max(shown)
    sentence = [
        html.Strong(f"{of}: about {short(round(usual))} listens {'in' if weekly else 'on'} a usual {one}."),
        f" Most were heard {'in the week of' if weekly else f'on {highest:%A},'} {day_words(highest)}: {full(most)}.",
    ]
    figure = go.Figure()
    figure.add_hline(y=usual, line={"color": REFERENCE, "width": 1, "dash": "dot"})
    figure.add_scatter(
        x=[each.day for each in found], y=[each.listens for each in found], mode="lines+markers",
        line={"color": SERIES[0][0], "width": 2.25}, marker={"size": 5}, showlegend=False,
        customdata=[(full(each.listens), full(each.listeners)) for each in found],
        hovertemplate="%{customdata[0]} listens, %{customdata[1]} listeners<extra></extra>",
    )  # fmt: skip
    figure.update_layout(
        margin={"l": 44, "r": 14, "t": 8, "b": 34}, showlegend=False, hovermode="x unified",
        xaxis={"showgrid": False, "fixedrange": True},
        yaxis={"rangemode": "tozero", "tickformat": "~s", "nticks": 5, "fixedrange": True},
    )  # fmt: skip
    table = Table(
        (Column(one.capitalize(), day_words), Column("Listens", full), Column("Listeners", full)),
        [(each.day, each.listens, each.listeners) for each in found],
    )
    words = f"Line chart of listens a {one}. {text_of(sentence)}"
    return CARD.answer(sentence, [charts.plot(figure, "230px", words)], table, about)
