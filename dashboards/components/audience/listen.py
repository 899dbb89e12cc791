"""Hear the drop: the waveform of a track's clip under its curve, at its own place in the song, and where to play it.

A clip may be a part of the song (FMA's are thirty seconds from its middle). Only that part is drawn, where it lies on
the curve's axis; a drop outside it is said to be outside.
"""

from dash import html
from dash.development.base_component import Component

from dashboards.components.audience.far import Drop
from dashboards.components.marks import aria
from dashboards.components.numbers import duration
from dashboards.components.player import play
from dashboards.queries.artist import OwnTrack
from dashboards.queries.clips import Wave

WHOLE_S = 1.0  #: that a clip may be shorter than its song and still be all of it


def hear(track: OwnTrack, artist: str, wave: Wave, can_play: bool, drop: Drop | None) -> Component | None:
    """The strip under the curve; None where nobody knows which part of the song the clip is.

    Args:
        artist: as the player names them.
        can_play: whether a browser plays it.
        drop: the steepest one, where there is one.
    """
    song_s = track.duration_s
    if not song_s or wave.start_s is None:
        return None
    begin, end = wave.start_s, min(song_s, wave.start_s + wave.duration_s)
    whole = end - begin > song_s - WHOLE_S
    at = None if drop is None else _second(wave, drop, song_s)
    part = "The whole song can be heard." if whole else f"{duration(begin)} to {duration(end)} can be heard."
    if drop is not None and at is None:
        places = f"{duration(song_s * drop.begin / 100)} to {duration(song_s * drop.end / 100)}"
        part += f" The steepest drop, {places}, is not in that part."
    button: list[Component] = []
    if can_play:
        words = "Play what can be heard" if at is None else "Play from the steepest drop"
        button = [play(track.track_id, track.title, artist, at or 0.0, "own", words)]
    style = {
        "left": f"{100 * begin / song_s:.3f}%",
        "width": f"{100 * (end - begin) / song_s:.3f}%",
        "--shape": f"url(/clip/{track.track_id}.svg)",
    }
    label = aria(label=f"Waveform under the curve. {part}")
    picture = html.Div(html.Div(className="waveform", style=style), className="heard-part", role="img", **label)
    return html.Div([picture, html.Div([*button, html.P(part)], className="hear-words")], className="hear")


def _second(wave: Wave, drop: Drop, song_s: float) -> float | None:
    """The second of the clip at which the drop begins, or what of it the clip has."""
    begin, end = (wave.second_of(at, song_s) for at in (drop.begin, drop.end))
    return begin if begin is not None else 0.0 if end else None
