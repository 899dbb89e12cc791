"""What the pages of a listener share: whose they are, the private session, and for whom a button does something."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, html, no_update
from dash.development.base_component import Component
from flask import current_app

from dashboards.auth import who
from dashboards.components import choices, states
from dashboards.components.acts import Done
from dashboards.components.card import About
from dashboards.components.marks import invented
from dashboards.components.numbers import day_words
from dashboards.listens import DEMO, on_clock
from dashboards.pages.acts import Act
from dashboards.queries import listeners as ask
from etl.live.circle import Friend, Song
from etl.store.warehouse import Warehouse


@dataclass(frozen=True)
class Mine:
    """The listener that the account of this request is."""

    warehouse: Warehouse
    me: ask.Me
    through: date  #: the last day whose listens are all there; those in the app count at once

    @property
    def id(self) -> int:
        """Of the listener."""
        return self.me.listener_id

    def about(self, words: str, songs: Iterable[Song] = (), friends: Iterable[Friend] = ()) -> About:
        """What stands at the head of a file.

        Args:
            songs, friends: that are in it.
        """
        people = [self.me.synthetic, *(one.synthetic for one in friends)]
        made = invented({"songs": [song.synthetic for song in songs], "listeners": people, "listens": people})
        return About(words, self.through, made)


def mine(warehouse: Warehouse) -> Mine | Component:
    """The listener of this request, or why there is none."""
    account = who()
    if account is None or account.role != "listener":
        return states.notice("This page is for listeners", "Your account has no listens of its own.")
    if account.listener_id is None:
        return states.notice(
            "No listener belongs to this account yet", "Ask whoever runs Overtone to say which listener you are."
        )
    me = ask.me(warehouse, account.listener_id)
    through = ask.through(warehouse) if me else None
    if me is None or through is None:
        return states.setting_up()
    return Mine(warehouse, me, through)


def now(my: Mine) -> datetime:
    """What time it is for listeners; the demo's clock is in the past."""
    return on_clock(datetime.now(UTC), my.through if current_app.config.get(DEMO) else None)


def shown(my: Mine) -> Component:
    """How far the data goes."""
    words = f"Data through {day_words(my.through)}; what you play here counts at once."
    return choices.through([words], my.about("").invented)


def private_switch(my: Mine) -> Component:
    """The switch of the private session, and what it means."""
    return html.Div(
        [
            dmc.Switch(id="private-session", label="Private session", checked=my.me.private_until is not None),
            html.P(private_words(my.me.private_until), id="private-words", className="quiet", role="status"),
        ],
        className="private",
    )


def private_words(until: datetime | None) -> str:
    """What a private session does, or could do."""
    if until is None:
        return "What you play counts, for your next songs and for the artists."
    return f"Nothing you play is kept. It ends by itself after {ask.PRIVATE_HOURS} hours."


def register(app: Dash, warehouse: Warehouse) -> None:
    """Add what the switch does, on whatever page it is."""

    @app.callback(Output("private-words", "children"), Input("private-session", "checked"), prevent_initial_call=True)
    def switch(on: bool) -> Any:
        my = mine(warehouse)
        if not isinstance(my, Mine):
            return no_update
        return private_words(ask.private(warehouse, my.id, bool(on)))


def for_me(does: Callable[[Mine, Mapping[str, Any]], Done]) -> Act:
    """What a button does for the listener of its request; to others it says why it does nothing."""

    def done(warehouse: Warehouse, asked: Mapping[str, Any]) -> Done:
        my = mine(warehouse)
        return does(my, asked) if isinstance(my, Mine) else Done("This is for listeners.")

    return done
