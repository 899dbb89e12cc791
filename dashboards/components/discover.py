"""How the next songs look: each with its sound, its genre and why it is there; and the list of the week."""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboards.components.card import About, Card, Column, Table, csv_of
from dashboards.components.genre import genre_mark
from dashboards.components.icons import icon
from dashboards.components.marks import aria, badge_of, data, invented
from dashboards.components.numbers import full, long_day, several
from dashboards.components.player import play
from dashboards.components.song_row import song_row
from dashboards.queries.weekly import WeeklyList
from etl.live.suggest import Pick, Said

#: Makes a button: its words, the parts of its id, what it does for who does not see it, whether it is pressed.
Button = Callable[[str, dict[str, Any], str, bool], Component]

LIST = Card(
    "discover-list",
    "Next for you",
    760,
    (
        (
            "Why a song is here",
            "A friend who shares by name hears at least 30 % of it, you have not heard it, and its genre is open. "
            "What a friend hears of a song is a mean in which later listens weigh more.",
        ),
        (
            "Close to",
            "The artist you heard lately that points most strongly at this one, learnt from all listeners.",
        ),
        (
            "Easy, medium, hard",
            "Of your open genres, the half nearer to what you play, all of them, or the farther half.",
        ),
        ("Not now", "The song does not come back for 14 days. A thumb down takes it away for good."),
        ("More like this", "Artists close to this one come first from now on."),
    ),
)
WEEKLY = Card(
    "discover-weekly",
    "Your list of the week",
    520,
    (
        ("The list of the week", "Made when you first come in a week, and the same until Sunday, whatever you play."),
        ("Keep", "A list that you keep stays here. Others go when the next week's is made."),
    ),
)
COLUMNS = (Column("Place", full), Column("Song"), Column("Artist"), Column("Genre"), Column("Why"))


def songs(
    sentence: Sequence[Any], picks: Sequence[Pick], said: Sequence[Said], nevers: Collection[str],
    playable: Collection[int], button: Button, about: About, hint: Component | None,
) -> list[Component]:  # fmt: skip
    """The next songs, the best first.

    Args:
        said: what the listener said of songs; shown to be taken back.
        nevers: genres that the listener does not want; the same.
        hint: what stands above the list where it could be better.
    """
    rows = [_song(place, one, one.song.track_id in playable, button) for place, one in enumerate(picks, 1)]
    listed = html.Ol(rows, className="tracks picks", **aria(label="Next songs"))
    return LIST.answer(
        [*sentence, *_made([*picks, *said])],
        [*([hint] if hint else []), listed, *_wishes(said, nevers, button)],
        _table(picks),
        about,
    )


def weekly(
    week: WeeklyList, picks: Sequence[Pick], older: Sequence[tuple[WeeklyList, Sequence[Pick]]],
    playable: Collection[int], heard: Collection[int], button: Button,
    about: Callable[[Sequence[Pick]], About],
) -> list[Component]:  # fmt: skip
    """The list of the week, and those that were kept before, each with a file of its own."""
    done = sum(one.song.track_id in heard for one in picks)
    sentence = [
        html.Strong(f"{several(len(picks), 'song')} for the week of {long_day(week.week)}."),
        f" You have heard {done} of them." if done else " You have heard none of them yet.",
        *_made(picks),
    ]
    keep = button(
        "Kept" if week.kept_at else "Keep this list",
        {"week": "let" if week.kept_at else "keep", "monday": week.week.isoformat()},
        "Let this list go" if week.kept_at else "Keep this list",
        week.kept_at is not None,
    )
    rows = [_line(place, one, playable, heard) for place, one in enumerate(picks, 1)]
    below = [_older(each, theirs, playable, heard, button, about(theirs)) for each, theirs in older]
    kept = [html.Div([html.H3("Kept lists"), *below], className="kept")] if below else []
    return WEEKLY.answer(
        sentence,
        [html.Div(keep, className="acts"), html.Ol(rows, className="lines"), *kept],
        _table(picks),
        about(picks),
    )


def hint(words: str, *more: Component) -> Component:
    """Why the list could be better, and the next step."""
    return html.Div([html.P(words), *more], className="hint")


def _song(place: int, one: Pick, can_play: bool, button: Button) -> Component:
    song = one.song
    heard = play(song.track_id, song.title, song.artist_name, context="discover") if can_play else None
    closer = [html.P(f"Close to {one.closer_to}", className="quiet")] if one.closer_to else []

    def said(act: str, words: str, is_pressed: bool = False) -> Component:
        name = {"song": act, "track": song.track_id, "at": "list"}
        return button(words, name, f"{words}: {song.title}", is_pressed)

    acts = [
        said("unsay" if one.liked else "up", "More like this", one.liked),
        said("skip", "Not now"),
        said("down", "Not for me"),
    ]
    if song.genre:
        never = {"genre": "never", "name": song.genre, "at": f"song {song.track_id}"}
        acts.append(button(f"Never {song.genre}", never, f"Never {song.genre}", False))
    return html.Li(
        [
            *song_row(place, song.track_id, song.title, song.artist_name, song.genre, heard),
            html.Div([html.P(f"{one.why}.", className="why"), *closer], className="reason"),
            html.Div(acts, className="acts"),
        ],
        **aria(labelledby=f"song-{song.track_id}"),
        **data(track=str(song.track_id), source=one.suggestion.source),
    )


def _line(place: int, one: Pick, playable: Collection[int], heard: Collection[int]) -> Component:
    song = one.song
    return html.Li(
        [
            html.Span(str(place), className="number quiet"),
            play(song.track_id, song.title, song.artist_name, context="weekly")
            if song.track_id in playable
            else html.Span(),
            html.Span([html.Strong(song.title), html.Span(song.artist_name)], className="names"),
            genre_mark(song.genre),
            html.Span([icon("check"), "Heard"] if song.track_id in heard else f"{one.why}.", className="quiet"),
        ]
    )


def _older(
    each: WeeklyList, picks: Sequence[Pick], playable: Collection[int], heard: Collection[int], button: Button,
    about: About,
) -> Component:  # fmt: skip
    let = {"week": "let", "monday": each.week.isoformat()}
    return html.Details(
        [
            html.Summary(f"Week of {long_day(each.week)}: {several(len(picks), 'song')}"),
            html.Ol([_line(place, one, playable, heard) for place, one in enumerate(picks, 1)], className="lines"),
            html.Div(
                [
                    html.Button(
                        "Download CSV",
                        type="button",
                        className="text-button",
                        **data(csv=csv_of(WEEKLY.title, _table(picks), about), file=f"weekly-{each.week}.csv"),
                    ),
                    button("Let it go", let, f"Let the list of {long_day(each.week)} go", False),
                ],
                className="acts",
            ),
        ]
    )


def _made(songs: Sequence[Pick | Said]) -> list[Component | str]:
    return badge_of(invented({"songs": [one.song.synthetic for one in songs]}))


def _table(picks: Sequence[Pick]) -> Table:
    rows = [
        (place, one.song.title, one.song.artist_name, one.song.genre, one.why) for place, one in enumerate(picks, 1)
    ]
    return Table(COLUMNS, rows)


def _wishes(said: Sequence[Said], nevers: Collection[str], button: Button) -> list[Component]:
    """What was said before, each to be taken back."""
    if not said and not nevers:
        return []
    words = {"up": "more like this", "down": "not for me", "skip": "not now"}
    genres = [
        html.Li(
            [
                html.Span(["Never ", html.Strong(genre)], className="names"),
                button("Allow again", {"genre": "again", "name": genre, "at": "said"}, f"Allow {genre} again", False),
            ]
        )
        for genre in sorted(nevers)
    ]
    songs_ = [
        html.Li(
            [
                html.Span([html.Strong(one.song.title), html.Span(words[one.said])], className="names"),
                button(
                    "Take back",
                    {"song": "unsay", "track": one.song.track_id, "at": "said"},
                    f"Take back: {one.song.title}",
                    False,
                ),
            ]
        )
        for one in said[:30]
    ]
    return [
        html.Details(
            [html.Summary(f"What you said: {len(said) + len(nevers)}"), html.Ul([*genres, *songs_], className="lines")],
            className="help wishes",
        )
    ]
