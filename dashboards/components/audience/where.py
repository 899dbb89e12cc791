"""Where they listen: a map, ranked bars and a table of countries."""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import plotly.graph_objects as go
from dash import dcc, html
from dash.development.base_component import Component

from dashboards.components import charts
from dashboards.components.audience.words import text_of
from dashboards.components.card import About, Card, Column, Table
from dashboards.components.countries import country_name
from dashboards.components.marks import aria
from dashboards.components.numbers import full, percent, several, short
from dashboards.queries.audience import Place

MOST_PLACES = 9  #: in the ranked bars
#: Shares of all listens at which the colours of the map change.
STEPS = (0.01, 0.03, 0.1, 0.3)

CARD = Card(
    "audience-where",
    "Where do they listen?",
    380,
    (
        ("Listens", "Songs that were started from this country, in the weeks that are shown."),
        ("Listeners", "How many people these were, in tens."),
        ("Country unknown", "Listens that came without a country."),
        ("Hours", "Not told by country: with those of each song they would tell how long single people listened."),
        (
            "Other countries",
            "Countries with fewer than ten listeners a week, and weeks with fewer than ten of all, together, so that "
            "nobody can be recognised.",
        ),
    ),
)


def where(
    places: Sequence[Place], chosen: str | None, language: str, link: Callable[[str], str], about: About
) -> list[Component]:
    """Countries as a map, ranked bars and a table; what has no country follows last.

    Args:
        chosen: the country that the page is narrowed to.
        link: the address of the page narrowed to a country.
    """
    total = sum(place.listens for place in places)
    known = [place for place in places if place.country not in ("unknown", "hidden")]
    rest = [place for place in places if place.country in ("unknown", "hidden")]
    rows = [_bar(place, total, chosen, language, link) for place in known[:MOST_PLACES]]
    if more := known[MOST_PLACES:]:
        listens = sum(place.listens for place in more)
        rows.append(
            {
                "label": several(len(more), "more country", "more countries"),
                "value": None,
                "shown": short(listens),
                "quiet": True,
                "detail": f"{full(listens)} listens; the table names each",
            }
        )
    rows += [_bar(place, total, chosen, language, link) for place in rest]
    columns = (
        Column("Country"), Column("Code"), Column("Listens", full), Column("Share", lambda share: percent(share, 1)),
        Column("Listeners", full), Column("Finished", percent),
    )  # fmt: skip
    table = Table(
        columns,
        [
            (country_name(one.country, language), one.country if one in known else "", one.listens, one.listens / total,
             one.listeners, one.finished_share)
            for one in places
        ],
    )  # fmt: skip
    sentence = _where_words(known, total, language)
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
                charts.bars(rows, "Countries by listens"),
            ],
            className="where",
        )
    ]
    return CARD.answer(sentence, picture, table, about)


def _steps() -> Component:
    edges = [percent(edge) for edge in STEPS]
    words = [f"under {edges[0]}", *(f"{a} – {b}" for a, b in pairwise(edges)), f"over {edges[-1]}"]
    return html.Ul(
        [html.Li([html.I(className=f"step-{n}"), word]) for n, word in enumerate(words)],
        className="steps",
        **aria(label="Share of all listens"),
    )


def _where_words(known: Sequence[Place], total: int, language: str) -> list[Any]:
    names = [f"{country_name(place.country, language)} ({percent(place.listens / total)})" for place in known[:3]]
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""
    if 2 * sum(place.listens for place in known) < total:
        more = f" Of those shown, the first are {listed}." if listed else ""
        return [html.Strong("Most listens cannot be told by country: each has too few listeners a week."), more]
    return [
        html.Strong(f"The most listens come from {listed}."),
        f" There are ten listeners or more a week in {several(len(known), 'country', 'countries')}.",
    ]


def _bar(place: Place, total: int, chosen: str | None, language: str, link: Callable[[str], str]) -> Mapping[str, Any]:
    name, hidden = country_name(place.country, language), place.country == "hidden"
    detail = f"{full(place.listens)} listens, {percent(place.listens / total, 1)} of all"
    detail += f", {full(place.listeners)} listeners" if place.listeners else ""
    return {
        "label": name if hidden else dcc.Link(name, href=link(place.country)),
        "value": place.listens,
        "shown": short(place.listens),
        "quiet": place.country in ("unknown", "hidden"),
        "chosen": place.country == chosen,
        "detail": detail,
    }


def _map(known: Sequence[Place], total: int, language: str) -> go.Figure:
    shares = [place.listens / total for place in known]
    figure = go.Figure(
        go.Choropleth(
            locations=[place.country for place in known],
            z=[sum(share >= edge for edge in STEPS) for share in shares],
            customdata=[
                (country_name(place.country, language), short(place.listens), percent(share, 1), short(place.listeners))
                for place, share in zip(known, shares, strict=True)
            ],
            hovertemplate="<b>%{customdata[0]}</b><br>%{customdata[1]} listens, %{customdata[2]} of all"
            "<br>%{customdata[3]} listeners<extra></extra>",
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
