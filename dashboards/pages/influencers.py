"""Influencers: creators who could carry an artist's music further, why, and who is on the account's shortlist.

The address is the state: after ``?`` who is looked for (``components/influencers/view.py``), after ``#creator=`` who is
open. The shortlist is the account's; whose it is never stands in an address or a request.
"""

import time
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import unquote

from dash import ALL as EACH
from dash import MATCH, ClientsideFunction, Dash, Input, Output, State, ctx, dcc, html, no_update, set_props
from dash.development.base_component import Component

from dashboards.auth import who
from dashboards.components import states
from dashboards.components.card import About, Card
from dashboards.components.countries import country_name
from dashboards.components.influencers import panel, ranking
from dashboards.components.influencers import shortlist as short
from dashboards.components.influencers.controls import CONTROLS, controls, values
from dashboards.components.influencers.view import ALL, SORTS, Known, View, address, read
from dashboards.components.marks import aria, data
from dashboards.components.numbers import long_day, several
from dashboards.pages import Page, Query, query_of
from dashboards.pages.audience.whose import language
from dashboards.queries import influencers as ask
from dashboards.queries.artist import own_tracks
from dashboards.queries.influencers import Influencer, Suggested
from etl.errors import UserError
from etl.tables import TOP_GENRES
from etl.warehouse import Warehouse

PATH = "/influencers"
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


@dataclass(frozen=True)
class Mine:
    """What there is for an account, and what the address asks of it."""

    warehouse: Warehouse
    account_id: int
    artist_id: int | None
    through: ask.Through
    people: list[Influencer]
    query: Query

    @cached_property
    def known(self) -> Known:
        """What an address may name."""
        genres = Counter(one.genre for one in own_tracks(self.warehouse, self.artist_id) if one.genre in TOP_GENRES) \
            if self.artist_id is not None else Counter()  # fmt: skip
        return Known(
            {one.country for one in self.people if one.country},
            {country for one in self.people for country in one.audience},
            next((genre for genre, _ in genres.most_common(1)), None),
        )

    @cached_property
    def view(self) -> View:
        """Who is looked for, without what cannot be read."""
        return read(self.query, self.known)[0]

    @property
    def wrong(self) -> list[str]:
        """What of the address cannot be read, in words."""
        return read(self.query, self.known)[1]

    @cached_property
    def ranked(self) -> list[Suggested]:
        """Those who are looked for, the best fit first, without evidence."""
        return ask.ranked(self.people, self.view.wanted)

    @property
    def synthetic(self) -> bool:
        """Whether any of them is made."""
        return any(one.synthetic for one in self.people)

    @property
    def about(self) -> About:
        """What stands at the head of a file."""
        wanted, names = self.view.wanted, country_name
        parts = [
            f"genre: {wanted.genre or 'all'}",
            f"country: {names(wanted.country) if wanted.country else 'all'}",
            f"audience in: {names(wanted.audience) if wanted.audience else 'any country'}",
            f"size: {wanted.tier or 'all'}",
            *([f"search: {wanted.text}"] if wanted.text else []),
            f"order: {SORTS[self.view.sort].lower()}",
        ]
        return self.about_as("; ".join(parts))

    def about_as(self, filters: str) -> About:
        """The same with other filters."""
        assert self.through.creators
        return About(filters, self.through.creators, self.synthetic, "creators, their audiences and videos")


def mine(warehouse: Warehouse, query: Query) -> Mine | Component:
    """What there is for the account of this request, or why there is nothing."""
    account = who()
    if account is None or account.role != "artist":
        return states.notice("This page is for artists", "Your account has no music to be carried further.")
    through = ask.through(warehouse)
    if through is None:
        return states.setting_up()
    people = ask.everyone(warehouse)
    if not people or through.creators is None:
        return states.notice(
            "No creators yet",
            "Nobody who could be suggested has been loaded. They come in with the listens, by the next refresh.",
        )
    return Mine(warehouse, account.account_id, account.artist_id, through, people, query)


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
            ranking.RANKED.frame(),
            short.SHORTLIST.frame(),
            html.Aside(
                [html.Div(id="influencers-chosen-body"), dcc.Store(id="influencers-chosen-again")],
                id="influencers-chosen",
                className="panel",
                **aria(label="The creator that is open"),
            ),
            dcc.Store(id="influencers-opened"),
        ],
        className="influencers",
    )


def register(app: Dash, warehouse: Warehouse) -> None:
    """Add what the choices do, the answers, and the shortlist."""
    ranking.RANKED.register(app, lambda search: ranked(warehouse, search))

    @app.callback(
        Output("influencers-shown", "children"),
        Input("url", "search"),
        State("url", "pathname"),
        prevent_initial_call=True,
    )
    def follow(search: str, path: str) -> Any:
        """After Back, and after a link, the choices follow the address."""
        my = mine(warehouse, query_of(search)) if path == PATH else None
        if not isinstance(my, Mine):
            return no_update
        for name, value in values(my.view).items():
            set_props(f"influencers-{name}", {"value": value})
        return _shown(my)

    # set_props and not an Output: a card would wait for this at first, and never come when there is nothing to set.
    @app.callback(
        *(Input(f"influencers-{name}", "value") for name in CONTROLS),
        State("url", "search"),
        prevent_initial_call=True,
    )
    def choose(genre: str, country: str, audience: str, size: str, sort: str, q: str, search: str) -> None:
        my = mine(warehouse, query_of(search))
        if isinstance(my, Mine):
            asked = {"genre": genre, "country": country, "audience": audience, "size": size, "sort": sort, "q": q or ""}
            kept = {name: value for name, value in asked.items() if name == "genre" or value != ALL}
            wanted = read(kept, my.known)[0]
            if wanted != my.view:
                set_props("url", {"search": address(wanted, my.known)})

    @app.callback(
        Output("influencers-chosen-body", "children"),
        Input("url", "hash"),
        Input("url", "search"),
        Input("influencers-shortlist-again", "data"),
        Input("influencers-chosen-again", "data"),
        running=[(Output("influencers-chosen-body", "className"), "is-loading", "")],
    )
    def open_creator(fragment: str, search: str, said: Any, _: Any) -> Any:
        return CHOSEN.explained(lambda: chosen(warehouse, fragment or "", search, said))

    @app.callback(Output("influencers-shortlist-body", "children"), Input("influencers-shortlist-again", "data"))
    def list_short(said: Any) -> Any:
        return short.SHORTLIST.explained(lambda: shortlist(warehouse, said))

    @app.callback(
        Input({"part": "shortlist", "do": EACH, "id": EACH, "where": EACH}, "n_clicks"),
        prevent_initial_call=True,
    )
    def change(clicks: list[int | None]) -> None:
        wish = ctx.triggered_id
        if any(clicks) and isinstance(wish, dict) and ctx.triggered[0]["value"]:
            said = changed(warehouse, str(wish["do"]), str(wish["id"]))
            again = {"at": time.time(), "about": wish["id"], "said": said}
            set_props("influencers-shortlist-again", {"data": again})

    @app.callback(
        Output({"part": "noted", "id": MATCH}, "children"),
        Output({"part": "note", "id": MATCH}, "error"),
        Input({"part": "note", "id": MATCH}, "value"),
        prevent_initial_call=True,
    )
    def note(text: str | None) -> tuple[str, str]:
        said, error = noted(warehouse, str(ctx.triggered_id["id"]), text or "") if ctx.triggered_id else ("", "")
        if said and isinstance(my := mine(warehouse, {}), Mine):
            foot = short.foot(ask.shortlist(warehouse, my.account_id), my.about_as("your shortlist"))
            set_props("influencers-shortlist-foot", {"children": foot})
        return said, error

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
        return ranking.RANKED.notice(
            "Nobody fits all of this", "The choice is too narrow.", html.Div(ways, className="ways")
        )
    found = ask.with_evidence(warehouse, my.ranked, wanted.genre, my.artist_id)
    return ranking.ranked(found, wanted, my.view.sort, my.about, language())


def chosen(warehouse: Warehouse, fragment: str, search: str, said: Any) -> Any:
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
    return panel.panel(one, my.view.wanted, videos, listed, _said(said, wanted_id), language())


def shortlist(warehouse: Warehouse, said: Any = None) -> Any:
    """The account's shortlist."""
    my = mine(warehouse, {})
    if not isinstance(my, Mine):
        return my
    found = ask.shortlist(warehouse, my.account_id)
    if not found:
        return short.SHORTLIST.notice(
            "Nobody yet", "Open a creator and add them. You can write a note beside each, and take the list as a file."
        )
    about = my.about_as("your shortlist")
    return short.shortlist(found, about, _said(said, None), language())


def changed(warehouse: Warehouse, do: str, influencer_id: str) -> str:
    """Put a creator on the account's list or take them off it, and what came of it in words."""
    my = mine(warehouse, {})
    if not isinstance(my, Mine):
        return ""
    try:
        if do == "add":
            ask.add(warehouse, my.account_id, influencer_id)
            return "Added to your shortlist, below the ranking."
        ask.remove(warehouse, my.account_id, influencer_id)
        return "Removed from your shortlist."
    except UserError as error:
        return f"{states.sentence(error.reason)} {states.sentence(error.next_step)}"


def noted(warehouse: Warehouse, influencer_id: str, text: str) -> tuple[str, str]:
    """Keep a note, and say so or why not."""
    my = mine(warehouse, {})
    if not isinstance(my, Mine):
        return "", ""
    try:
        ask.write_note(warehouse, my.account_id, influencer_id, text)
    except UserError as error:
        return "", f"{states.sentence(error.reason)} {states.sentence(error.next_step)}"
    return "Saved", ""


def _said(said: Any, about: str | None) -> str:
    """What is to be said of the last wish, in the panel of whom it was about or, without one, in the list."""
    if not isinstance(said, dict) or (about is not None and said.get("about") != about):
        return ""
    return str(said.get("said", ""))


def _shown(my: Mine) -> list[Component]:
    """How far the data goes, and what of the address could not be read."""
    videos = f"Their videos: data through {long_day(my.through.videos)}"
    badge = html.Span("Synthetic", className="badge", title="Creators, their audiences and videos are invented.")
    return [
        html.P(
            [
                html.Span(f"Creators: data through {long_day(my.through.creators)}"),
                html.Span(videos if my.through.videos else "No videos loaded yet"),
                *([badge] if my.synthetic else []),
            ],
            className="through",
        ),
        *([html.Div([html.P(words) for words in my.wrong], className="wrong", role="status")] if my.wrong else []),
    ]  # fmt: skip


PAGE = Page(PATH, "Influencers", "megaphone", layout, register, frozenset({"artist"}))
