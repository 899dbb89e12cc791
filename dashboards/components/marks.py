"""Marks on elements: attributes whose names Python cannot spell, ``aria-…`` and ``data-…``; and of what is invented."""

from collections.abc import Iterable, Mapping
from typing import Any

from dash import html
from dash.development.base_component import Component

CREATORS = "creators, their audiences and videos"  #: what creators are where they are invented


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


def invented(shown: Mapping[str, Iterable[bool]]) -> str:
    """What of that which is shown was made, in words; empty where nothing was.

    Args:
        shown: by what they are, whether each was made.

    >>> invented({"tracks": [True, True], "sounds": [False], "videos": [True, False]})
    'tracks and some of the videos'
    """
    parts = []
    for words, rows in shown.items():
        if any(made := list(rows)):
            parts.append(words if all(made) else f"some of the {words}")
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


def badge(what: str) -> Component:
    """That something is synthetic, and on request what is invented of it."""
    return html.Span("Synthetic", className="badge", title=what)


def badge_of(what: str) -> list[Component | str]:
    """The same of what ``invented`` says, after words; nothing where it says nothing."""
    return [" ", badge(f"{what[0].upper()}{what[1:]} are invented.")] if what else []
