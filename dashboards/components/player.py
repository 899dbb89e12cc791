"""The player: a button at whatever can be heard, one bar at the bottom of every page, waveforms.

``assets/player.js`` plays. What it heard is told on ``document`` as an event ``overtone:heard``.
"""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from dashboards.components.icons import icon
from dashboards.components.marks import aria, data


def play(
    track_id: int, title: str, artist: str, start_s: float = 0.0, context: str = "", words: str | None = None
) -> Component:
    """A button that plays a track's clip; for tracks of :func:`dashboards.queries.clips.playable`.

    Args:
        start_s: second of the clip to begin at.
        context: what the listening is for, passed on with what was heard.
        words: beside the sign; None for the sign alone.
    """
    return html.Button(
        [icon("play"), *([html.Span(words)] if words else [])],
        type="button",
        className="play has-words" if words else "play",
        title=f"Play {title}",
        **aria(label=f"Play {title}" if words is None else f"{words}: {title}"),
        **data(play=str(track_id), title=title, artist=artist, start=f"{start_s:g}", context=context),
    )


def bar() -> Component:
    """The place of the bar, empty until something plays; the script fills it."""
    return html.Div(id="player", className="player", role="region", hidden=True, **aria(label="Player"))


def waveform(peaks: Sequence[float]) -> str:
    """Bars around a middle line, as an SVG document to mask with; 5 units a bar, 3 of them ink.

    Args:
        peaks: in order of time, 0 to 1.
    """
    bars = "".join(
        f"<rect x='{5 * at}' y='{50 - 47 * peak:.1f}' width='3' height='{max(3.0, 94 * peak):.1f}' rx='1.5'/>"
        for at, peak in enumerate(peaks)
    )
    box = f"viewBox='0 0 {5 * len(peaks)} 100' preserveAspectRatio='none'"
    return f"<svg xmlns='http://www.w3.org/2000/svg' {box}>{bars}</svg>"
