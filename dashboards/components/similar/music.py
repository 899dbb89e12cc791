"""Step 2: similar music: each track with how close it is, in what, under which licence, and to be heard in place."""

from collections.abc import Callable, Collection, Iterable, Sequence

from dash import dcc, html
from dash.development.base_component import Component

from dashboards.components.card import About, Card, Column, Table
from dashboards.components.marks import aria, badge_of
from dashboards.components.numbers import percent
from dashboards.components.player import play
from dashboards.components.song_row import song_row
from etl.live.find_similar import SimilarTrack
from etl.similarity.agreement import SHOWN, Agreement

CARD = Card(
    "music",
    "Similar music",
    900,
    (
        (
            "Similarity",
            "Of two recordings this close, how often they are by one artist rather than by any two: 0.9 is nine times "
            "in ten. From 0.9 very close, from 0.75 close, from 0.5 loose. 1 is kept for nearly the same sound.",
        ),
        (
            "Timbre, rhythm, harmony, brightness",
            "Where the two agree: a full bar is closer in this than any two recordings here. Harmony is heard apart "
            "from the key. Rhythm is how much loudness and colour move; no tempo is measured.",
        ),
        ("Licence", "What the Free Music Archive says of the recording. It tells whether you may use it, and how."),
    ),
)


def music(
    found: Sequence[SimilarTrack], playable: Collection[int], more_like: Callable[[int], str], about: About
) -> list[Component]:
    """The similar tracks, nearest first.

    Args:
        playable: those that can be heard.
        more_like: where a track is asked about.
    """
    columns = (
        Column("Rank", str), Column("Track"), Column("Artist"), Column("Genre"), Column("Score", "{:.2f}".format),
        Column("In words"), *(Column(part.capitalize(), percent) for part in SHOWN), Column("Licence"),
    )  # fmt: skip
    rows = [
        (
            rank, track.title, track.artist, track.genre, track.score, track.closeness,
            *(_closeness(track, part) for part in SHOWN), track.license,
        )
        for rank, track in enumerate(found, 1)
    ]  # fmt: skip
    words = [*answer(found), *badge_of(about.invented)]
    return CARD.answer(words, [tracks(found, playable, more_like)], Table(columns, rows), about)


def answer(found: Sequence[SimilarTrack]) -> list[Component | str]:
    """What was found, in two sentences."""
    first = found[0]
    near = sum(1 for track in found if track.closeness in ("very close", "close"))
    rest = f" {near} of these {len(found)} are close or very close." if near > 1 else ""
    return ["Closest is ", html.Strong(first.title), f" by {first.artist}: {first.closeness}.{rest}"]


def tracks(
    found: Iterable[SimilarTrack], playable: Collection[int] = (), more_like: Callable[[int], str] | None = None
) -> Component:
    """The similar tracks as a list, nearest first, with a button at those that can be played."""
    rows = [_track(rank, track, track.track_id in playable, more_like) for rank, track in enumerate(found, 1)]
    return html.Ol(rows, className="tracks")


def _track(rank: int, track: SimilarTrack, playable: bool, more_like: Callable[[int], str] | None = None) -> Component:
    heard = play(track.track_id, track.title, track.artist) if playable else None
    return html.Li(
        [
            *song_row(rank, track.track_id, track.title, track.artist, track.genre, heard),
            html.Div(
                [
                    html.Span(f"{track.score:.2f}", className="number"),
                    html.Span(track.closeness, className="unit"),
                    html.I(html.B(style={"width": f"{track.score:.1%}"}), className="bar"),
                ],
                className="score",
            ),
            html.Div([html.P(track.agrees), _parts(track.agreement)], className="agrees"),
            html.Div(
                [
                    html.Span(track.license or "No licence is told", className="licence"),
                    *(
                        [dcc.Link("More like this one", href=more_like(track.track_id), className="text-button")]
                        if more_like
                        else []
                    ),
                ],
                className="track-foot",
            ),
        ],
        **aria(labelledby=f"song-{track.track_id}"),
    )


def _closeness(track: SimilarTrack, part: str) -> float | None:
    return next((round(float(each.closeness), 4) for each in track.agreement if each.part == part), None)


def _parts(agreement: Iterable[Agreement]) -> Component:
    return html.Dl(
        [
            html.Div(
                [
                    html.Dt(each.part),
                    html.Dd(
                        html.I(html.B(style={"width": f"{each.closeness:.0%}"}), className="bar"),
                        title=f"Closer in {each.part} than {percent(each.closeness)} of all pairs",
                        **aria(label=percent(each.closeness)),
                    ),
                ]
            )
            for each in sorted(agreement, key=lambda each: SHOWN.index(each.part))  # in one order down the page
        ],
        className="parts",
    )
