"""How the next songs look: each with its sound, its genre and why it is there; and the list of the week."""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboards.components.acts import act, place
from dashboards.components.card import About, Card, Column, Table, csv_of
from dashboards.components.genre import genre_mark
from dashboards.components.icons import icon
from dashboards.components.marks import aria, badge_of, data, invented
from dashboards.components.numbers import day_words, full, several
from dashboards.components.player import play
from dashboards.components.song_row import song_row
from dashboards.components.variety import allow_again
from dashboards.queries.weekly import WeeklyList
from etl.live.suggest import Pick, Said

LIST = Card(
    "discover-list",
    "Next for you",
    760,
    (
        (
            "Why a song is here",
            "A friend who shares by name hears at least 30% of it, you have not heard it, and its genre is open. "
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
    playable: Collection[int], about: About, hint: Component | None,
) -> list[Component]:  # fmt: skip
    """The next songs, the best first; they stay where they are until somebody asks for others.

    Args:
        said: what the listener said of songs; shown to be taken back.
        nevers: genres that the listener does not want; the same.
        hint: what stands above the list where it could be better.
    """
    rows = [_song(rank, one, one.song.track_id in playable) for rank, one in enumerate(picks, 1)]
    listed = html.Ol(rows, className="tracks picks", **aria(label="Next songs"))
    return LIST.answer(
        [*sentence, *_made([*picks, *said])],
        [*([hint] if hint else []), listed, _others(), *_wishes(said, nevers)],
        _table(picks),
        about,
    )


def weekly(
    week: WeeklyList, picks: Sequence[Pick], older: Sequence[tuple[WeeklyList, Sequence[Pick]]],
    playable: Collection[int], heard: Collection[int], about: Callable[[Sequence[Pick]], About],
) -> list[Component]:  # fmt: skip
    """The list of the week, and those that were kept before, each with a file of its own."""
    done = sum(one.song.track_id in heard for one in picks)
    sentence = [
        html.Strong(f"{several(len(picks), 'song')} for the week of {day_words(week.week)}."),
        f" You have heard {done} of them." if done else " You have heard none of them yet.",
        *_made(picks),
    ]
    kept_now = week.kept_at is not None
    keep = act(
        "Kept" if kept_now else "Keep this list", "keep-week", "Let this list go" if kept_now else "Keep this list",
        pressed=kept_now, week=week.week.isoformat(), on=not kept_now,
    )  # fmt: skip
    rows = [_line(rank, one, playable, heard) for rank, one in enumerate(picks, 1)]
    below = [_older(each, theirs, playable, heard, about(theirs)) for each, theirs in older]
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


def _others() -> Component:
    """What one has said and played counts in the list that comes next."""
    return html.Button(
        "Show the next songs", type="button", className="small-button", **data(again=f"{LIST.name}-again")
    )


def _song(rank: int, one: Pick, can_play: bool) -> Component:
    song = one.song
    heard = play(song.track_id, song.title, song.artist_name, context="discover") if can_play else None
    closer = [html.P(f"Close to {one.closer_to}", className="quiet")] if one.closer_to else []

    def said(words: str, what: str, pressed: bool | None = None) -> Component:
        label = f"{words}: {song.title}"
        about: dict[str, Any] = {"track": song.track_id, "title": song.title, "was": "up" if one.liked else ""}
        return act(words, "say-of-song", label, pressed=pressed, said=what, **about)

    buttons = [
        said("More like this", "" if one.liked else "up", one.liked),
        said("Not now", "skip"),
        said("Not for me", "down"),
    ]
    if song.genre:
        buttons.append(act(f"Never {song.genre}", "never-genre", genre=song.genre, on=True))
    return html.Li(
        [
            *song_row(rank, song.track_id, song.title, song.artist_name, song.genre, heard),
            html.Div([html.P(f"{one.why}.", className="why"), *closer], className="reason"),
            place(f"song-{song.track_id}", *buttons),
        ],
        **aria(labelledby=f"song-{song.track_id}"),
        **data(track=str(song.track_id), source=one.suggestion.source),
    )


def _line(rank: int, one: Pick, playable: Collection[int], heard: Collection[int]) -> Component:
    song = one.song
    return html.Li(
        [
            html.Span(str(rank), className="number quiet"),
            play(song.track_id, song.title, song.artist_name, context="weekly")
            if song.track_id in playable
            else html.Span(),
            html.Span([html.Strong(song.title), html.Span(song.artist_name)], className="names"),
            genre_mark(song.genre),
            html.Span([icon("check"), "Heard"] if song.track_id in heard else f"{one.why}.", className="quiet"),
        ]
    )


def _older(
    each: WeeklyList, picks: Sequence[Pick], playable: Collection[int], heard: Collection[int], about: About
) -> Component:
    day, week = day_words(each.week), each.week.isoformat()
    return html.Details(
        [
            html.Summary(f"Week of {day}: {several(len(picks), 'song')}"),
            html.Ol([_line(rank, one, playable, heard) for rank, one in enumerate(picks, 1)], className="lines"),
            html.Div(
                [
                    html.Button(
                        "Download CSV",
                        type="button",
                        className="text-button",
                        **data(csv=csv_of(WEEKLY.title, _table(picks), about), file=f"weekly-{each.week}.csv"),
                    ),
                    place(
                        f"week-{week}", act("Let it go", "keep-week", f"Let the list of {day} go", week=week, on=False)
                    ),
                ],
                className="acts",
            ),
        ]
    )


def _made(songs: Sequence[Pick | Said]) -> list[Component | str]:
    return badge_of(invented({"songs": [one.song.synthetic for one in songs]}))


def _table(picks: Sequence[Pick]) -> Table:
    rows = [(rank, one.song.title, one.song.artist_name, one.song.genre, one.why) for rank, one in enumerate(picks, 1)]
    return Table(COLUMNS, rows)


def _wishes(said: Sequence[Said], nevers: Collection[str]) -> list[Component]:
    """What was said before, each to be taken back."""
    if not said and not nevers:
        return []
    words = {"up": "more like this", "down": "not for me", "skip": "not now"}
    genres = [
        html.Li(
            [
                html.Span(["Never ", html.Strong(genre)], className="names"),
                allow_again(genre),
            ]
        )
        for genre in sorted(nevers)
    ]
    songs_ = [
        html.Li(
            [
                html.Span([html.Strong(one.song.title), html.Span(words[one.said])], className="names"),
                act("Take back", "take-back-song", f"Take back: {one.song.title}", track=one.song.track_id),
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
