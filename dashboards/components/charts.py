"""Charts: Plotly figures that take their colours from the page, and stay where they are."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import plotly.graph_objects as go
from dash import MATCH, ClientsideFunction, Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component

from dashboards import theme
from dashboards.components.marks import aria
from dashboards.components.numbers import CHART_DAY
from dashboards.files import asset

#: What assets/plotly draws; another bundle of Plotly's has more.
TRACES = {"scatter", "choropleth"}
CONFIG: dcc.Graph.Config = {
    "displayModeBar": False,
    "doubleClick": False,
    "scrollZoom": False,
    "topojsonURL": asset("maps/"),  # else from a server of Plotly's
}


def styles() -> Component:
    """What charts need once, in the frame: both templates, and which colours the page has now."""
    return html.Div([dcc.Store(id="chart-templates", data=theme.PLOTLY), dcc.Store(id="chart-scheme")], hidden=True)


def plot(name: str, figure: go.Figure, height: str, words: str) -> Component:
    """A figure at its place.

    Args:
        height: in CSS, such as ``360px``; it is kept free while the figure is drawn.
        words: what one sees, in a sentence, for who does not see it.
    """
    assert {trace.type for trace in figure.data} <= TRACES, "the bundle of Plotly that pages load draws no other"
    figure.update_layout(template=None, autosize=True, dragmode=False)
    if any(isinstance(at, date) for trace in figure.data for at in getattr(trace, "x", None) or ()):
        figure.update_xaxes(type="date", tickformat=CHART_DAY, hoverformat=f"{CHART_DAY} %Y", nticks=6)
    return html.Div(
        [
            dcc.Graph(id={"part": "plot", "chart": name}, config=CONFIG, responsive=True, style={"height": "100%"}),
            dcc.Store(id={"part": "figure", "chart": name}, data=figure.to_plotly_json()),
        ],
        role="img",
        className="plot",
        style={"height": height},
        **aria(label=words),
    )


def register(app: Dash) -> None:
    """Draw figures in the colours of the page, and again when these change; no request is made for it."""
    app.clientside_callback(
        ClientsideFunction("cards", "colour"),
        Output({"part": "plot", "chart": MATCH}, "figure"),
        Input({"part": "figure", "chart": MATCH}, "data"),
        Input("chart-scheme", "data"),
        State("chart-templates", "data"),
    )


def bars(rows: Sequence[Mapping[str, Any]], words: str) -> Component:
    """Ranked bars, the first the longest.

    Args:
        rows: each with ``label`` (a component or words), ``value`` (≥ 0, or None for no bar), ``shown`` (the value as
            it is read), ``detail`` (what hovering tells) ``quiet`` (whether it is no one thing) and ``chosen``.
    """
    most = max((row["value"] or 0 for row in rows), default=0) or 1
    return html.Ol(
        [
            html.Li(
                [
                    html.Span(row["label"], className="bar-label"),
                    html.Span(row["shown"], className="number"),
                    *_bar(row["value"], most),
                ],
                title=row["detail"],
                className="is-quiet" if row.get("quiet") else "",
                **aria(current="true" if row.get("chosen") else "false"),
            )
            for row in rows
        ],
        className="ranked",
        **aria(label=words),
    )


def _bar(value: float | None, most: float) -> list[Component]:
    return [] if value is None else [html.I(html.B(style={"width": f"{value / most:.1%}"}), className="bar")]
