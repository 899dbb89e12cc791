"""Similar music: from a new song to the creators who could carry it, on one page, a step after the other.

The address is the state (``components/similar/view.py``), and after ``#`` the step. Each step asks for itself, and
only when what it depends on has changed, so that similar tracks are there before TikTok is looked through.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from dash import ALL as EACH
from dash import ClientsideFunction, Dash, Input, Output, State, ctx, dcc, html, no_update, set_props
from dash.development.base_component import Component

from dashboards.auth import who
from dashboards.components import choices, still
from dashboards.components.card import Card
from dashboards.components.similar import creators, music, saved, song, tiktok
from dashboards.components.similar.view import MOST_CHOSEN, PATH, View, read, search_of
from dashboards.pages import Page, Query, language, query_of
from dashboards.pages.similar import actions, answers, controls
from dashboards.pages.similar.answers import Mine, mine
from dashboards.queries import similar as ask
from dashboards.theme import GENRE_COLOURS
from etl.store.warehouse import Warehouse

LOOK_AGAIN_MS = 10_000  #: while there is nothing to search

#: What is chosen one by one, as the stores of what is wanted are named.
CHOICES = ("similar-genre", "similar-country", "similar-part", "similar-creators")
#: Each step: its card, what it depends on, and what it answers.
STEPS: tuple[tuple[Card, Callable[[View], Any], Callable[[Mine], Any]], ...] = (
    (song.CARD, lambda view: (view.upload, view.like, view.genre), answers.the_song),
    (music.CARD, lambda view: (view.upload, view.part, view.like, view.genre), answers.the_music),
    (tiktok.CARD, lambda view: (view.upload, view.part, view.like, view.genre), answers.the_tiktok),
    (
        creators.CARD,
        lambda view: (view.upload, view.part, view.like, view.genre, view.country),
        answers.the_creators,
    ),
    (
        answers.EXPECT,
        lambda view: (view.upload, view.part, view.like, view.genre, view.country, view.chosen),
        answers.the_expectation,
    ),
)


def layout(warehouse: Warehouse, query: Query) -> Component:
    """The page at first sight: its question, the controls, and the shape of each answer if there will be one."""
    catalogue, (view, _) = ask.catalogue(warehouse), read(query)
    countries = answers.countries(warehouse) if catalogue else set()
    choice = creators.country_choice(countries, view.country, language())
    cards = [replace(card, controls=(choice,) if card is creators.CARD else ()).frame() for card, _, _ in STEPS]
    return html.Div(
        [
            html.H1("From a new song to the creators who could carry it"),
            html.P(
                "Drop a song, out or not. See which recordings of the Free Music Archive sound like it, how TikTok "
                "uses them, who does, and what to expect.",
                className="lead",
            ),
            html.Div([controls.genre(catalogue, view.genre), controls.drop_area()], className="controls"),
            controls.progress(),
            html.Div(controls.catalogue_words(catalogue), id="similar-catalogue"),
            html.Div(id="similar-wrong-words"),
            html.Section(id="similar-saved", className="saved"),
            html.Div(
                [html.Div([controls.steps(), saved.actions()], className="steps-row"), *cards],
                id="similar-steps",
                className="similar-steps",
                hidden=not view.asks,
            ),
            *(dcc.Store(id=f"{card.name}-key") for card, _, _ in STEPS),
            dcc.Store(id="similar-saved-again"),
            dcc.Store(id="similar-shaded"),
            dcc.Store(id="similar-part-came"),
            *choices.stores("similar", *CHOICES),
            dcc.Interval(id="similar-again", interval=LOOK_AGAIN_MS, disabled=bool(catalogue and catalogue.tracks)),
        ],
        className="similar",
    )


def register(app: Dash, warehouse: Warehouse) -> None:
    """Add what the controls do, and the answer of each step."""
    for card, needs, answer in STEPS:
        _register_step(app, warehouse, card, needs, answer)
    _register_choices(app)
    _register_actions(app, warehouse)
    app.clientside_callback(
        ClientsideFunction("similar", "shade"),
        Output("similar-shaded", "data"),
        Input("similar-part", "value"),
        Input("similar-whole", "value"),
    )

    @app.callback(
        Output("similar-catalogue", "children"),
        Output("similar-genre", "data"),
        Output("similar-again", "disabled"),
        Input("similar-again", "n_intervals"),
        State("similar-again", "disabled"),
        prevent_initial_call=True,
    )
    def look_again(_: int, done: bool) -> Any:
        if done:
            return no_update, no_update, no_update
        catalogue = ask.catalogue(warehouse)
        there = bool(catalogue and catalogue.tracks)
        return controls.catalogue_words(catalogue), controls.genres(catalogue), there


def _register_step(
    app: Dash, warehouse: Warehouse, card: Card, needs: Callable[[View], Any], answer: Callable[[Mine], Any]
) -> None:
    name, fold = card.name, still.folding(app)

    @app.callback(
        Output(f"{name}-body", "children"),
        Output(f"{name}-key", "data"),
        Input("url", "search"),
        Input(f"{name}-again", "data"),
        State(f"{name}-key", "data"),
        running=[(Output(f"{name}-body", "className"), "card-body is-loading", "card-body")],
    )
    def show(search: str, _: Any, known: str | None) -> Any:
        view = read(query_of(search))[0]
        key = repr(needs(view))
        if key == known and f"{name}-again.data" not in ctx.triggered_prop_ids:
            return no_update, no_update
        my = mine(warehouse, view)
        return fold(card.explained(lambda: answer(my))) if my else None, key


def _register_choices(app: Dash) -> None:
    """The controls follow the address, and the address follows the controls."""

    @app.callback(
        Output("similar-wrong-words", "children"),
        Output("similar-steps", "hidden"),
        Output("upload-state", "data-state"),
        Input("url", "search"),
    )
    def tell(search: str) -> tuple[Any, bool, str]:
        view, wrong_words = read(query_of(search))
        return choices.unread(wrong_words), not view.asks, "idle"

    def values(search: str) -> tuple[str, str, Any, list[bool]]:
        view, ticks = read(query_of(search))[0], ctx.states_list[-1]
        chosen = [one["id"]["id"] in view.chosen for one in ticks]
        return view.genre or controls.ALL, view.country or creators.EVERYWHERE, {"part": view.part}, chosen

    choices.register_follow(
        app,
        "similar",
        [
            *choices.outputs("similar", ("genre", "country")),
            Output("similar-part-came", "data"),
            Output({"part": "similar-choose", "id": EACH}, "checked"),
        ],
        values,
        shown={2: State("similar-shaded", "data")},
    )

    # The controls of a part are there once a song is, and cannot be outputs. Set by the answer itself (``set_props``)
    # they would be set by one that comes too late, too.
    app.clientside_callback(
        ClientsideFunction("similar", "follow"), Input("similar-part-came", "data"), prevent_initial_call=True
    )

    @app.callback(
        choices.wanted(app, "similar-genre"),
        Input("similar-genre", "value"),
        State("url", "search"),
        prevent_initial_call=True,
    )
    def choose_genre(genre: str | None, search: str) -> Any:
        return _changed(search, genre=genre if isinstance(genre, str) and genre in GENRE_COLOURS else None)

    @app.callback(
        choices.wanted(app, "similar-country"),
        Input("similar-country", "value"),
        State("url", "search"),
        prevent_initial_call=True,
    )
    def choose_country(country: str | None, search: str) -> Any:
        wanted = read({"country": country})[0].country if isinstance(country, str) else None
        return _changed(search, country=wanted)

    @app.callback(
        choices.wanted(app, "similar-part"),
        Output("similar-part-row", "hidden"),
        Input("similar-whole", "value"),
        Input("similar-part", "value"),
        State("url", "search"),
        prevent_initial_call=True,
    )
    def choose_part(whole: str, part: list[float], search: str) -> Any:
        view, wanted = read(query_of(search))[0], None
        if whole == "part" and isinstance(part, list) and len(part) == 2:
            wanted = read({"from": str(part[0]), "to": str(part[1])})[0].part
        counts = view.upload and (wanted or whole == "whole")  # on the way back the controls may be the last song's
        return _changed(search, part=wanted) if counts else no_update, whole == "whole"

    @app.callback(
        choices.wanted(app, "similar-creators"),
        Input({"part": "similar-choose", "id": EACH}, "checked"),
        State({"part": "similar-choose", "id": EACH}, "id"),
        State("url", "search"),
        prevent_initial_call=True,
    )
    def choose_creators(checked: list[bool], ids: list[dict[str, str]], search: str) -> Any:
        if not ctx.triggered[0]["prop_id"].startswith("{"):
            return no_update
        view = read(query_of(search))[0]
        shown = {str(one["id"]): bool(on) for one, on in zip(ids, checked, strict=True)}
        kept = [one for one in view.chosen if shown.get(one, True)]
        added = [one for one, on in shown.items() if on and one not in kept]
        for one in (kept + added)[MOST_CHOSEN:]:
            set_props({"part": "similar-choose", "id": one}, {"checked": False})
        return _changed(search, chosen=tuple((kept + added)[:MOST_CHOSEN]))


def _changed(search: str, **changes: Any) -> Any:
    """What some changes change in the address, if anything."""
    before = query_of(search)
    view = read(before)[0]
    wanted = replace(view, **changes)
    if wanted == view:
        return no_update
    after = query_of(search_of(wanted))
    return {name: after.get(name) for name in before | after if after.get(name) != before.get(name)}


def _register_actions(app: Dash, warehouse: Warehouse) -> None:
    """What an account agrees to, and what it saved."""

    @app.callback(Input("similar-agree", "checked"), prevent_initial_call=True)
    def agree(given: bool) -> None:
        account = who()
        if account and isinstance(given, bool) and given != ask.agreed(warehouse, account.account_id):
            ask.agree(warehouse, account.account_id, given)
            set_props("tiktok-again", {"data": time.time()})

    @app.callback(Output("similar-saved", "children"), Input("similar-saved-again", "data"), State("url", "search"))
    def list_saved(again: Any, search: str) -> Any:
        account, asks = who(), read(query_of(search))[0].asks
        return saved.listed(ask.saved(warehouse, account.account_id), not asks or bool(again)) if account else []


PAGE = Page(PATH, "Similar music", "wave", layout, register, acts=actions.ACTS)
