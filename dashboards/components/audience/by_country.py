"""Whether people get further somewhere: a small curve a country on shared axes, beside all the others' curve."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go
from dash import dcc, html
from dash.development.base_component import Component

from dashboards.components import charts
from dashboards.components.card import About, Card, Column, Table
from dashboards.components.countries import country_name
from dashboards.components.numbers import full, percent, several, short
from dashboards.theme import REFERENCE, SERIES
from etl.audience.curves import SURE, Heard, holm, log_rank, together
from etl.audience.people import Place

MOST = 8  #: countries, those with the most people
AT = tuple(range(0, 101, 10))  #: per cent of a song
CARD = Card(
    "audience-countries",
    "Do people get further in some countries?",
    360,
    (
        ("Got this far", "Of all people of a country of whom it is known, the share whose furthest listen got at least "
         "this far into a song; who listened in several of the spans of weeks is there with the furthest of each."),
        ("The band", "Where the true share lies with 95% confidence: people are few, and noise hides each of them."),
        ("The dotted curve", "Your people in all other countries that are told."),
        ("Heard", "How far people get on average: the area under the curve."),
        ("Different", "A log-rank test of the whole curve tells the country from all others, with Holm’s correction "
         "for how many are shown: it errs in fewer than 5 of 100 such charts. It knows of the noise."),
        ("No measurable difference", "The curves may differ, and chance alone would make them differ as much."),
        ("Which countries", f"The {MOST} with the most people; “Genre” and “Heard” above have no part in this."),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Compared:
    """A country beside all others."""

    country: str
    people: float
    here: Heard
    others: Heard
    p_value: float  #: corrected for how many countries are compared

    @property
    def points(self) -> int:
        """Points of a song that people get further than others do."""
        return round(100 * self.here.mean) - round(100 * self.others.mean)

    @property
    def different(self) -> bool:
        """Whether that is more than chance."""
        return self.p_value < SURE


def compare(places: Sequence[Place]) -> list[Compared]:
    """The countries with the most people beside all others; measurable differences first, the largest first."""
    every = {place.country: Heard(place.heard, place.error) for place in places if place.heard}
    found = []
    for place in [one for one in places if one.country != "unknown" and one.heard][:MOST]:
        rest = [heard for country, heard in every.items() if country != place.country]
        if rest:
            here, others = every[place.country], together(rest)
            found.append((place.country, place.people, here, others, log_rank(here, others)))
    corrected = holm([one[-1] for one in found])
    compared = [Compared(*one[:-1], p_value) for one, p_value in zip(found, corrected, strict=True)]
    return sorted(compared, key=lambda one: (not one.different, -abs(one.here.mean - one.others.mean)))


def by_country(found: Sequence[Compared], language: str, link: Callable[[str], str], about: About) -> list[Component]:
    """Small curves on shared axes, and in words which differ."""
    sentence = _words(found, language)
    picture = html.Ul([_small(one, language, link) for one in found], className="multiples")
    columns = (
        Column("Country"), Column("Code"), Column("People, about", full), Column("Heard", percent),
        Column("Others heard", percent), Column("p (Holm)", _p), Column("Verdict"),
        *(Column(f"Got to {at}%", percent) for at in AT[1:]),
    )  # fmt: skip
    rows = [
        (country_name(one.country, language), one.country, round(one.people), one.here.mean, one.others.mean,
         one.p_value, _verdict(one), *(share for share, _, _ in one.here.points[1:]))
        for one in found
    ]  # fmt: skip
    return CARD.answer(sentence, [picture], Table(columns, rows), about)


def _words(found: Sequence[Compared], language: str) -> list[Any]:
    sure = [one for one in found if one.different]
    if not sure:
        return [
            html.Strong("No measurable difference:"),
            f" in {several(len(found), 'country', 'countries')} people get about as far as all others do.",
        ]
    told = [
        f"{country_name(one.country, language)} "
        f"({percent(one.here.mean)} of a song on average, {percent(one.others.mean)} elsewhere)"
        for one in sure[:3]
    ]
    listed = told[0] if len(told) == 1 else f"{', '.join(told[:-1])} and {told[-1]}"
    rest = len(found) - len(sure)
    more = f" In {several(rest, 'other country', 'others')} there is no measurable difference." if rest else ""
    return [html.Strong(f"It differs in {listed}."), more]


def _verdict(one: Compared) -> str:
    if not one.different:
        return "no measurable difference"
    return f"different: {several(abs(one.points), 'point')} {'more' if one.here.mean > one.others.mean else 'less'}"


def _small(one: Compared, language: str, link: Callable[[str], str]) -> Component:
    name, verdict = country_name(one.country, language), _verdict(one)
    words = (
        f"{name}: people get through {percent(one.here.mean)} of a song on average, {percent(one.others.mean)} "
        f"elsewhere; {verdict}."
    )
    return html.Li(
        [
            html.H3(dcc.Link(name, href=link(one.country))),
            html.P([html.Span(f"about {short(round(one.people))} people", className="number"), html.Span(verdict)]),
            charts.plot(_curve(one), "132px", words),
        ],
        className="is-different" if one.different else "",
    )


def _curve(one: Compared) -> go.Figure:
    figure = go.Figure()
    line, others = one.here.points, one.others.points
    colour = SERIES[0][0] if one.different else REFERENCE
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    figure.add_scatter(
        x=[*AT, *AT[::-1]], y=[*(high for _, _, high in line), *(low for _, low, _ in line[::-1])],
        fill="toself", fillcolor=f"rgba({red},{green},{blue},0.16)", line={"width": 0}, mode="lines", hoverinfo="skip",
    )  # fmt: skip
    figure.add_scatter(
        x=AT, y=[share for share, _, _ in others], mode="lines", name="elsewhere",
        line={"color": REFERENCE, "dash": "dot", "width": 1.5}, hovertemplate="%{y:.0%}", cliponaxis=False,
    )  # fmt: skip
    figure.add_scatter(
        x=AT, y=[share for share, _, _ in line], mode="lines", name="here", line={"color": colour, "width": 2.25},
        customdata=[(low, high) for _, low, high in line],
        hovertemplate="%{y:.0%} (95% sure: %{customdata[0]:.0%}–%{customdata[1]:.0%})", cliponaxis=False,
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
