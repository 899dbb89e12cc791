"""How far people get: the share still listening at each place in a song, with a band, beside what is typical."""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go
from dash import html
from dash.development.base_component import Component

from dashboards.components import charts
from dashboards.components.audience.far import Drop, Point, points, stands_out, steepest, still_listening
from dashboards.components.audience.words import text_of
from dashboards.components.card import About, Card, Column, Table
from dashboards.components.marks import aria
from dashboards.components.numbers import duration, full, percent, several, short
from dashboards.queries.audience import Curve
from dashboards.theme import REFERENCE, SERIES

CARD = Card(
    "audience-curve",
    "How far do people get?",
    400,
    (
        ("Still listening", "Of all listens of which it is known, the share that got at least this far into the song."),
        (
            "The band",
            "Where the true share lies with 95% confidence (Wilson), given that one person’s listens are a "
            "little alike. More listens make it narrower.",
        ),
        (
            "The average artist",
            "Of eleven artists of the genre or more, each counting the same, in the last 13 weeks; of all genres where "
            "one has fewer.",
        ),
        ("Steepest drop", "The tenth of the song in which the most people leave, the first tenth aside."),
        (
            "Hear the drop",
            "With one song chosen, its waveform lies under the curve at the part of the song that can be heard.",
        ),
        ("Every listen counts", "The choice “Heard” has no part in this chart: it would cut the curve off."),
    ),
)


def curve(
    found: Sequence[Curve],
    typical: Curve | None,
    names: Sequence[str],
    duration_s: float | None,
    about: About,
    hear: Component | None = None,
) -> list[Component]:
    """The curves of one view or of up to five tracks, the first the most heard.

    Args:
        typical: of the average artist, to compare with.
        names: what each curve is of.
        duration_s: of the song, where there is just one.
        hear: what stands under the curve, to listen to.
    """
    shown = [points(each) for each in found]
    drop = steepest(found[0]) if len(found) == 1 else None
    sentence = _one(found[0], typical, drop, duration_s) if len(found) == 1 else _several(found, names)
    if unknown := sum(one.unknown for one in found):
        sentence.append(f" {several(unknown, 'listen')} more are not in it: how far they got is not known.")
    marked = drop if drop and stands_out(drop, found[0]) else None
    figure = _curves(found, shown, typical, names, marked, duration_s)
    key = [
        html.Li(
            [
                html.I(className=f"dash is-{dash}", style={"color": colour}, **aria(hidden="true")),
                html.Strong(name),
                html.Span(f"n = {short(each.n)}", className="number"),
            ]
        )
        for each, name, (colour, dash) in zip(found, names, SERIES, strict=False)
    ]
    if typical:
        key.append(html.Li([html.I(className="dash is-dot", style={"color": REFERENCE}), html.Span(_name(typical))]))
    columns = (
        Column("Of"),
        *(Column(title, percent) for title in ("Place in the song", "Still listening", "Low", "High")),
    )
    rows: list[tuple[Any, ...]] = [
        (name, point.at / 100, point.share, point.low, point.high, each.n)
        for each, name, line in zip(found, names, shown, strict=True)
        for point in line[1:]
    ]
    if typical:
        rows += [(_name(typical), p.at / 100, p.share, None, None, None) for p in points(typical)[1:]]
    table = Table((*columns, Column("Listens", full)), rows)
    picture = [html.Ul(key, className="key"), charts.plot(figure, "360px", f"Line chart. {text_of(sentence)}")]
    picture += [hear] if hear else []
    return CARD.answer(sentence, picture, table, about)


def _one(of: Curve, typical: Curve | None, drop: Drop | None, duration_s: float | None) -> list[Any]:
    half = still_listening(of, 50)
    past = f"{percent(half)} of listens are still going half way through"
    if typical:
        gap = round(100 * half) - round(100 * still_listening(typical, 50))
        against = f"{several(abs(gap), 'point')} {'more' if gap > 0 else 'fewer'} than with" if gap else "as with"
        past += f", {against} the {typical.title}"
    early = 1 - still_listening(of, 10)
    words = f" {100 * early:.0f} of 100 leave in the first tenth."
    if drop:
        place = f"between {drop.begin}% and {drop.end}%"
        if duration_s:
            place += f" ({duration(duration_s * drop.begin / 100)} to {duration(duration_s * drop.end / 100)})"
        many = f"{max(1, round(100 * drop.share))} of 100"
        words += (
            f" After that the steepest drop is {place}, where {many} leave."
            if stands_out(drop, of)
            else f" After that they leave evenly: at most {many}, {place}."
        )
    return [html.Strong(f"{past}."), words]


def _name(typical: Curve) -> str:
    return f"{typical.title[:1].upper()}{typical.title[1:]}"


def _several(found: Sequence[Curve], names: Sequence[str]) -> list[Any]:
    halves = [(still_listening(each, 50), name) for each, name in zip(found, names, strict=True)]
    (best, first), (worst, last) = max(halves), min(halves)
    return [
        html.Strong(f"People stay longest with {first}:"),
        f" {percent(best)} are there half way through, {percent(worst)} with {last}.",
    ]


def _curves(
    found: Sequence[Curve],
    shown: Sequence[Sequence[Point]],
    typical: Curve | None,
    names: Sequence[str],
    drop: Drop | None,
    duration_s: float | None,
) -> go.Figure:
    figure = go.Figure()
    if typical:
        usual = points(typical)
        figure.add_scatter(
            x=[point.at for point in usual], y=[point.share for point in usual], name=_name(typical),
            mode="lines", line={"color": REFERENCE, "dash": "dot", "width": 2}, hovertemplate="%{y:.0%}",
        )  # fmt: skip
    for each, line, name, (colour, dash) in zip(found, shown, names, SERIES, strict=False):
        at = [point.at for point in line]
        red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
        figure.add_scatter(
            x=[*at, *at[::-1]], y=[*(point.high for point in line), *(point.low for point in line[::-1])],
            fill="toself", fillcolor=f"rgba({red},{green},{blue},0.16)", line={"width": 0}, mode="lines",
            hoverinfo="skip",
        )  # fmt: skip
        figure.add_scatter(
            x=at, y=[point.share for point in line], mode="lines+markers", name=name, marker={"size": 6},
            cliponaxis=False, line={"color": colour, "dash": dash, "width": 3 if len(found) == 1 else 2.25},
            customdata=[(point.low, point.high, short(each.n)) for point in line],
            hovertemplate="%{y:.0%} (95% sure: %{customdata[0]:.0%}–%{customdata[1]:.0%}), n = %{customdata[2]}",
        )  # fmt: skip
    if drop:
        figure.add_vrect(x0=drop.begin, x1=drop.end, fillcolor=SERIES[0][0], opacity=0.1, line_width=0)
        figure.add_annotation(
            x=(drop.begin + drop.end) / 2, y=1, text=f"steepest drop<br>−{100 * drop.share:.0f} of 100",
            showarrow=False, yanchor="top",
        )  # fmt: skip
    ticks = list(range(0, 101, 20))
    names_of_ticks = [f"{at}%" + (f"<br>{duration(duration_s * at / 100)}" if duration_s else "") for at in ticks]
    figure.update_layout(
        margin={"l": 44, "r": 22, "t": 12, "b": 50 if duration_s else 34}, showlegend=False, hovermode="x unified",
        xaxis={"range": [0, 100], "tickvals": ticks, "ticktext": names_of_ticks, "showgrid": False, "fixedrange": True,
               "spikethickness": 1, "spikecolor": REFERENCE},
        yaxis={"range": [0, 1], "tickformat": ".0%", "tickvals": [0.25, 0.5, 0.75, 1], "fixedrange": True},
    )  # fmt: skip
    return figure
