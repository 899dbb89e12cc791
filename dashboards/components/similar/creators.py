"""Step 4: creators: who used the sounds of similar music, and who else fits by genre and country."""

from collections.abc import Collection, Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboards.components.acts import place
from dashboards.components.card import About, Card, Column, Table
from dashboards.components.countries import country_name
from dashboards.components.influencers.shortlist import shortlist_button
from dashboards.components.marks import aria, badge_of
from dashboards.components.numbers import full, percent, several, short
from dashboards.queries.influencers import Suggested
from etl.live.follow_sounds import MOST_USERS, SoundUser

EVERYWHERE = "all"
MOST_OTHERS = 8

CARD = Card(
    "creators",
    "Creators",
    480,
    (
        ("Used these sounds", "Their videos that we have use a sound of the step before."),
        (
            "Fit",
            "From 0 to 100: how near the music of their videos is to the genre, engagement against creators of the "
            "same size, and reach. The page Influencers shows each part.",
        ),
        (
            "Engagement",
            "The share of creators of the same size that they are ahead of, in likes, comments and shares a play.",
        ),
        (
            "Evidence",
            "Videos that we have with a sound of the step before, or with one of a track of the genre, or of yours.",
        ),
    ),
)


def country_choice(countries: Collection[str], chosen: str | None, language: str) -> Component:
    """Where creators are to be from."""
    named = sorted((country_name(code, language), code) for code in countries)
    return dmc.Select(
        id="similar-country",
        data=[{"value": EVERYWHERE, "label": "All countries"}, *({"value": c, "label": name} for name, c in named)],
        value=chosen or EVERYWHERE,
        allowDeselect=False,
        searchable=True,
        clearSearchOnFocus=True,
        nothingFoundMessage="No such country",
        size="sm",
        label="Creators from",
    )


def creators(
    users: Sequence[tuple[SoundUser, Suggested | None]],
    others: Sequence[Suggested],
    listed: Collection[str],
    chosen: Collection[str],
    among: str,
    about: About,
    language: str,
    nobody: Component | None = None,
) -> list[Component]:
    """Who used the sounds, and who else fits.

    Args:
        users: each with how well they suit, where they can be suggested.
        others: the best fit first.
        listed: influencers on the account's shortlist.
        chosen: influencers whose audience is projected.
        among: whom the others are of, in words: "who use Folk, from Sweden".
        nobody: what to say, and to do, where no other fits.
    """
    rows: list[tuple[Any, ...]] = [
        ("used these sounds", user.name, user.handle, user.followers, user.videos, user.plays,
         *_numbers(suits, user.videos))
        for user, suits in users
    ]  # fmt: skip
    rows += [
        ("fits", one.influencer.name, one.influencer.handle, one.influencer.followers, None, None, *_numbers(one))
        for one in others
    ]
    columns = (
        Column("Why"), Column("Creator"), Column("Handle"), Column("Followers", full), Column("Videos", full),
        Column("Plays of these", full), Column("Fit", str), Column("Engagement", str), Column("Evidence", str),
        Column("Country"),
    )  # fmt: skip
    return CARD.answer(
        [*answer(users, others, among), *badge_of(about.invented)],
        [
            html.Div(
                [
                    html.Div(
                        [
                            html.H3("Used these sounds"),
                            html.Ul([_user(at, user, suits, listed, chosen) for at, (user, suits) in enumerate(users)])
                            if users
                            else html.P(
                                "Nobody that we have seen used the sounds of the step before.", className="quiet"
                            ),
                        ]
                    ),
                    html.Div(
                        [
                            html.H3("Fit as well"),
                            html.Ul([_other(at, one, listed, chosen, language) for at, one in enumerate(others)])
                            if others
                            else nobody or html.P("Nobody else can be suggested.", className="quiet"),
                        ]
                    ),
                ],
                className="halves people",
            )
        ],
        Table(columns, rows),
        about,
    )


def answer(
    users: Sequence[tuple[SoundUser, Suggested | None]], others: Sequence[Suggested], among: str
) -> list[Component | str]:
    """Who there is, in a sentence."""
    some = several(len(users), "creator", "creators" if len(users) < MOST_USERS else "creators or more")
    used = f"{some} used these sounds."
    best = (
        f" Of those {among}, {others[0].influencer.name} fits best: {others[0].fit.score:.0f} of 100." if others else ""
    )
    return [html.Strong(used), best]


def relaxation(among: str, without_country: int, address: str) -> Component:
    """Where nobody fits: what to drop, and how many there are then.

    Args:
        without_country: creators of the genre from anywhere; 0 where the country is not what is too narrow.
        address: of the same without the country.
    """
    words = html.P(f"Nobody is known {among}.", className="quiet")
    if not without_country:
        return words
    drop = f"Drop the country: {several(without_country, 'creator')}"
    return html.Div([words, dcc.Link(drop, href=address, className="button")], className="ways")


def _user(
    at: int, user: SoundUser, suits: Suggested | None, listed: Collection[str], chosen: Collection[str]
) -> Component:
    words = f"{several(user.videos, 'video')} with {several(user.plays, 'play')}"
    if user.followers is not None:
        words += f", {several(user.followers, 'follower')}"
    return _person(f"used-{at}", user.name, words, suits, listed, chosen, user.videos)


def _other(at: int, one: Suggested, listed: Collection[str], chosen: Collection[str], language: str) -> Component:
    who = one.influencer
    where = f", {country_name(who.country, language)}" if who.country else ""
    return _person(f"fits-{at}", who.name, f"{several(who.followers, 'follower')}{where}", one, listed, chosen)


def _person(
    row: str, name: str, words: str, suits: Suggested | None, listed: Collection[str], chosen: Collection[str],
    used: int = 0,
) -> Component:  # fmt: skip
    if suits is None:
        rest: list[Component] = [html.P("Not among the creators who can be suggested.", className="quiet")]
    else:
        influencer_id = suits.influencer.influencer_id
        rest = [
            html.Dl(
                [html.Div([html.Dt(term), html.Dd(said, className="number")]) for term, said in _figures(suits, used)],
                className="match",
            ),
            html.Div(
                [
                    dmc.Checkbox(
                        id={"part": "similar-choose", "id": influencer_id},
                        label="What to expect",
                        checked=influencer_id in chosen,
                        size="sm",
                        **aria(label=f"What to expect of {name}"),
                    ),
                    place(row, shortlist_button(influencer_id, influencer_id in listed, "text-button")),
                ],
                className="person-do",
            ),
        ]
    return html.Li([html.P([html.Strong(name), html.Span(words, className="quiet")], className="person"), *rest])


def _figures(one: Suggested, used: int) -> list[tuple[str, str]]:
    """How they suit; what is not there is left out: videos with these sounds are evidence, too."""
    ahead = f"ahead of {percent(one.engagement.ahead_of / 100)}" if one.engagement else "not known"
    seen = max(one.evidence, used)
    evidence = [("evidence", several(seen, "video"))] if seen else []
    return [("fit", f"{one.fit.score:.0f}"), ("engagement", ahead), *evidence,
            ("typical plays", short(one.influencer.median_plays))]  # fmt: skip


def _numbers(one: Suggested | None, used: int = 0) -> tuple[Any, ...]:
    if one is None:
        return (None,) * 4
    return (
        round(one.fit.score), round(one.engagement.ahead_of) if one.engagement else None,
        max(one.evidence, used),
        one.influencer.country,
    )  # fmt: skip
