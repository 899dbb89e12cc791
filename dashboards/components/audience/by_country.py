"""Whether people get further somewhere: a small curve a country on shared axes, beside all the others' curve."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go
from dash import dcc, html
from dash.development.base_component import Component

from dashboards.components import charts
from dashboards.components.audience.far import points
from dashboards.components.card import About, Card, Column, Table
from dashboards.components.countries import country_name
from dashboards.components.numbers import full, percent, several, short
from dashboards.queries.audience import POINTS, Curve
from dashboards.theme import REFERENCE, SERIES
from etl.audience.curves import SURE, Heard, holm, log_rank, mean_heard

MOST = 8  #: countries, those with the most listens
CARD = Card(
    "audience-countries",
    "Do people get further in some countries?",
    360,
    (
        ("Still listening", "Of all listens from a country, the share that got at least this far into the song."),
        ("The dotted curve", "All your other listeners, wherever they are."),
        ("Heard", "How much of a song is heard on average: the area under the curve."),
        ("Different", "A log-rank test of the whole curve tells the country from all others, with Holm’s correction "
         "for how many are shown: it errs in fewer than 5 of 100 such charts. Listens of one person count less than "
         "those of several."),
        ("No measurable difference", "The curves may differ, and chance alone would make them differ as much."),
        ("Which countries", f"The {MOST} with the most listens; “Country” and “Heard” above have no part in this."),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Compared:
    """A country beside all others: what share of a song is heard on average, and how sure it is that they differ."""

    curve: Curve
    others: Curve
    heard: float
    others_heard: float
    p_value: float  #: corrected for how many countries are compared

    @property
    def points(self) -> int:
        """Points of a song that are heard more than by others."""
        return round(100 * self.heard) - round(100 * self.others_heard)

    @property
    def different(self) -> bool:
        """Whether that is more than chance."""
        return self.p_value < SURE


def compare(curves: Sequence[Curve], whole: Curve, cells: int) -> list[Compared]:
    """The countries with the most listens beside all others; measurable differences first, the largest first.

    Args:
        whole: of all listens, these countries' among them; its counts are exact.
        cells: of how many rounded counts each country's curve is the sum.
    """
    everyone, found = _heard(whole, 0), []
    for curve in sorted(curves, key=lambda one: -one.n)[:MOST]:
        here = _heard(curve, cells)
        if len(here.reached) > 1 and everyone.reached[0] > here.reached[0]:
            others = everyone.without(here)
            n = max(1, others.reached[0])
            shares = tuple(count / n for count in others.reached[1:]) + (None,) * (11 - len(others.reached))
            rest = Curve(None, None, "all others", n, others.listeners, shares[:9], shares[9])
            found.append((curve, rest, mean_heard(here), mean_heard(others), log_rank(here, others)))
    corrected = holm([one[-1] for one in found])
    compared = [Compared(*one[:-1], p_value) for one, p_value in zip(found, corrected, strict=True)]
    return sorted(compared, key=lambda one: (not one.different, -abs(one.heard - one.others_heard)))


def by_country(found: Sequence[Compared], language: str, link: Callable[[str], str], about: About) -> list[Component]:
    """Small curves on shared axes, and in words which differ."""
    sentence = _words(found, language)
    picture = html.Ul([_small(one, language, link) for one in found], className="multiples")
    columns = (
        Column("Country"), Column("Code"), Column("Listens", full), Column("Listeners", full), Column("Heard", percent),
        Column("Others heard", percent), Column("p (Holm)", _p), Column("Verdict"),
        *(Column(f"At {at}%", percent) for at in POINTS), Column("Finished", percent),
    )  # fmt: skip
    rows = [
        (country_name(one.curve.country or "", language), one.curve.country, one.curve.n, one.curve.listeners,
         one.heard, one.others_heard, one.p_value, _verdict(one), *one.curve.shares, one.curve.finished)
        for one in found
    ]  # fmt: skip
    return CARD.answer(sentence, [picture], Table(columns, rows), about)


def _heard(curve: Curve, cells: int) -> Heard:
    shares = []
    for share in (*curve.shares, curve.finished):
        if share is None:
            break
        shares.append(share)
    reached = [curve.n]
    for share in shares:
        reached.append(min(reached[-1], round(share * curve.n)))
    return Heard(reached, curve.listeners or 1, cells)


def _words(found: Sequence[Compared], language: str) -> list[Any]:
    sure = [one for one in found if one.different]
    if not sure:
        return [
            html.Strong("No measurable difference:"),
            f" in {several(len(found), 'country', 'countries')} people get about as far as all others do.",
        ]
    told = [
        f"{country_name(one.curve.country or '', language)} "
        f"({percent(one.heard)} of a song on average, {percent(one.others_heard)} elsewhere)"
        for one in sure[:3]
    ]
    listed = told[0] if len(told) == 1 else f"{', '.join(told[:-1])} and {told[-1]}"
    rest = len(found) - len(sure)
    more = f" In {several(rest, 'other country', 'others')} there is no measurable difference." if rest else ""
    return [html.Strong(f"It differs in {listed}."), more]


def _verdict(one: Compared) -> str:
    if not one.different:
        return "no measurable difference"
    return f"different: {several(abs(one.points), 'point')} {'more' if one.heard > one.others_heard else 'less'}"


def _small(one: Compared, language: str, link: Callable[[str], str]) -> Component:
    code = one.curve.country or ""
    name, verdict = country_name(code, language), _verdict(one)
    words = (
        f"{name}: {percent(one.heard)} of a song is heard on average, {percent(one.others_heard)} elsewhere; {verdict}."
    )
    return html.Li(
        [
            html.H3(dcc.Link(name, href=link(code))),
            html.P([html.Span(f"n = {short(one.curve.n)}", className="number"), html.Span(verdict)]),
            charts.plot(_curve(one), "132px", words),
        ],
        className="is-different" if one.different else "",
    )


def _curve(one: Compared) -> go.Figure:
    figure = go.Figure()
    line, others = points(one.curve), points(one.others)
    at = [point.at for point in line]
    colour = SERIES[0][0] if one.different else REFERENCE
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    figure.add_scatter(
        x=[*at, *at[::-1]], y=[*(point.high for point in line), *(point.low for point in line[::-1])],
        fill="toself", fillcolor=f"rgba({red},{green},{blue},0.16)", line={"width": 0}, mode="lines", hoverinfo="skip",
    )  # fmt: skip
    figure.add_scatter(
        x=[point.at for point in others], y=[point.share for point in others], mode="lines", name="elsewhere",
        line={"color": REFERENCE, "dash": "dot", "width": 1.5}, hovertemplate="%{y:.0%}", cliponaxis=False,
    )  # fmt: skip
    figure.add_scatter(
        x=at, y=[point.share for point in line], mode="lines", name="here", line={"color": colour, "width": 2.25},
        hovertemplate="%{y:.0%}", cliponaxis=False,
    )  # fmt: skip
    figure.update_layout(
        margin={"l": 38, "r": 22, "t": 8, "b": 22}, showlegend=False, hovermode="x unified",
        xaxis={"range": [0, 100], "tickvals": [0, 50, 100], "ticktext": ["0%", "50%", "100%"], "showgrid": False,
               "fixedrange": True},
        yaxis={"range": [0, 1], "tickformat": ".0%", "tickvals": [0.25, 0.5, 0.75, 1], "fixedrange": True},
    )  # fmt: skip
    return figure


def _p(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"{value:.3f}"
