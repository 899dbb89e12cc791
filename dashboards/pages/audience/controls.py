"""The choices of the page Audience: the controls that show a view, and the view that they show."""

from datetime import date, timedelta
from typing import Any

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboards.components import choices
from dashboards.components.audience.kpis import period_words
from dashboards.components.audience.view import HEARD, MOST_COMPARED, RANGES, UNKNOWN, View, read
from dashboards.components.countries import country_name
from dashboards.components.numbers import day_words
from dashboards.pages import language
from dashboards.pages.audience.whose import Mine
from dashboards.queries import audience as ask

ALL, FREE = "all", "free"

#: The controls by the part of a :class:`View` that each sets.
CONTROLS = ("days", "track", "country", "genre", "heard")
#: Those, and what else shows a view.
SET = (*CONTROLS, "compare", "range")


def chosen(
    my: Mine, days: str, track: str, country: str, genre: str, heard: str, range_: list[str | None], compare: list[str]
) -> View:
    """The view that the controls show; a track takes the place of a genre and the other way round."""
    query = {
        "track": track if track != ALL else "",
        "country": country if country != ALL else "",
        "genre": genre if genre != ALL else "",
        "heard": heard if heard != "any" else "",
        "compare": ",".join(compare[:MOST_COMPARED]),
    }
    if track != ALL and genre != ALL:
        query["track" if my.view.track_id else "genre"] = ""
    if days != FREE:
        query["days"] = days
    elif my.view.days is None and len(range_) == 2 and all(range_):
        query |= {"from": str(range_[0])[:10], "to": str(range_[1])[:10]}
    else:
        before = my.filters  # the range begins as what is shown, and stays until both its days are chosen
        query |= {"from": before.start.isoformat(), "to": before.end.isoformat()}
    return read(query, my.known)[0]


def shown(my: Mine) -> list[Component]:
    """Which weeks these are, how far the data goes, and what of the address could not be read."""
    words = [period_words(my.shown), f"Data through {day_words(my.through)}"]
    return [choices.through(words, my.about.invented), *choices.unread(my.wrong)]


def values(view: View, through: date) -> dict[str, Any]:
    """What each control shows of a view of data through a day; in the order of ``SET``."""
    range_ = view.filters(through)
    return {
        "days": str(view.days) if view.days else FREE,
        "track": str(view.track_id) if view.track_id else ALL,
        "country": view.country or ALL,
        "genre": view.genre or ALL,
        "heard": view.completion,
        "compare": [str(one) for one in view.compare],
        "range": [range_.start.isoformat(), range_.end.isoformat()],
    }


def range_props(view: View) -> dict[str, bool]:
    """The control of the range is there where there is one to choose."""
    return {"hidden": view.days is not None}


def row(my: Mine) -> Component:
    """The choices, in one row."""
    now = values(my.view, my.through)
    tracks = [{"value": str(one.track_id), "label": one.title} for one in my.tracks.values()]
    genres = [{"value": one, "label": one} for one in my.genres]
    options = {
        "days": ("Period", [{"value": str(days), "label": f"Last {days} days"} for days in RANGES]
                 + [{"value": FREE, "label": "From … to …"}]),
        "track": ("Track", [{"value": ALL, "label": "All tracks"}, *tracks]),
        "genre": ("Genre", [{"value": ALL, "label": "All genres"}, *genres]),
        "heard": ("Heard", [{"value": value, "label": label} for value, label in HEARD.items()]),
    }  # fmt: skip
    return html.Div(
        [
            *choices.selects("audience", options, now),
            dmc.DatePickerInput(
                id="audience-range",
                type="range",
                label="From … to …",
                value=now["range"],
                valueFormat="D MMM YYYY",
                maxDate=my.through.isoformat(),
                minDate=(my.through - timedelta(days=5 * 365)).isoformat(),
                allowSingleDateInRange=True,
                wrapperProps=range_props(my.view),
            ),
        ],
        className="filters",
    )


def country(my: Mine) -> Component:
    """The choice of a country that is told of over time: those in which people have been told."""
    codes = {*ask.countries(my.warehouse, my.artist_id), *([my.view.country] if my.view.country else [])}
    named = [{"value": code, "label": country_name(code, language())} for code in codes - {UNKNOWN}]
    unknown = [{"value": UNKNOWN, "label": country_name(UNKNOWN)}] if UNKNOWN in codes else []
    options = [{"value": ALL, "label": "Choose a country"}, *sorted(named, key=lambda one: one["label"]), *unknown]
    [choice] = choices.selects("audience", {"country": ("One over time", options)}, {"country": my.view.country or ALL})
    return choice


def compare(my: Mine) -> Component:
    """The choice of tracks to compare."""
    view = my.view
    return dmc.MultiSelect(
        id="audience-compare",
        data=[{"value": str(one.track_id), "label": one.title} for one in my.tracks.values()],
        value=[str(one) for one in view.compare],
        maxValues=MOST_COMPARED,
        searchable=True,
        clearable=True,
        placeholder="" if view.compare else "Compare up to five tracks",
        className="compare",
        attributes={"input": {"aria-label": "Compare up to five tracks"}},
        hidePickedOptions=True,
        maxDropdownHeight=280,
    )
