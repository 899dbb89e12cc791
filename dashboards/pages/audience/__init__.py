"""Audience: who listens to an artist, how far they get, where they are, and what else they like.

The address is the state (``components/audience/view.py``). Whose numbers these are is the account's artist, never a
part of the address or of a request. Each card asks for itself, once.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from dash import Dash, Input, Output, State, html, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboards.components import choices
from dashboards.components.audience import by_country, curve, kpis, likes, news, tracks, when, where
from dashboards.components.audience.view import address
from dashboards.components.card import Card
from dashboards.pages import Page, Query, query_of
from dashboards.pages.audience import answers, controls
from dashboards.pages.audience.controls import CONTROLS, SET, chosen, range_props, shown, values
from dashboards.pages.audience.whose import PATH, Mine, mine
from etl.store.warehouse import Warehouse

#: The cards in the order of the page, and what each answers.
CARDS: tuple[tuple[Card, Callable[[Mine], Any]], ...] = (
    (kpis.CARD, answers.kpis),
    (news.CARD, answers.news),
    (curve.CARD, answers.curve),
    (tracks.CARD, answers.tracks),
    (when.CARD, answers.when),
    (where.CARD, answers.where),
    (by_country.CARD, answers.by_country),
    (likes.CARD, answers.likes),
)


def layout(warehouse: Warehouse, query: Query) -> Component:
    """The page at first sight: its question, the choices, and the shape of each answer."""
    my = mine(warehouse, query)
    if not isinstance(my, Mine):
        return html.Div([html.H1("Who listens to you?"), my], className="audience")
    return html.Div(
        [
            html.H1("Who listens to you?"),
            controls.row(my),
            html.Div(shown(my), id="audience-shown"),
            *choices.stores("audience"),
            *(replace(card, controls=_controls(card, my)).frame() for card, _ in CARDS),
        ],
        className="audience",
    )


def register(app: Dash, warehouse: Warehouse) -> None:
    """Add what the choices do, and the answer of each card."""
    for card, answer in CARDS:
        card.register(app, for_me(warehouse, answer))

    def words(search: str) -> Any:
        my = mine(warehouse, query_of(search))
        return shown(my) if isinstance(my, Mine) else no_update

    choices.register_words(app, "audience", (PATH, "/"), words)

    def at(search: str) -> list[Any] | None:
        my = mine(warehouse, query_of(search))
        return [*values(my.view, my.through).values(), range_props(my.view)] if isinstance(my, Mine) else None

    outputs = [*choices.outputs("audience", SET), Output("audience-range", "wrapperProps")]
    # A track takes the place of a genre, and the other way round.
    choices.register_follow(app, "audience", outputs, at, together=[SET.index("track"), SET.index("genre")])

    choices.register_either(app, "audience-track", "audience-genre")

    @app.callback(
        choices.wanted(app, "audience"),
        Output("audience-range", "value", allow_duplicate=True),
        Output("audience-range", "wrapperProps", allow_duplicate=True),
        *(Input(f"audience-{name}", "value") for name in CONTROLS),
        Input("audience-range", "value"),
        Input("audience-compare", "value"),
        State("url", "search"),
        prevent_initial_call=True,
    )
    def choose(
        days: str, track: str, country: str, genre: str, heard: str, range_: Any, compare: Any, search: str
    ) -> Any:
        my = mine(warehouse, query_of(search))
        if not isinstance(my, Mine):
            raise PreventUpdate
        wanted = chosen(my, days, track, country, genre, heard, range_ or [], compare or [])
        if wanted == my.view:
            raise PreventUpdate
        begins = values(wanted, my.through)["range"] if my.view.days else no_update  # as what is shown
        return address(wanted), begins, range_props(wanted)


def _controls(card: Card, my: Mine) -> tuple[Component, ...]:
    return (controls.compare(my),) if card is curve.CARD else (controls.country(my),) if card is where.CARD else ()


def for_me(warehouse: Warehouse, answer: Callable[[Mine], Any]) -> Callable[[str], Any]:
    """An answer by the part of an address after ``?``, for the account of the request."""

    def asked(search: str) -> Any:
        my = mine(warehouse, query_of(search))
        return answer(my) if isinstance(my, Mine) else my

    return asked


PAGE = Page(PATH, "Audience", "people", layout, register, frozenset({"artist"}))
