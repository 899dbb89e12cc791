"""Discover: the next songs and why, which genres rest, how varied the listening is, and the list of the week.

The address is the state: ``?reach=`` how far from home, ``?genre=`` one genre alone. Each card asks for itself, once; a
listen or a button asks them again.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, State, dcc, html, no_update
from dash.development.base_component import Component

from dashboards.components import choices, states, variety
from dashboards.components import discover as draw
from dashboards.components.acts import Done, act, undo
from dashboards.components.address import Asked, written
from dashboards.components.card import About
from dashboards.components.marks import aria
from dashboards.components.numbers import day_words
from dashboards.pages import Page, Query, listener, query_of
from dashboards.pages.listener import Mine, for_me, mine, private_switch, shown
from dashboards.queries import discover as ask
from dashboards.queries import weekly
from dashboards.queries.clips import playable
from etl.live import suggest
from etl.recommend.rank import Reach
from etl.store.warehouse import Warehouse
from etl.tables import TOP_GENRES

PATH = "/discover"
ALL_GENRES = "All genres"
REACHES: dict[Reach, str] = {"easy": "Easy", "medium": "Medium", "hard": "Hard"}
REACH_WORDS = {"easy": "near what you play", "medium": "from all open genres", "hard": "far from what you play"}
USUAL: Reach = "medium"
SONGS = 10
SAID = {
    "up": "More like “{title}” from now on.",
    "skip": "“{title}” does not come back for 14 days.",
    "down": "“{title}” does not come again.",
    "": "Nothing is said of “{title}” any more.",
}
#: What follows what is said at once; the list itself stays until somebody asks for the next songs.
BELOW = (variety.GENRES.name, draw.WEEKLY.name)


def layout(warehouse: Warehouse, query: Query) -> Component:
    """The page at first sight."""
    my = mine(warehouse)
    if not isinstance(my, Mine):
        return html.Div([html.H1("What to hear next"), my], className="discover")
    reach, genre, wrong = read(query)
    return html.Div(
        [
            html.H1("What to hear next"),
            html.P("Songs your friends play, from music you do not play yet.", className="lead"),
            html.Div([_reach(reach), _genre(genre), private_switch(my)], className="listener-choices"),
            html.Div(choices.unread(wrong), id="discover-shown"),
            *choices.stores("discover"),
            shown(my),
            *(card.frame() for card in (draw.LIST, variety.GENRES, variety.WEEKS, draw.WEEKLY)),
        ],
        className="discover",
    )


def register(app: Dash, warehouse: Warehouse) -> None:
    """Add what the choices and buttons do."""
    listener.register(app, warehouse)
    answers = ((draw.LIST, songs), (variety.GENRES, genres), (variety.WEEKS, weeks), (draw.WEEKLY, week))
    for card, answer in answers:
        card.register(app, partial(_for_me, warehouse, answer))

    choices.register_words(app, "discover", (PATH, "/"), lambda search: choices.unread(read(query_of(search))[2]))

    def values(search: str) -> list[str]:
        reach, genre, _ = read(query_of(search))
        return [reach, genre or ALL_GENRES]

    choices.register_follow(app, "discover", choices.outputs("discover", ("reach", "genre")), values)

    @app.callback(
        choices.wanted(app, "discover"),
        Input("discover-reach", "value"),
        Input("discover-genre", "value"),
        State("url", "search"),
        prevent_initial_call=True,
    )
    def choose(reach: str, genre: str, search: str) -> Any:
        wanted = address(reach, genre)
        return wanted if wanted != address(*read(query_of(search))[:2]) else no_update


def say_of_song(my: Mine, asked: Mapping[str, Any]) -> Done:
    """Say something of a song, or nothing any more; its row stays where it is, and the way back is what was said."""
    track, title, said = int(asked["track"]), str(asked["title"]), asked["said"]
    words = SAID[said].format(title=title)
    ask.say(my.warehouse, my.id, track, said or None)
    if asked.get("back"):
        return Done(again=BELOW)
    back = undo("say-of-song", title, track=track, title=title, said=asked["was"], back=True)
    return Done(words, [back], BELOW)


def never_genre(my: Mine, asked: Mapping[str, Any]) -> Done:
    """Want no song of a genre any more, or take that back; the row stays where it is."""
    genre, on = str(asked["genre"]), asked["on"] is True
    ask.never(my.warehouse, my.id, genre, on)
    if not on:
        return Done(again=BELOW)
    return Done(f"No {genre} from now on.", [undo("never-genre", f"Never {genre}", genre=genre, on=False)], BELOW)


def take_back_song(my: Mine, asked: Mapping[str, Any]) -> Done:
    """Nothing is said of a song any more."""
    ask.say(my.warehouse, my.id, int(asked["track"]), None)
    return Done("Taken back: it may come again.", again=(draw.LIST.name, *BELOW))


def allow_genre(my: Mine, asked: Mapping[str, Any]) -> Done:
    """A genre may come again."""
    genre = str(asked["genre"])
    ask.never(my.warehouse, my.id, genre, False)
    return Done(f"{genre} may come again.", again=(draw.LIST.name, *BELOW))


def keep_week(my: Mine, asked: Mapping[str, Any]) -> Done:
    """Keep the list of a week, or let it go; one that was kept before stays where it is, to be taken back."""
    week, on = date.fromisoformat(asked["week"]), asked["on"] is True
    weekly.keep(my.warehouse, my.id, week, on)
    if asked.get("place") is None:
        return Done(again=(draw.WEEKLY.name,))
    return Done() if on else Done("Let go.", [undo("keep-week", day_words(week), week=week.isoformat(), on=True)])


def songs(my: Mine, query: Query) -> Any:
    """The next songs, and why there are none or few."""
    found = ask.state(my.warehouse, my.id, listener.now(my))
    if found is None:
        return states.setting_up()
    reach, genre, _ = read(query)
    picks = suggest.picks(found, reach, genre, SONGS)
    if not picks:
        return draw.LIST.notice(*_none(found, genre), *_ways_on(found, genre))
    can_play = playable(my.warehouse, [one.song.track_id for one in picks])
    words = f"{REACHES[reach]}: {REACH_WORDS[reach]}; genre: {genre or 'all'}"
    return draw.songs(
        _sentence(picks, reach, genre),
        picks,
        found.said,
        found.nevers,
        can_play,
        my.about(words, [one.song for one in picks]),
        _hint(found),
    )


def genres(my: Mine, _: Query) -> Any:
    """Which genres rest, and why."""
    found = ask.state(my.warehouse, my.id, listener.now(my))
    if found is None:
        return states.setting_up()

    return variety.genres(found.shelves, my.about("all listens"))


def weeks(my: Mine, _: Query) -> Any:
    """How varied the listening is, week by week."""
    return variety.weeks(ask.weeks(my.warehouse, my.id), my.about("by week"))


def week(my: Mine, _: Query) -> Any:
    """The list of the week, made when it is first asked for."""
    now = listener.now(my)
    found = ask.state(my.warehouse, my.id, now)
    if found is None:
        return states.setting_up()
    this = weekly.monday(now.date())
    lists = weekly.lists(my.warehouse, my.id)
    if not lists or lists[0].week != this:
        fresh = suggest.picks(found, "medium", n=weekly.SONGS)
        if not fresh:
            return draw.WEEKLY.notice(*_none(found, None), *_ways_on(found, None))
        weekly.make(my.warehouse, my.id, this, [one.song.track_id for one in fresh])
        lists = weekly.lists(my.warehouse, my.id)
    picked = [(one, suggest.picks_of(found, one.track_ids)) for one in lists]
    tracks = [one.song.track_id for _, picks in picked for one in picks]
    heard = set(found.known.mine.tracks.tolist())
    (first, picks), *older = picked

    def about(listed: Sequence[suggest.Pick]) -> About:
        return my.about(f"week of {this}", [one.song for one in listed])

    return draw.weekly(first, picks, older, playable(my.warehouse, tracks), heard, about)


def read(query: Query) -> tuple[Reach, str | None, list[str]]:
    """How far from home an address asks for, the one genre if any, and in words what of it could not be read."""
    asked = Asked(query)
    reach = asked.one_of("reach", REACHES, USUAL, "“{}” is not easy, medium or hard; medium is shown.")
    return reach, asked.one_of("genre", TOP_GENRES, None, "“{}” is no genre here; all are shown."), asked.wrong


def address(reach: str, genre: str | None) -> str:
    """The part of the address after ``?`` for these choices.

    >>> address("hard", "Hip-Hop"), address("medium", ALL_GENRES)
    ('?reach=hard&genre=Hip-Hop', '')
    """
    return written({"reach": reach if reach != USUAL else None, "genre": genre if genre != ALL_GENRES else None})


def _for_me(warehouse: Warehouse, answer: Callable[[Mine, Query], Any], search: str) -> Any:
    my = mine(warehouse)
    return answer(my, query_of(search)) if isinstance(my, Mine) else my


def _sentence(picks: list[suggest.Pick], reach: Reach, genre: str | None) -> list[Any]:
    among = {one.song.genre for one in picks}
    counted = "1 genre" if len(among) == 1 else f"{len(among)} genres"
    return [
        html.Strong(f"{len(picks)} songs you have not heard" if len(picks) > 1 else "1 song you have not heard"),
        f", of {genre}." if genre else f", of {counted}, {REACH_WORDS[reach]}.",
    ]


def _hint(found: suggest.State) -> Component | None:
    """What would make the list better."""
    find = dcc.Link("Find friends", href="/friends", className="small-button", target="")
    if not found.friends:
        return draw.hint(
            "You have no friends here yet. Until you do, these are popular songs of what you hear least.", find
        )
    if not found.sharing:
        count = "Your friend shares" if len(found.friends) == 1 else f"None of your {len(found.friends)} friends shares"
        words = f"{count} what they hear" if count.startswith("None") else f"{count} nothing of what they hear"
        return draw.hint(f"{words}. Until one does, these are popular songs of what you hear least.", find)
    if not any(one.state in ("open", "resting") for one in found.shelves):
        return draw.hint(
            "You have heard all that your friends share, or turned it down. These come from farther away.", find
        )
    return None


def _none(found: suggest.State, genre: str | None) -> tuple[str, str]:
    """Why there is no song, in a title and words."""
    if genre:
        shelf = found.shelves[TOP_GENRES.index(genre)]
        return f"No {genre} now", variety.why_not(shelf)
    if found.nevers:
        return "You turned down every genre that has a song for you", "Allow one again, and songs of it come back."
    return "You have heard every song there is", "New songs come with the next refresh."


def _ways_on(found: suggest.State, genre: str | None) -> list[Component]:
    if genre:
        return [dcc.Link("Show all genres", href=PATH, className="button", target="")]
    return [act(f"Allow {name} again", "allow-genre", genre=name) for name in sorted(found.nevers)]


def _reach(reach: Reach) -> Component:
    return html.Div(
        [
            html.P("How far from home", id="discover-reach-label"),
            dmc.SegmentedControl(
                id="discover-reach",
                data=[{"value": value, "label": label} for value, label in REACHES.items()],
                value=reach,
            ),
        ],
        role="group",
        **aria(labelledby="discover-reach-label"),
    )


def _genre(genre: str | None) -> Component:
    return dmc.Select(
        id="discover-genre",
        label="Genre",
        data=[ALL_GENRES, *TOP_GENRES],
        value=genre or ALL_GENRES,
        allowDeselect=False,
        searchable=True,
        clearSearchOnFocus=True,
        nothingFoundMessage="No such genre",
        maxDropdownHeight=320,
    )


PAGE = Page(
    PATH, "Discover", "compass", layout, register, frozenset({"listener"}),
    acts={
        "say-of-song": for_me(say_of_song),
        "take-back-song": for_me(take_back_song),
        "never-genre": for_me(never_genre),
        "allow-genre": for_me(allow_genre),
        "keep-week": for_me(keep_week),
    },
)  # fmt: skip
