"""Buttons that do something, and what became of it.

What a click means stands on the button itself (``data-act``): one script hears every click (``assets/acts.js``), one
callback answers (``pages/acts.py``). A button with an id of its own is matched against each callback's pattern whenever
anything on the page changes, which took a browser seconds where there were forty.

What became of it stands beside the buttons of ``place``, in their room, so that nothing moves under the pointer; of a
button that is drawn anew with its card it is said at the foot of the window (``said``).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboards.components.marks import aria, data

SAID, PLACE = "said", "done-"  #: where it is said; how the ids of places begin


@dataclass(frozen=True)
class Done:
    """What became of an act, in words; the buttons that lead on from there, most often back; cards that ask again."""

    words: str = ""
    ways: Sequence[Component] = field(default=())
    again: Sequence[str] = field(default=())  #: by their names


def act(
    words: Any, do: str, label: str | None = None, look: str = "small-button", pressed: bool | None = None,
    props: Mapping[str, Any] | None = None, **about: Any,
) -> Component:  # fmt: skip
    """A button.

    Args:
        do: what it does, one of ``Page.acts``.
        label: what it does to what, for who does not see where it stands.
        pressed: of one that stays pressed, whether it is.
        props: more of the button's own, such as its id.
        about: to what it does it, as JSON holds it.
    """
    marks = aria(label=label) if label else {}
    if pressed is not None:
        marks |= aria(pressed=str(pressed).lower())
    marks |= data(act=json.dumps({"do": do, **about})) | dict(props or {})
    return html.Button(words, type="button", className=look, **marks)


def undo(do: str, label: str, **about: Any) -> Component:
    """The button that takes back what was done."""
    return act("Undo", do, f"Undo: {label}", "text-button", **about)


def place(name: str, *buttons: Component) -> Component:
    """Buttons, and room for what became of the one that was pressed: its words take the place of all of them.

    Args:
        name: no other on the page has it.
    """
    done = html.Div(id=f"{PLACE}{name}", className="done", role="status")
    return html.Div([html.Div(buttons, className="were"), done], className="place")


def stores() -> list[Component]:
    """What acts need once, in the frame."""
    return [dcc.Store(id="act"), dcc.Store(id="acting"), html.Div(id=SAID, className=SAID, role="status")]
