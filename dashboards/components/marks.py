"""Marks on elements: attributes whose names Python cannot spell, ``aria-…`` and ``data-…``; and of what is invented."""

from typing import Any

from dash import html
from dash.development.base_component import Component

CREATORS_INVENTED = "Creators, their audiences and videos are invented."
LISTENS_INVENTED = "Listeners and listens are invented, and calibrated to measured ones."


def aria(**marks: str) -> dict[str, Any]:
    """What assistive technology is told of an element.

    >>> aria(label="Pages")
    {'aria-label': 'Pages'}
    """
    return {f"aria-{name}": value for name, value in marks.items()}


def data(**marks: str) -> dict[str, Any]:
    """What our scripts and style sheets are told of an element.

    >>> data(state="idle")
    {'data-state': 'idle'}
    """
    return {f"data-{name}": value for name, value in marks.items()}


def badge(what: str) -> Component:
    """That something is synthetic, and on request what is invented of it."""
    return html.Span("Synthetic", className="badge", title=what)
