"""The choices of the page Influencers."""

from typing import Any

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboards.components import choices
from dashboards.components.countries import country_name
from dashboards.components.influencers.view import ALL, LONGEST_TEXT, SIZES, SORTS, Known, View
from etl.tables import TOP_GENRES

#: The controls by the part of the address that each sets.
CONTROLS = ("genre", "country", "audience", "size", "sort", "q")


def values(view: View) -> dict[str, str]:
    """What each control shows, by the part of the address that it sets."""
    wanted = view.wanted
    return {
        "genre": wanted.genre or ALL,
        "country": wanted.country or ALL,
        "audience": wanted.audience or ALL,
        "size": wanted.tier or ALL,
        "sort": view.sort,
        "q": wanted.text or "",
    }


def controls(view: View, known: Known, language: str) -> Component:
    """The choices, in one row."""
    chosen = values(view)

    def countries(codes: Any, every: str) -> list[dict[str, str]]:
        named = [{"value": code, "label": country_name(code, language)} for code in codes]
        return [{"value": ALL, "label": every}, *sorted(named, key=lambda one: one["label"])]

    genres = [{"value": ALL, "label": "All genres"}, *({"value": one, "label": one} for one in TOP_GENRES)]
    options = {
        "genre": ("Genre", genres),
        "country": ("Creator’s country", countries(known.countries, "All countries")),
        "audience": ("Audience in", countries(known.audiences, "Any country")),
        "size": ("Size", [{"value": ALL, "label": "All sizes"},
                          *({"value": value, "label": label} for value, label in SIZES.items())]),
        "sort": ("Order", [{"value": value, "label": label} for value, label in SORTS.items()]),
    }  # fmt: skip
    search = dmc.TextInput(
        id="influencers-q",
        label="Name",
        value=chosen["q"],
        placeholder="Search",
        debounce=400,
        attributes={"input": {"maxLength": LONGEST_TEXT, "data-slash": "true"}},
    )
    return html.Div([*choices.selects("influencers", options, chosen), search], className="filters")
