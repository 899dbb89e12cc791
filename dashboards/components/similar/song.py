"""Step 1: the song: its waveform, the part of it that is compared, the genres it may be."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple
from urllib.parse import quote

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboards.components.card import About, Card, Column, Table
from dashboards.components.genre import genre_mark
from dashboards.components.marks import aria, badge_of, data
from dashboards.components.numbers import duration, percent
from dashboards.components.player import play, waveform
from dashboards.queries.similar import Question, Track
from dashboards.queries.uploads import LONGEST_PART_S, SHORTEST_PART_S, Upload
from etl.similarity.genre import Suggestion

LEAST_SHOWN = 0.05  #: a genre less likely than this is not suggested
MOST_SUGGESTED = 3
UNSURE = 0.5  #: a genre that is told with less is wrong more often than right
USUAL_PART_S = 30.0  #: of a song that is long enough; of a shorter one half

CARD = Card(
    "song",
    "Your song",
    150,
    (
        (
            "Sounds like",
            "The likeliest genres, learned from the recordings here. Of the genres said with 70%, seven in ten are "
            "right. Where none is said with half and more of the nearest recordings are of another, theirs stands "
            "first. Choose one to search within it.",
        ),
        (
            "A part",
            f"{SHORTEST_PART_S} to {LONGEST_PART_S} seconds are described by themselves, every moment of them. A whole "
            "song over two and a half minutes is described by eight stretches, spread evenly. The key of the song is "
            "found once, from all of it.",
        ),
        (
            "What is kept",
            "The file is deleted once it is described. What it is like is kept for a day, or if you save.",
        ),
    ),
)


class Told(NamedTuple):
    """A genre that a song may be, how likely, and how that is told."""

    genre: str
    confidence: float
    words: str


def told(suggested: Sequence[Suggestion], nearest: Sequence[str | None]) -> list[Told]:
    """The genres that a song may be; one that its nearest recordings are surer of than what was learned comes first.

    Args:
        suggested: as learned, likeliest first.
        nearest: the genres of the nearest recordings.
    """
    found = [Told(one.genre, one.confidence, percent(one.confidence)) for one in suggested]
    for genre, count in Counter(filter(None, nearest)).most_common(1):
        share = count / len(nearest)
        if found and found[0].genre != genre and found[0].confidence < min(UNSURE, share):
            others = [one for one in found if one.genre != genre]
            return [Told(genre, share, f"{count} of the {len(nearest)} nearest"), *others]
    return found


def song(
    asked: Question,
    suggested: Sequence[Told],
    genre: str | None,
    address: Callable[[str], str],
    fixed: bool,
    about: About,
) -> list[Component]:
    """A song that was sent, or a track that is asked about in its place.

    Args:
        suggested: genres, likeliest first.
        genre: that is searched in.
        address: where a genre is searched in.
        fixed: whether another part cannot be chosen, for what parts are made of is gone.
    """
    likely = [one for one in suggested if one.confidence >= LEAST_SHOWN][:MOST_SUGGESTED]
    rows = [(asked.name, one.genre, round(float(one.confidence), 4)) for one in likely]
    table = Table((Column("Song"), Column("Genre it may be"), Column("Confidence", percent)), rows)
    return CARD.answer(
        [*_sentence(asked), *badge_of(about.invented)],
        [_picture(asked), *_choice(asked.upload, fixed), suggestions(likely, genre, address)],
        table,
        about,
    )


def suggestions(suggested: Sequence[Told], chosen: str | None, address: Callable[[str], str]) -> Component:
    """The genres that a song may be, each a link that searches within it; nothing where none is suggested."""
    chips = [
        html.Li(
            dcc.Link(
                [genre_mark(each.genre), html.Span(each.words, className="number")],
                href=address(each.genre),
                className="chip",
            ),
            **aria(current="true" if each.genre == chosen else "false"),
        )
        for each in suggested
        if each.confidence >= LEAST_SHOWN
    ]
    if not chips:
        return html.Div()
    return html.Div(
        [html.P("Sounds like", id="suggested"), html.Ul(chips)],
        className="suggested",
        role="group",
        **aria(labelledby="suggested"),
    )


def loudest(peaks: Sequence[float], song_s: float) -> tuple[float, float]:
    """The loudest stretch of a song, in whole seconds: what a part begins as.

    Args:
        peaks: of equal stretches of the song, in order of time.
        song_s: how long it is, more than the shortest part.

    >>> loudest([0, 0, 1, 1, 1, 0], 60)
    (20.0, 50.0)
    """
    wanted_s = float(max(SHORTEST_PART_S, min(USUAL_PART_S, song_s // 2)))
    bars = max(1, round(wanted_s / song_s * len(peaks)))
    begin = max(range(len(peaks) - bars + 1), key=lambda at: sum(peaks[at : at + bars]))
    start = min(round(begin / len(peaks) * song_s), int(song_s - wanted_s))
    return float(start), float(start + wanted_s)


def shading(part: tuple[float, float] | None, song_s: float) -> dict[str, str]:
    """Which part of a waveform is in ink, as CSS."""
    start, end = part or (0.0, song_s)
    return {"--from": f"{100 * start / song_s:.2f}%", "--to": f"{100 * end / song_s:.2f}%"}


def _sentence(asked: Question) -> list[Component | str]:
    upload, track = asked.upload, asked.track
    if track is not None:
        return ["More like ", html.Strong(track.title), f" by {track.artist}."]
    assert upload is not None, "one of the two is asked about"
    return [html.Strong(upload.name), " ", html.Span(duration(upload.duration_s), className="number")]


def _picture(asked: Question) -> Component:
    if asked.track is not None:
        return _of_track(asked.track)
    upload = asked.upload
    assert upload is not None, "one of the two is asked about"
    shape = f'url("data:image/svg+xml,{quote(waveform(upload.waveform))}")'
    return html.Div(
        className="waveform",
        id="similar-waveform",
        style={"--shape": shape, **shading(upload.part, upload.duration_s)},
        **aria(hidden="true"),
        **data(seconds=f"{upload.duration_s:g}"),
    )


def _of_track(track: Track) -> Component:
    return html.Div(
        [
            play(track.track_id, track.title, track.artist),
            html.Div(
                className="waveform", style={"--shape": f"url(/clip/{track.track_id}.svg)"}, **aria(hidden="true")
            ),
        ],
        className="track-wave",
    )


def _choice(upload: Upload | None, fixed: bool) -> list[Component]:
    """How to choose a part; nothing for a track, and for a song that is too short to have one."""
    if upload is None or upload.duration_s < SHORTEST_PART_S + 1:
        return []
    if fixed:
        return [html.P(_saved_words(upload), className="quiet")]
    lasts = upload.duration_s
    return [
        html.Div(
            [
                dmc.SegmentedControl(
                    id="similar-whole",
                    data=[
                        {"value": "whole", "label": "The whole song"},
                        {"value": "part", "label": f"{SHORTEST_PART_S} to {LONGEST_PART_S} seconds of it"},
                    ],
                    value="part" if upload.part else "whole",
                    **aria(label="What of the song is compared"),
                ),
                html.Div(
                    dmc.RangeSlider(
                        id="similar-part",
                        min=0,
                        max=round(lasts, 1),
                        step=0.5,
                        precision=1,
                        minRange=SHORTEST_PART_S,
                        maxRange=LONGEST_PART_S,
                        value=list(upload.part or loudest(upload.waveform, lasts)),
                        label={"function": "clock"},
                        updatemode="mouseup",
                        thumbFromLabel="From, in seconds",
                        thumbToLabel="To, in seconds",
                    ),
                    id="similar-part-row",
                    hidden=upload.part is None,
                ),
            ],
            className="part-choice",
        )
    ]


def _saved_words(upload: Upload) -> str:
    if upload.part:
        start, end = upload.part
        return f"Saved: the part from {duration(start)} to {duration(end)}. Drop the song again to compare another."
    return "Saved: the whole song. Drop it again to compare a part."
