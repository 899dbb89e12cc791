"""Charts: Plotly figures that take their colours from the page, and stay where they are."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from math import ceil
from typing import Any

import plotly.graph_objects as go
from dash import html
from dash.development.base_component import Component

from dashboards import theme
from dashboards.components.marks import aria
from dashboards.components.numbers import CHART_DAY
from dashboards.components.own import Own

#: What assets/plotly draws; another bundle of Plotly's has more.
TRACES = {"scatter", "choropleth"}


class Chart(Own):
    """A figure of Plotly's that is drawn when it comes near the window (``assets/chart.js``); Plotly comes with it."""

    shows = "figure"


def styles() -> Component:
    """What charts need once, in the frame: a template of Plotly's for each scheme of colours."""
    templates: dict[str, Any] = {f"data-{scheme}": json.dumps(template) for scheme, template in theme.PLOTLY.items()}
    return html.Div(id="chart-templates", hidden=True, **templates)


def plot(figure: go.Figure, height: str, words: str) -> Component:
    """A figure at its place.

    Args:
        height: in CSS, such as ``360px``; it is kept free while the figure is drawn.
        words: what one sees, in a sentence, for who does not see it.
    """
    assert {trace.type for trace in figure.data} <= TRACES, "the bundle of Plotly that pages load draws no other"
    figure.update_layout(template=None, autosize=True, dragmode=False)
    days = sorted({at for trace in figure.data for at in getattr(trace, "x", None) or () if isinstance(at, date)})
    if days:
        figure.update_xaxes(type="date", tickformat=CHART_DAY, hoverformat=f"{CHART_DAY} %Y", nticks=6)
    if days and figure.layout.xaxis.range is None:
        figure.update_xaxes(tickvals=days[:: _step(len(days))])
    return html.Div(
        Chart(figure.to_plotly_json()), role="img", className="plot", style={"height": height}, **aria(label=words)
    )


def _step(days: int) -> int:
    """So many days or weeks apart that there are six at most; whole weeks where they are many days."""
    step = max(1, ceil(days / 6))
    return step if step <= 3 else 7 * ceil(step / 7)


def bars(rows: Sequence[Mapping[str, Any]], words: str) -> Component:
    """Ranked bars, the first the longest.

    Args:
        rows: each with ``label`` (a component or words), ``value`` (≥ 0, or None for no bar), ``shown`` (the value as
            it is read), ``detail`` (what hovering tells) ``quiet`` (whether it is no one thing) and ``chosen``; of one
            that is not exact ``low`` and ``high``, between which the true value is.
    """
    most = max((row.get("high") or row["value"] or 0 for row in rows), default=0) or 1
    return html.Ol(
        [
            html.Li(
                [
                    html.Span(row["label"], className="bar-label"),
                    html.Span(row["shown"], className="number"),
                    *_bar(row, most),
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


def _bar(row: Mapping[str, Any], most: float) -> list[Component]:
    if row["value"] is None:
        return []
    parts: list[Component] = [html.B(style={"width": f"{row['value'] / most:.1%}"})]
    if row.get("high"):
        low, high = max(0.0, row["low"]), row["high"]
        parts.append(html.S(style={"left": f"{low / most:.1%}", "width": f"{(high - low) / most:.1%}"}))
    return [html.I(parts, className="bar")]
