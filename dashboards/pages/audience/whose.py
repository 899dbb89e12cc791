"""Whose audience a request is about, and what of it the address asks for."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from dash import dcc
from dash.development.base_component import Component

from dashboards.auth import who
from dashboards.components import states
from dashboards.components.audience.view import HEARD, Known, View, address, read
from dashboards.components.card import About, Card
from dashboards.components.marks import invented
from dashboards.components.numbers import day_words
from dashboards.pages import Query
from dashboards.queries import audience as ask
from dashboards.queries.artist import OwnTrack, own_tracks
from etl.store.warehouse import Warehouse

PATH = "/audience"


@dataclass(frozen=True)
class Mine:
    """What there is of the artist that the account is of, and what the address asks of it."""

    warehouse: Warehouse
    artist_id: int
    coverage: ask.Coverage
    query: Query

    def without(self, *choices: str) -> "Mine":
        """The same with parts of the address left out, for a card that they have no part in."""
        return replace(self, query={name: value for name, value in self.query.items() if name not in choices})

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
    def _read(self) -> tuple[View, list[str]]:
        return read(self.query, self.known)

    @property
    def view(self) -> View:
        """What the address asks for, without what cannot be read."""
        return self._read[0]

    @property
    def wrong(self) -> list[str]:
        """What of the address cannot be read, in words."""
        return self._read[1]

    @property
    def filters(self) -> ask.Filters:
        """The view as the warehouse is asked it."""
        return self.view.filters(self.through)

    @property
    def shown(self) -> ask.Period:
        """The whole weeks that are shown."""
        return ask.period(self.filters, self.through)

    def invented(self, tracks: Iterable[bool]) -> str:
        """What was made of the artist's listens and of these tracks, in words."""
        listens = [self.coverage.synthetic, self.coverage.synthetic and not self.coverage.observed]
        return invented({"tracks": tracks, "listeners": listens, "listens": listens})

    @property
    def about(self) -> About:
        """What stands at the head of a file."""
        view, shown = self.view, self.shown
        parts = [
            f"{shown.start} to {shown.end}",
            f"track: {self.tracks[view.track_id].title}" if view.track_id else "all tracks",
            f"genre: {view.genre}" if view.genre else "all genres",
            f"heard: {HEARD[view.completion].lower()}",
        ]
        if view.compare:
            parts.append(f"compared: {', '.join(self.tracks[one].title for one in view.compare)}")
        made = self.invented(track.synthetic for track in self.tracks.values())
        return About("; ".join(parts), self.through, made)


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
            "Nobody has listened yet",
            "Numbers appear in the week after the first listen. Countries appear once some twenty people of one have "
            f"listened. Data through {day_words(coverage.through)}.",
        )
    return Mine(warehouse, account.artist_id, coverage, query)


def narrow(card: Card, my: Mine, few: bool = False) -> Component:
    """Why there is nothing to show, and the nearest choice that shows something.

    Args:
        few: whether it takes ten listeners to show it.
    """
    first = my.coverage.first_week
    if first and my.shown.end < first:
        text = f"Your first week with a listen begins on {day_words(first)}."
        return card.notice("Nothing in these weeks", text, button("Show the last 28 days", View()))
    for words, view in my.view.wider():
        filters = view.filters(my.through)
        now = ask.kpis(my.warehouse, my.artist_id, filters, ask.period(filters, my.through)).now
        if now and now.listeners >= (ask.FEWEST if few else 1):
            more = [button(words, view)]
            break
    else:
        more = []
    title, text = "Nobody listened", "There is no listen behind this choice."
    if few:
        title, text = "Too few for a curve", "Fewer than ten people are behind it: that says little about the music."
    return card.notice(title, text, *more)


def button(words: str, view: View) -> Component:
    """A way to another view."""
    return dcc.Link(words, href=f"{PATH}{address(view)}", className="button")


def link(view: View, **changes: Any) -> str:
    """The address of a view with some changes."""
    return f"{PATH}{address(replace(view, **changes))}"
