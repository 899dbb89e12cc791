"""Where people are: a map, ranked bars and a table of countries, each number with how sure it is; one over time."""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise, takewhile
from math import sqrt
from typing import Any

import plotly.graph_objects as go
from dash import dcc, html
from dash.development.base_component import Component

from dashboards.components import charts
from dashboards.components.audience.words import text_of
from dashboards.components.card import About, Card, Column, Table
from dashboards.components.countries import country_name
from dashboards.components.marks import aria
from dashboards.components.numbers import full, percent, several, short, span_words
from dashboards.queries.audience import Told, Where
from dashboards.theme import SERIES
from etl.audience.people import Place, ranks

MOST_PLACES = 10  #: in the ranked bars
#: Shares of all people at which the colours of the map change.
STEPS = (0.01, 0.03, 0.1, 0.3)

CARD = Card(
    "audience-where",
    "Where are they?",
    380,
    (
        ("People", "Listeners of this country. Each number has a little noise, so that nobody can be found out: it is "
         "right on average, and the true one lies within ± in 19 of 20. It does not change when asked again."),
        ("Which weeks", "People are told of one, four, sixteen or 52 whole weeks at a time, which do not overlap; of "
         "the weeks that are chosen above, those that come nearest. Over several of them each person is told once, "
         "which is an estimate."),
        ("Which country", "Where most of a listener’s listens to you come from; of a song, people who play it among "
         "the three of yours that they play most."),
        ("Place", "Countries whose numbers cannot be told apart share their places."),
        ("Elsewhere", "All your listeners, less those of the countries that are told: in countries with fewer than "
         "some seventeen people (of a song twenty-five) in most of these spans, of which nothing is told."),
        ("Listens and hours", "Not told by country: with those of each song they would tell what single people do."),
        ("The choices above", "“Genre” and “Heard” have no part in this."),
    ),
)  # fmt: skip


def where(
    found: Where,
    chosen: str | None,
    over: Sequence[Told],
    language: str,
    link: Callable[[str], str],
    about: About,
) -> list[Component]:
    """Countries as a map, ranked bars and a table.

    Args:
        chosen: the country that is told over time, and ``over`` is what is told of it.
        link: the address of the page with a country chosen.
    """
    known = [place for place in found.places if place.country != "unknown"]
    told = sum(place.people for place in found.places)
    total = max(found.listeners or 0, told)
    rows = [_bar(place, chosen, language, link) for place in found.places[:MOST_PLACES]]
    if more := found.places[MOST_PLACES:]:
        people = round(sum(place.people for place in more))
        detail = f"about {several(people, 'person', 'people')}; the table names each"
        label = several(len(more), "more country", "more countries")
        rows.append({"label": label, "value": None, "shown": short(people), "quiet": True, "detail": detail})
    sure = sqrt(sum((place.high - place.people) ** 2 for place in found.places))
    if (rest := total - told) > sure:
        detail = f"about {give_or_take(rest, rest + sure)} people in countries that are not told"
        shown = give_or_take(rest, rest + sure)
        rows.append({"label": "Elsewhere", "value": None, "shown": shown, "quiet": True, "detail": detail})
    columns = (
        Column("Place"), Column("Country"), Column("Code"), Column("People", full), Column("At least", full),
        Column("At most", full), Column("Share", lambda share: percent(share, 1)),
    )  # fmt: skip
    table = Table(
        columns,
        [
            (_rank(rank), country_name(one.country, language), one.country if one in known else "", round(one.people),
             round(one.low), round(one.high), one.people / total)
            for one, rank in zip(found.places, ranks(found.places), strict=True)
        ],
    )  # fmt: skip
    sentence = _where_words(found, known, total, language)
    words = text_of(sentence)
    picture = [
        html.Div(
            [
                html.Div(
                    [
                        charts.plot(_map(known, total, language), "clamp(160px, 46vw, 300px)", f"World map. {words}"),
                        _steps(),
                    ],
                    className="map",
                ),
                charts.bars(rows, "Countries by people"),
            ],
            className="where",
        ),
        *(_over_time(chosen, over, language) if chosen else []),
    ]
    return CARD.answer(sentence, picture, table, about)


def give_or_take(people: float, high: float) -> str:
    """A number and how far the true one may be from it: 120 ± 7."""
    return f"{full(round(people))} ± {full(max(1, round(high - people)))}"


def _steps() -> Component:
    edges = [percent(edge) for edge in STEPS]
    words = [f"under {edges[0]}", *(f"{a} – {b}" for a, b in pairwise(edges)), f"over {edges[-1]}"]
    return html.Ul(
        [html.Li([html.I(className=f"step-{n}"), word]) for n, word in enumerate(words)],
        className="steps",
        **aria(label="Share of all people"),
    )


def _where_words(found: Where, known: Sequence[Place], total: float, language: str) -> list[Any]:
    weeks = f"In {span_words(found.start, found.end)}"
    estimated = (
        " This is an estimate: who listened in several spans of weeks is told once." if _estimated(found) else ""
    )
    if not known:
        return [html.Strong(f"{weeks} no country by itself has enough people to be told."), estimated]
    first = list(takewhile(lambda rank: rank[0] == 1, ranks(known)))
    names = [f"{country_name(one.country, language)} (about {give_or_take(one.people, one.high)})" for one in known[:3]]
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    tied = f" The first {len(first)} cannot be told apart." if len(first) > 1 else ""
    share = (
        f", with {percent(sum(place.people for place in known) / total)} of your listeners" if found.listeners else ""
    )
    lead = f"{weeks} the most people are in {listed}." if len(known) > 1 else f"{weeks} people are in {listed}."
    told = f" {several(len(known), 'country is', 'countries are')} told{share}."
    return [html.Strong(lead), f"{tied}{told}{estimated}"]


def _estimated(found: Where) -> bool:
    return any(place.estimated for place in found.places)


def _rank(rank: tuple[int, int]) -> str:
    return str(rank[0]) if rank[0] == rank[1] else f"{rank[0]}–{rank[1]}"


def _bar(place: Place, chosen: str | None, language: str, link: Callable[[str], str]) -> Mapping[str, Any]:
    name = country_name(place.country, language)
    return {
        "label": dcc.Link(name, href=link(place.country)),
        "value": place.people,
        "low": place.low,
        "high": place.high,
        "shown": give_or_take(place.people, place.high),
        "quiet": place.country == "unknown",
        "chosen": place.country == chosen,
        "detail": f"95% sure: {full(round(place.low))} to {full(round(place.high))} people",
    }


def _over_time(country: str, over: Sequence[Told], language: str) -> list[Component]:
    name = country_name(country, language)
    told = [(one, one.people) for one in over if one.people is not None]
    if not told:
        words = f"{name}: too few people in each of these weeks to be told over time. A longer period may tell more."
        return [html.P(words, className="quiet")]
    last, people = told[-1]
    weeks = ((last.end - last.start).days + 1) // 7
    words = (
        f"{name}, {'week by week' if weeks == 1 else f'{weeks} weeks at a time'}: about "
        f"{give_or_take(people, people + last.error)} people in {span_words(last.start, last.end)}."
    )
    figure = go.Figure()
    figure.add_scatter(
        x=[one.start for one in over], y=[one.people for one in over], mode="lines+markers", connectgaps=False,
        line={"color": SERIES[0][0], "width": 2.25}, marker={"size": 5},
        error_y={"type": "constant", "value": last.error, "color": SERIES[0][0], "thickness": 1, "width": 3},
        customdata=[span_words(one.start, one.end) for one in over],
        hovertemplate=f"%{{customdata}}: about %{{y:,}} ± {round(last.error)} people<extra></extra>",
    )  # fmt: skip
    figure.update_layout(
        margin={"l": 44, "r": 14, "t": 8, "b": 34}, showlegend=False,
        xaxis={"showgrid": False, "fixedrange": True},
        yaxis={"rangemode": "tozero", "tickformat": "~s", "nticks": 4, "fixedrange": True},
    )  # fmt: skip
    return [html.H3(words), charts.plot(figure, "170px", f"Line chart. {words}")]


def _map(known: Sequence[Place], total: float, language: str) -> go.Figure:
    shares = [place.people / total for place in known]
    figure = go.Figure(
        go.Choropleth(
            locations=[place.country for place in known],
            z=[sum(share >= edge for edge in STEPS) for share in shares],
            customdata=[
                (country_name(place.country, language), give_or_take(place.people, place.high), percent(share, 1))
                for place, share in zip(known, shares, strict=True)
            ],
            hovertemplate="<b>%{customdata[0]}</b><br>about %{customdata[1]} people, %{customdata[2]} of all"
            "<extra></extra>",
            coloraxis="coloraxis",
        )
    )
    figure.update_layout(
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        coloraxis={"cmin": 0, "cmax": len(STEPS), "showscale": False},
        geo={
            "projection": {"type": "natural earth"}, "lataxis": {"range": [-56, 78]},
            "showland": True, "showcountries": True,
            "showcoastlines": False, "showframe": False, "showlakes": False,
        },
    )  # fmt: skip
    return figure
