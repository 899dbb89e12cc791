"""How friends look: who they are, what they share, how alike their taste is, and what can be done about them."""

from collections.abc import Mapping, Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboards.components.acts import act
from dashboards.components.card import About, Card, Column, Table
from dashboards.components.countries import country_name
from dashboards.components.cover import art_src, picture
from dashboards.components.genre import genre_mark
from dashboards.components.marks import aria, badge_of, invented
from dashboards.components.numbers import day_words, full, percent, several
from dashboards.components.player import play
from dashboards.queries.friends import Blocked, Found, Likeness, Request
from etl.live.circle import Friend

LIST = Card(
    "friends-list",
    "Who you know",
    420,
    (
        (
            "Alike",
            "How alike your tastes are, from 0 to 100: the cosine between how much of each song you hear and they do. "
            "Two strangers are at about 5, two friends at about 20.",
        ),
        ("By name", "They let friends see what they hear, and songs may be suggested in their name."),
        (
            "In sum only",
            "What they hear counts together with that of other friends, three or more, and every second song is "
            "exchanged for another like it; nobody is told who it was.",
        ),
        ("Nothing", "What they hear is used for nobody but themselves."),
    ),
)
FIND = Card("friends-find", "Find people", 160, ())

SHARES = {"name": "by name", "sum": "in sum only", "off": "nothing"}


def friends(
    known: Sequence[Friend],
    requests: Sequence[Request],
    alike: Mapping[int, float],
    opened: tuple[int, Likeness | None] | None,
    playable: set[int],
    language: str,
    about: About,
) -> list[Component]:
    """Requests, then friends, each with what they share; of the one that is opened, why they are alike.

    Args:
        alike: of friends who share by name.
        opened: a friend, and how alike; None of one who does not share by name.
    """
    named = sum(friend.sharing == "name" for friend in known)
    in_sum = sum(friend.sharing == "sum" for friend in known)
    sentence = [
        html.Strong(f"You have {several(len(known), 'friend')}."),
        f" {named} let you see what they hear, {in_sum} share in sum only." if known else "",
        *badge_of(invented({"people": [*(one.synthetic for one in known), *(one.synthetic for one in requests)]})),
    ]
    ranked = sorted(known, key=lambda one: (-alike.get(one.listener_id, -1.0), one.name))
    rows = [_friend(one, alike.get(one.listener_id), opened, playable, language) for one in ranked]
    asked = [_request(one, language) for one in requests]
    columns = (Column("Friend"), Column("Country"), Column("Since", day_words), Column("Shares"), Column("Alike", full))
    table = Table(
        columns,
        [
            (
                one.name, country_name(one.country or "unknown", language), one.since, SHARES[one.sharing],
                _hundred(alike[one.listener_id]) if one.listener_id in alike else None,
            )
            for one in ranked
        ],
    )  # fmt: skip
    picture_ = [
        *([html.Ul(asked, className="people asked", **aria(label="Requests"))] if asked else []),
        html.Ul(rows, className="people", **aria(label="Friends")),
    ]
    return LIST.answer(sentence, picture_, table, about)


def found(people: Sequence[Found], language: str) -> Component:
    """People whose name was searched for, each with what can be done."""
    return html.Ul(
        [
            html.Li(
                [
                    _face(one.listener_id),
                    _who(one.name, one.country, language, _in_common(one.in_common)),
                    html.Div(_for_found(one), className="acts"),
                ]
            )
            for one in people
        ],
        className="people",
        **aria(label="People found"),
    )


def blocked(people: Sequence[Blocked], language: str) -> Component | None:
    """Whom one has blocked, folded away."""
    if not people:
        return None
    rows = [
        html.Li(
            [
                _face(one.listener_id),
                _who(one.name, one.country, language, "does not see you"),
                html.Div([button("Unblock", "unblock", one, False)], className="acts"),
            ]
        )
        for one in people
    ]
    return html.Details(
        [html.Summary(f"Blocked: {several(len(people), 'person', 'people')}"), html.Ul(rows, className="people")],
        className="blocked help",
    )


def button(words: str, what: str, one: Friend | Request | Found | Blocked, expected: bool) -> Component:
    """A button that does something about somebody.

    Args:
        expected: whether it is the one that is expected to be pressed.
    """
    look = "button" if expected else "small-button"
    return act(words, "befriend", f"{words} {one.name}", look, act=what, who=one.listener_id, name=one.name)


def _friend(
    one: Friend,
    alike: float | None,
    opened: tuple[int, Likeness | None] | None,
    playable: set[int],
    language: str,
) -> Component:
    is_open = opened is not None and opened[0] == one.listener_id
    shares = (
        [
            html.Span([html.Span(_hundred(alike), className="number"), html.Span(" of 100 alike")]),
            html.I(html.B(style={"width": f"{min(alike, 1):.1%}"}), className="bar"),
        ]
        if alike is not None
        else [html.Span(f"Shares {SHARES[one.sharing]}", className="quiet")]
    )
    compare = dcc.Link(
        "Close" if is_open else "Compare",
        href="/friends" if is_open else f"/friends?friend={one.listener_id}",
        className="small-button",
        target="",
    )
    return html.Li(
        [
            _face(one.listener_id),
            _who(one.name, one.country, language, f"since {day_words(one.since)}"),
            html.Div(shares, className="alike"),
            html.Div(
                [
                    *([compare] if alike is not None else []),
                    html.Details(
                        [
                            html.Summary("More", **aria(label=f"More about {one.name}")),
                            html.Div(
                                [
                                    button("Remove", "remove", one, False),
                                    button("Block", "block", one, False),
                                ],
                                className="menu",
                            ),
                        ],
                        className="more",
                    ),
                ],
                className="acts",
            ),
            *([_why(one, opened[1], playable)] if is_open and opened and opened[1] else []),
        ],
        className="is-open" if is_open else "",
    )


def _why(friend: Friend, like: Likeness, playable: set[int]) -> Component:
    """Why two are alike: songs that both hear most of, and genres side by side."""
    first = friend.name.split()[0]
    both = [genre for genre, _, _ in like.genres[:2]]
    words = f"You and {first} have both heard {several(like.shared, 'song')}"
    words += f", and meet in {' and '.join(both)}." if both else "."
    songs = [
        html.Li(
            [
                *([play(song.track_id, song.title, song.artist_name, context="friends")]
                  if song.track_id in playable else []),
                html.Span([html.Strong(song.title), html.Span(song.artist_name)], className="names"),
                genre_mark(song.genre),
            ]
        )
        for song in like.best
    ]  # fmt: skip
    most = max((max(mine, theirs) for _, mine, theirs in like.genres), default=1) or 1
    genres = [
        html.Li(
            [
                genre_mark(genre),
                html.Span([_share("You", mine, most), _share(first, theirs, most)], className="pair"),
            ]
        )
        for genre, mine, theirs in like.genres[:5]
    ]
    return html.Div(
        [
            html.P(words),
            html.Div(
                [
                    html.Div([html.H3("Songs you share"), html.Ol(songs, className="shared-songs")]),
                    html.Div([html.H3("Genres you share"), html.Ul(genres, className="shared-genres")]),
                ],
                className="shared",
            ),
        ],
        className="why-alike",
    )


def _share(who: str, share: float, most: float) -> Component:
    return html.Span(
        [
            html.Span(who, className="quiet"),
            html.I(html.B(style={"width": f"{share / most:.1%}"}), className="bar"),
            html.Span(percent(share), className="number"),
        ]
    )


def _request(one: Request, language: str) -> Component:
    if one.from_me:
        acts = [button("Withdraw", "withdraw", one, False)]
        words = f"asked on {day_words(one.since)}"
    else:
        acts = [
            button("Accept", "accept", one, True), button("Decline", "decline", one, False),
            button("Block", "block", one, False),
        ]  # fmt: skip
        words = "asks to be your friend"
    return html.Li(
        [_face(one.listener_id), _who(one.name, one.country, language, words), html.Div(acts, className="acts")]
    )


def _for_found(one: Found) -> list[Any]:
    if one.state == "friends":
        return [html.Span("Your friend", className="quiet")]
    if one.state == "asked":
        return [button("Withdraw", "withdraw", one, False)]
    if one.state == "asks":
        return [
            button("Accept", "accept", one, True),
            button("Decline", "decline", one, False),
        ]
    return [
        button("Ask", "ask", one, True),
        button("Block", "block", one, False),
    ]


def _who(name: str, country: str | None, language: str, more: str) -> Component:
    return html.Div(
        [
            html.Strong(name),
            html.Span(", ".join(filter(None, [country_name(country, language) if country else "", more]))),
        ],
        className="person",
    )


def _in_common(count: int) -> str:
    return f"{several(count, 'friend')} in common" if count else ""


def _face(listener_id: int) -> Component:
    return picture(art_src(f"listener {listener_id}", ""), "", className="face")


def _hundred(alike: float) -> int:
    return round(100 * alike)
