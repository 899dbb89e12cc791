"""Friends: who you know, what you share with them, how alike your tastes are; find, ask, accept, remove, block.

The address is the state: ``?friend=`` whom to compare with, ``?q=`` whose name to search for.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, html, no_update
from dash.development.base_component import Component

from dashboards.components import choices
from dashboards.components import friends as draw
from dashboards.components.acts import Done
from dashboards.components.address import written
from dashboards.components.marks import aria, data
from dashboards.pages import Page, Query, language, query_of
from dashboards.pages.listener import Mine, for_me, mine, private_switch, shown
from dashboards.queries import friends as ask
from dashboards.queries import listeners
from dashboards.queries.clips import playable
from etl.live import circle
from etl.store.warehouse import Warehouse
from etl.tables import SHARING

PATH = "/friends"
SHARINGS = [
    {"value": "off", "label": "Nothing"},
    {"value": "sum", "label": "In sum only"},
    {"value": "name", "label": "By name"},
]
SHARING_WORDS = {
    "off": "Your friends see nothing of what you hear, nobody finds you by name, and it suggests nothing to anybody.",
    "sum": "What you hear counts for your friends only together with that of others, three or more, and every second "
    "song is exchanged for another like it. Nobody sees who hears what.",
    "name": "Your friends see which songs you hear and how far, and get suggestions in your name.",
}
#: What became of an act, in words to whoever did it.
SAID = {
    "asked": "{name} has been asked.",
    "friends": "You and {name} are friends.",
    "declined": "Declined. {name} is not told.",
    "ended": "You and {name} are not friends.",
    "blocked": "{name} is blocked: you do not see each other any more.",
    "unblocked": "{name} is not blocked any more. You can find each other again.",
    "nobody": "That person cannot be asked.",
    "nothing": "That was done already.",
    "enough": "A hundred of your requests are open. Withdraw some first.",
}
#: What leads back from what was done and became; what was taken from a friend, only they can give again.
BACK = {
    ("ask", "asked"): ("Withdraw", "withdraw"),
    ("withdraw", "ended"): ("Ask again", "ask"),
    ("remove", "ended"): ("Ask again", "ask"),
    ("block", "blocked"): ("Unblock", "unblock"),
    ("unblock", "unblocked"): ("Block", "block"),
    ("accept", "friends"): ("Remove", "remove"),
    ("decline", "declined"): ("Ask them", "ask"),
}


def layout(warehouse: Warehouse, query: Query) -> Component:
    """The page at first sight."""
    my = mine(warehouse)
    if not isinstance(my, Mine):
        return html.Div([html.H1("Your friends"), my], className="friends")
    return html.Div(
        [
            html.H1("Your friends"),
            html.P("New music comes through them. You choose what they learn of yours.", className="lead"),
            html.Div([_sharing(my), private_switch(my)], className="listener-choices"),
            shown(my),
            *choices.stores("friends"),
            draw.LIST.frame(),
            html.Div(_search(query), className="find-words"),
            draw.FIND.frame(),
        ],
        className="friends",
    )


def register(app: Dash, warehouse: Warehouse) -> None:
    """Add what the choices and buttons do."""
    draw.LIST.register(app, partial(_for_me, warehouse, friends))
    draw.FIND.register(app, partial(_for_me, warehouse, find))

    @app.callback(Output("friends-sharing-words", "children"), Input("friends-sharing", "value"))
    def share(sharing: str) -> Any:
        my = mine(warehouse)
        if not isinstance(my, Mine) or sharing not in SHARING:
            return no_update
        if sharing != my.me.sharing:
            listeners.share(warehouse, my.id, sharing)  # type: ignore[arg-type]
        return SHARING_WORDS[sharing]

    @app.callback(
        choices.wanted(app, "friends"),
        Input("friends-words", "value"),
        State("url", "search"),
        prevent_initial_call=True,
    )
    def search(words: str | None, address: str) -> Any:
        query, asked = query_of(address), (words or "").strip()
        return written(query | {"q": asked}) if asked != query.get("q", "") else no_update

    choices.register_follow(
        app, "friends", choices.outputs("friends", ("words",)), lambda search: [query_of(search).get("q", "")]
    )


def befriend(my: Mine, asked: Mapping[str, Any]) -> Done:
    """Do something about somebody, say what became of it, and offer what leads back, where anything does."""
    who, name, what = int(asked["who"]), str(asked["name"]), asked["act"]
    became = ask.act(my.warehouse, my.id, who, what)
    back = BACK.get((what, became))
    ways = [draw.button(*back, ask.Blocked(who, name, None), False)] if back else []
    return Done(SAID[became].format(name=name), ways, (draw.LIST.name, draw.FIND.name))


def friends(my: Mine, query: Query) -> Any:
    """Who one knows, and who asks."""
    known, requests = circle.friends(my.warehouse, my.id), ask.requests(my.warehouse, my.id)
    if not known and not requests:
        return draw.LIST.notice(
            "You have no friends here yet",
            "Search for the name of somebody you know, below, and ask. Once they accept, songs that they play and "
            "you have not heard come to Discover.",
        )
    tastes = circle.tastes(my.warehouse, my.id)
    opened, songs = None, set[int]()
    if (asked := query.get("friend", "")).isdecimal() and len(asked) < 20:
        like = ask.likeness(my.warehouse, my.id, tastes, int(asked))
        opened = int(asked), like
        songs = playable(my.warehouse, [song.track_id for song in like.best]) if like else songs
    alike = ask.likenesses(tastes)
    about = my.about("all friends", friends=known)
    return draw.friends(known, requests, alike, opened, songs, language(), about)


def find(my: Mine, query: Query) -> Any:
    """People of a name, and below them whom one has blocked."""
    words = query.get("q", "").strip()
    hidden = draw.blocked(ask.blocked(my.warehouse, my.id), language())
    below = [hidden] if hidden else []
    if len(words) < ask.SHORTEST_SEARCH:
        hint = "Three letters of a name are enough. Whoever shares nothing with friends is not found."
        return [html.P(hint, className="quiet"), *below]
    people = ask.find(my.warehouse, my.id, words)
    if not people:
        nobody = draw.FIND.notice(
            f"Nobody called “{words}”",
            "Whoever shares nothing with friends is not found. Try another part of the name.",
        )
        return [nobody, *below]
    return [draw.found(people, language()), *below]


def _for_me(warehouse: Warehouse, answer: Any, search: str) -> Any:
    my = mine(warehouse)
    return answer(my, query_of(search)) if isinstance(my, Mine) else my


def _sharing(my: Mine) -> Component:
    return html.Div(
        [
            html.P("What friends learn of what you hear", id="friends-sharing-label"),
            dmc.SegmentedControl(id="friends-sharing", data=SHARINGS, value=my.me.sharing),
            html.P(SHARING_WORDS[my.me.sharing], id="friends-sharing-words", className="quiet", role="status"),
        ],
        className="sharing",
        role="group",
        **aria(labelledby="friends-sharing-label"),
    )


def _search(query: Query) -> Component:
    return dmc.TextInput(
        id="friends-words",
        label="Find people by name",
        value=query.get("q", ""),
        debounce=400,
        **data(slash="true"),
    )


PAGE = Page(PATH, "Friends", "friends", layout, register, frozenset({"listener"}), acts={"befriend": for_me(befriend)})
