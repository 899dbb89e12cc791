"""Audience: who listens to an artist, how far they get, where they are, and what else they like.

The address is the state (``components/audience_view.py``). Whose numbers these are is the account's artist, never a
part of the address or of a request. Each card asks for itself, once.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, dcc, html, no_update, set_props
from dash.development.base_component import Component
from flask import has_request_context, request

from dashboards.auth import who
from dashboards.components import audience as draw
from dashboards.components import states
from dashboards.components.audience_view import MOST_COMPARED, RANGES, UNKNOWN, Known, View, address, read
from dashboards.components.card import About, Card
from dashboards.components.countries import country_name
from dashboards.components.numbers import long_day
from dashboards.pages import Page, Query, query_of
from dashboards.queries import audience as ask
from dashboards.queries.artist import OwnTrack, own_tracks
from etl.warehouse import Warehouse

ALL, FREE = "all", "free"
HEARD = {"any": "Every listen", "half": "Half and more", "finished": "To the end"}
PATH = "/audience"

#: The controls by the part of a :class:`View` that each sets.
CONTROLS = ("days", "track", "country", "genre", "heard")


@dataclass(frozen=True)
class Mine:
    """What there is of the artist that the account is of, and what the address asks of it."""

    warehouse: Warehouse
    artist_id: int
    coverage: ask.Coverage
    query: Query

    @cached_property
    def tracks(self) -> dict[int, OwnTrack]:
        """All of the artist's tracks by id."""
        return {track.track_id: track for track in own_tracks(self.warehouse, self.artist_id)}

    @cached_property
    def genres(self) -> list[str]:
        """Their genres, the one of most tracks first."""
        return [genre for genre, _ in Counter(one.genre for one in self.tracks.values() if one.genre).most_common()]

    @property
    def through(self) -> date:
        """The last day there is data of."""
        assert self.coverage.through
        return self.coverage.through

    @cached_property
    def known(self) -> Known:
        """What an address may name."""
        titles = {track_id: track.title for track_id, track in self.tracks.items()}
        return Known(titles, self.genres, self.through)

    @cached_property
    def view(self) -> View:
        """What the address asks for, without what cannot be read."""
        return read(self.query, self.known)[0]

    @property
    def wrong(self) -> list[str]:
        """What of the address cannot be read, in words."""
        return read(self.query, self.known)[1]

    @property
    def filters(self) -> ask.Filters:
        """The view as the warehouse is asked it."""
        return self.view.filters(self.through)

    @property
    def shown(self) -> ask.Period:
        """The whole weeks that are shown."""
        return ask.period(self.filters, self.through)

    @property
    def about(self) -> About:
        """What stands at the head of a file."""
        view, shown = self.view, self.shown
        parts = [
            f"{shown.start} to {shown.end}",
            f"track: {self.tracks[view.track_id].title}" if view.track_id else "all tracks",
            f"country: {country_name(view.country)}" if view.country else "all countries",
            f"genre: {view.genre}" if view.genre else "all genres",
            f"heard: {HEARD[view.completion].lower()}",
        ]
        if view.compare:
            parts.append(f"compared: {', '.join(self.tracks[one].title for one in view.compare)}")
        return About("; ".join(parts), self.through, self.coverage.synthetic)


def mine(warehouse: Warehouse, query: Query) -> Mine | Component:
    """What there is for the account of this request, or why there is nothing."""
    account = who()
    if account is None or account.role != "artist":
        return states.notice("This page is for artists", "Your account has no audience.")
    if account.artist_id is None:
        return states.notice(
            "No artist belongs to this account yet", "Ask whoever runs Overtone to say which artist you are."
        )
    coverage = ask.coverage(warehouse, account.artist_id)
    if coverage is None or coverage.through is None:
        return states.setting_up()
    if coverage.first_week is None:
        return states.notice(
            "No week has had ten listeners yet",
            "Numbers appear as soon as ten people listen in one week; fewer are never shown, so that nobody can be "
            f"recognised. Data through {long_day(coverage.through)}.",
        )
    return Mine(warehouse, account.artist_id, coverage, query)


def layout(warehouse: Warehouse, query: Query) -> Component:
    """The page at first sight: its question, the choices, and the shape of each answer."""
    my = mine(warehouse, query)
    if not isinstance(my, Mine):
        return html.Div([html.H1("Who listens to you?"), my], className="audience")
    return html.Div(
        [
            html.H1("Who listens to you?"),
            _controls(my),
            html.Div(_shown(my), id="audience-shown"),
            draw.KPIS.frame(),
            _curve_card(my.view, my).frame(),
            draw.WHERE.frame(),
            draw.LIKES.frame(),
        ],
        className="audience",
    )


def register(app: Dash, warehouse: Warehouse) -> None:
    """Add what the choices do, and the answer of each card."""
    for card, answer in ((draw.KPIS, kpis), (CURVE, curve), (draw.WHERE, where), (draw.LIKES, likes)):
        card.register(app, _for_me(warehouse, answer))

    @app.callback(
        Output("audience-shown", "children"),
        Input("url", "search"),
        State("url", "pathname"),
        prevent_initial_call=True,
    )
    def follow(search: str, path: str) -> Any:
        """After Back, and after a link, the choices follow the address."""
        my = mine(warehouse, query_of(search)) if path in (PATH, "/") else None
        if not isinstance(my, Mine):
            return no_update
        for name, value in _values(my.view).items():
            set_props(f"audience-{name}", {"value": value})
        set_props("audience-range", {"value": _range(my), "wrapperProps": {"hidden": my.view.days is not None}})
        return _shown(my)

    # set_props and not an Output: a card would wait for this at first, and never come when there is nothing to set.
    @app.callback(
        *(Input(f"audience-{name}", "value") for name in CONTROLS),
        Input("audience-range", "value"),
        Input("audience-compare", "value"),
        State("url", "search"),
        prevent_initial_call=True,
    )
    def choose(
        days: str, track: str, country: str, genre: str, heard: str, range_: Any, compare: Any, search: str
    ) -> None:
        my = mine(warehouse, query_of(search))
        if isinstance(my, Mine):
            wanted = chosen(my, days, track, country, genre, heard, range_ or [], compare or [])
            if wanted != my.view:
                set_props("url", {"search": address(wanted)})


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


def kpis(my: Mine) -> Any:
    """How much was heard, against the period before."""
    found = ask.kpis(my.warehouse, my.artist_id, my.filters, my.shown)
    first = my.coverage.first_week
    if first and my.shown.before.start < first:
        found = replace(found, before=None)  # a part of a period compares with nothing
    return draw.kpis(found, my.shown, my.about) if found.now else _narrow(draw.KPIS, my)


def curve(my: Mine) -> Any:
    """How far people get, in what is chosen or in up to five tracks."""
    view, card = my.view, CURVE
    found = ask.curves(my.warehouse, my.artist_id, my.filters, my.shown, view.compare)
    found = [one for one in found if one.shares[0] is not None]
    if not found:
        return _narrow(card, my)
    names = [my.tracks[one.track_id].title if one.track_id in my.tracks else _all_of(view) for one in found]
    genre = _genre_of(my)
    typical = ask.genre_curve(my.warehouse, my.artist_id, genre) if genre else None
    one = my.tracks.get(found[0].track_id or 0) if len(found) == 1 else None
    return draw.curve(card, found, typical, names, one.duration_s if one else None, my.about)


def where(my: Mine) -> Any:
    """The countries; the choice of one only marks it."""
    found = ask.countries(my.warehouse, my.artist_id, my.filters, my.shown)
    if not found:
        return _narrow(draw.WHERE, my)
    return draw.where(found, my.view.country, language(), lambda code: _link(my.view, country=code), my.about)


def likes(my: Mine) -> Any:
    """What else they like; no choice changes it."""
    found = ask.interests(my.warehouse, my.artist_id)
    if not found:
        return draw.LIKES.notice(
            "Not known yet", "This is worked out once a week, from what ten of your listeners or more also play."
        )
    return draw.likes(found, my.about)


def language() -> str:
    """The language that the reader's browser asks for first."""
    return (request.accept_languages.best or "en") if has_request_context() else "en"


CURVE = Card("audience-curve", "How far do people get?", 400, draw.CURVE_MEANING)


def _for_me(warehouse: Warehouse, answer: Callable[[Mine], Any]) -> Callable[[str], Any]:
    def asked(search: str) -> Any:
        my = mine(warehouse, query_of(search))
        return answer(my) if isinstance(my, Mine) else my

    return asked


def _narrow(card: Card, my: Mine) -> Component:
    """Why there is nothing to show, and the nearest choice that shows something."""
    first = my.coverage.first_week
    if first and my.shown.end < first:
        text = f"Your first week with ten listeners begins on {long_day(first)}."
        return card.notice("Nothing in these weeks", text, _button("Show the last 28 days", View()))
    for words, view in my.view.wider():
        filters = view.filters(my.through)
        shown = ask.period(filters, my.through)
        if ask.kpis(my.warehouse, my.artist_id, filters, shown).now:
            more = [_button(words, view)]
            break
    else:
        more = []
    title = "This choice is too narrow" if my.view.narrowed else "Hidden to protect your listeners"
    return card.notice(
        title, "Fewer than ten people are behind it. So that nobody can be recognised, it is not shown.", *more
    )


def _button(words: str, view: View) -> Component:
    return dcc.Link(words, href=f"{PATH}{address(view)}", className="button")


def _link(view: View, **changes: Any) -> str:
    return f"{PATH}{address(replace(view, **changes))}"


def _all_of(view: View) -> str:
    return f"Your {view.genre}" if view.genre else "All your songs"


def _genre_of(my: Mine) -> str | None:
    """The genre to compare with: that of what is chosen, else that of most of the artist's tracks."""
    if my.view.genre:
        return my.view.genre
    chosen = my.view.compare or ((my.view.track_id,) if my.view.track_id else ())
    genres = {my.tracks[one].genre for one in chosen}
    if genres:
        return genres.pop() if len(genres) == 1 else None
    return next(iter(my.genres), None)


def _shown(my: Mine) -> list[Component]:
    """Which weeks these are, how far the data goes, and what of the address could not be read."""
    badge = html.Span(
        "Synthetic", className="badge", title="Listeners and listens are invented, and calibrated to measured ones."
    )
    return [
        html.P(
            [
                html.Span(draw.period_words(my.shown)),
                html.Span(f"Data through {long_day(my.through)}"),
                *([badge] if my.coverage.synthetic else []),
            ],
            className="through",
        ),
        *([html.Div([html.P(words) for words in my.wrong], className="wrong", role="status")] if my.wrong else []),
    ]


def _values(view: View) -> dict[str, Any]:
    return {
        "days": str(view.days) if view.days else FREE,
        "track": str(view.track_id) if view.track_id else ALL,
        "country": view.country or ALL,
        "genre": view.genre or ALL,
        "heard": view.completion,
        "compare": [str(one) for one in view.compare],
    }


def _range(my: Mine) -> list[str]:
    return [my.filters.start.isoformat(), my.filters.end.isoformat()]


def _controls(my: Mine) -> Component:
    """The choices, in one row."""
    values = _values(my.view)
    tracks = [{"value": str(one.track_id), "label": one.title} for one in my.tracks.values()]
    genres = [{"value": one, "label": one} for one in my.genres]
    options = {
        "days": ("Period", [{"value": str(days), "label": f"Last {days} days"} for days in RANGES]
                 + [{"value": FREE, "label": "From … to …"}]),
        "track": ("Track", [{"value": ALL, "label": "All tracks"}, *tracks]),
        "country": ("Country", [{"value": ALL, "label": "All countries"}, *_countries(my)]),
        "genre": ("Genre", [{"value": ALL, "label": "All genres"}, *genres]),
        "heard": ("Heard", [{"value": value, "label": label} for value, label in HEARD.items()]),
    }  # fmt: skip
    selects = [
        dmc.Select(
            id=f"audience-{name}",
            label=label,
            data=choices,
            value=values[name],
            allowDeselect=False,
            searchable=len(choices) > 8,
            clearSearchOnFocus=True,
            nothingFoundMessage="Nothing by this name",
            maxDropdownHeight=320,
        )
        for name, (label, choices) in options.items()
    ]
    return html.Div(
        [
            *selects,
            dmc.DatePickerInput(
                id="audience-range",
                type="range",
                label="From … to …",
                value=_range(my),
                valueFormat="D MMM YYYY",
                maxDate=my.through.isoformat(),
                minDate=(my.through - timedelta(days=5 * 365)).isoformat(),
                allowSingleDateInRange=True,
                wrapperProps={"hidden": my.view.days is not None},
            ),
        ],
        className="filters",
    )


def _countries(my: Mine) -> list[dict[str, str]]:
    """The countries that can be chosen: those shown in the last year, by name."""
    year = View(days=RANGES[-1]).filters(my.through)
    places = ask.countries(my.warehouse, my.artist_id, year, ask.period(year, my.through))
    codes = {place.country for place in places} | ({my.view.country} if my.view.country else set())
    named = [{"value": code, "label": country_name(code, language())} for code in codes - {"hidden", UNKNOWN}]
    unknown = [{"value": UNKNOWN, "label": country_name(UNKNOWN)}] if UNKNOWN in codes else []
    return sorted(named, key=lambda one: one["label"]) + unknown


def _curve_card(view: View, my: Mine) -> Card:
    """The card with its own choice: tracks to compare."""
    compare = dmc.MultiSelect(
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
    return Card(CURVE.name, CURVE.title, CURVE.height, CURVE.meaning, (compare,))


PAGE = Page(PATH, "Audience", "people", layout, register, frozenset({"artist"}))
