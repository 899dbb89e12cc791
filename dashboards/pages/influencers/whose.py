"""Whose creators these are: the account of the request, everybody who may be suggested, what the address asks for."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from dash.development.base_component import Component

from dashboards.auth import Account, who
from dashboards.components import states
from dashboards.components.card import About
from dashboards.components.countries import country_name
from dashboards.components.influencers.view import SORTS, Known, View, read
from dashboards.components.marks import CREATORS, invented
from dashboards.pages import Query
from dashboards.queries import influencers as ask
from dashboards.queries.artist import own_tracks
from dashboards.queries.influencers import Influencer, Suggested
from etl.store.warehouse import Warehouse
from etl.tables import TOP_GENRES

PATH = "/influencers"


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
    def _read(self) -> tuple[View, list[str]]:
        return read(self.query, self.known)

    @property
    def view(self) -> View:
        """Who is looked for, without what cannot be read."""
        return self._read[0]

    @property
    def wrong(self) -> list[str]:
        """What of the address cannot be read, in words."""
        return self._read[1]

    @cached_property
    def ranked(self) -> list[Suggested]:
        """Those who are looked for, the best fit first, without evidence."""
        return ask.ranked(self.people, self.view.wanted)

    @property
    def invented(self) -> str:
        """What was made of those who are looked for, in words."""
        return invented({CREATORS: [one.synthetic for one in ask.matching(self.people, self.view.wanted)]})

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
        assert self.through.creators
        return About("; ".join(parts), self.through.creators, self.invented)


def artist() -> Account | None:
    """The account of this request, if it is an artist's."""
    account = who()
    return account if account is not None and account.role == "artist" else None


def mine(warehouse: Warehouse, query: Query) -> Mine | Component:
    """What there is for the account of this request, or why there is nothing."""
    account = artist()
    if account is None:
        return for_artists()
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


def for_artists() -> Component:
    """What others are told."""
    return states.notice("This page is for artists", "Your account has no music to be carried further.")
