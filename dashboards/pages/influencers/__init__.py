"""Influencers: creators who could carry an artist's music further, why, and who is on the account's shortlist.

The address is the state: after ``?`` who is looked for (``components/influencers/view.py``), after ``#creator=`` who is
open. The shortlist is the account's; whose it is never stands in an address or a request.
"""

from typing import Any
from urllib.parse import unquote

from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from dashboards.components import choices, still
from dashboards.components.card import Card
from dashboards.components.influencers import panel, ranking
from dashboards.components.influencers.controls import CONTROLS, controls, values
from dashboards.components.influencers.ranking import CARD as RANKED
from dashboards.components.influencers.shortlist import CARD as SHORTLIST
from dashboards.components.influencers.view import ALL, View, address, read
from dashboards.components.marks import aria, data
from dashboards.components.numbers import day_words, several
from dashboards.pages import Page, Query, language, query_of
from dashboards.pages.influencers import shortlist
from dashboards.pages.influencers.whose import PATH, Mine, mine
from dashboards.queries import influencers as ask
from etl.store.warehouse import Warehouse

HASH = "#creator="
CHOSEN = Card("influencers-chosen", "A creator", 300, ranking.MEANING)
DROPS = {
    "genre": "Drop the genre",
    "country": "Drop the creator’s country",
    "audience": "Drop the audience’s country",
    "tier": "Drop the size",
    "text": "Drop the search",
    "all": "Drop everything",
}


def layout(warehouse: Warehouse, query: Query) -> Component:
    """The page at first sight: its question, the choices, and the shape of the answers."""
    my = mine(warehouse, query)
    head = html.H1("Who could carry your music further?")
    if not isinstance(my, Mine):
        return html.Div([head, my], className="influencers")
    return html.Div(
        [
            head,
            controls(my.view, my.known, language()),
            html.Div(_shown(my), id="influencers-shown"),
            RANKED.frame(),
            SHORTLIST.frame(),
            html.Aside(
                [html.Div(id="influencers-chosen-body"), dcc.Store(id="influencers-chosen-again")],
                id="influencers-chosen",
                className="panel",
                **aria(label="The creator that is open"),
            ),
            dcc.Store(id="influencers-opened"),
            *choices.stores("influencers"),
        ],
        className="influencers",
    )


def register(app: Dash, warehouse: Warehouse) -> None:
    """Add what the choices do, the answers, and the shortlist."""
    RANKED.register(app, lambda search: ranked(warehouse, search))

    def words(search: str) -> Any:
        my = mine(warehouse, query_of(search))
        return _shown(my) if isinstance(my, Mine) else no_update

    choices.register_words(app, "influencers", (PATH,), words)

    def at(search: str) -> list[str] | None:
        my = mine(warehouse, query_of(search))
        return list(values(my.view).values()) if isinstance(my, Mine) else None

    choices.register_follow(app, "influencers", choices.outputs("influencers", CONTROLS), at)

    @app.callback(
        choices.wanted(app, "influencers"),
        *(Input(f"influencers-{name}", "value") for name in CONTROLS),
        State("url", "search"),
        prevent_initial_call=True,
    )
    def choose(genre: str, country: str, audience: str, size: str, sort: str, q: str, search: str) -> Any:
        my = mine(warehouse, query_of(search))
        if not isinstance(my, Mine):
            return no_update
        asked = {"genre": genre, "country": country, "audience": audience, "size": size, "sort": sort, "q": q or ""}
        kept = {name: value for name, value in asked.items() if name == "genre" or value != ALL}
        wanted = read(kept, my.known)[0]
        return address(wanted, my.known) if wanted != my.view else no_update

    fold = still.folding(app)

    @app.callback(
        Output("influencers-chosen-body", "children"),
        Input("url", "hash"),
        Input("url", "search"),
        Input("influencers-chosen-again", "data"),
        running=[(Output("influencers-chosen-body", "className"), "is-loading", "")],
    )
    def open_creator(fragment: str, search: str, _: Any) -> Any:
        return fold(CHOSEN.explained(lambda: chosen(warehouse, fragment or "", search)))

    shortlist.register(app, warehouse)
    app.clientside_callback(
        ClientsideFunction("influencers", "opened"),
        Output("influencers-opened", "data"),
        Input("influencers-chosen-body", "children"),
        prevent_initial_call=True,
    )


def ranked(warehouse: Warehouse, search: str) -> Any:
    """The creators who are looked for, or what to drop when there are none."""
    my = mine(warehouse, query_of(search))
    if not isinstance(my, Mine):
        return my
    wanted = my.view.wanted
    if not my.ranked:
        ways = [
            dcc.Link(
                f"{DROPS[name]}: {several(many, 'creator')}",
                href=f"{PATH}{address(View(rest, my.view.sort), my.known)}",
                className="button",
            )
            for name, rest, many in ask.relaxed(my.people, wanted)
        ]
        return RANKED.notice("Nobody fits all of this", "The choice is too narrow.", html.Div(ways, className="ways"))
    found = ask.with_evidence(warehouse, my.ranked, wanted.genre, my.artist_id)

    def ordered(sort: str) -> str:
        return f"{PATH}{address(View(wanted, sort), my.known)}"

    return ranking.ranked(found, wanted, my.view.sort, ordered, my.about, language())


def chosen(warehouse: Warehouse, fragment: str, search: str) -> Any:
    """The creator that the address names after ``#``, or nothing when it names none."""
    if not fragment.startswith(HASH):
        return None
    my = mine(warehouse, query_of(search))
    if not isinstance(my, Mine):
        return my
    wanted_id = unquote(fragment.removeprefix(HASH))
    everybody = ask.scored(my.people, my.view.wanted)  # whom one has opened stays, whatever is looked for
    one = next((each for each in everybody if each.influencer.influencer_id == wanted_id), None)
    if one is None:
        return [
            html.A("Close", href="#creators", className="text-button", **data(close="true")),
            CHOSEN.notice("No creator of this name", "The address names nobody who can be suggested now."),
        ]
    videos = ask.evidence(warehouse, one.influencer.creator_id, my.view.wanted.genre, my.artist_id)
    listed = any(each.influencer_id == wanted_id for each in ask.shortlist(warehouse, my.account_id))
    return panel.panel(one, my.view.wanted, videos, listed, language())


def _shown(my: Mine) -> list[Component]:
    """How far the data goes, and what of the address could not be read."""
    videos = f"Their videos: data through {day_words(my.through.videos)}"
    words = [
        f"Creators: data through {day_words(my.through.creators)}",
        videos if my.through.videos else "No videos loaded yet",
    ]
    return [choices.through(words, my.invented), *choices.unread(my.wrong)]


PAGE = Page(PATH, "Influencers", "megaphone", layout, register, frozenset({"artist"}), acts=shortlist.ACTS)
