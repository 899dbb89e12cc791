"""Attributes whose names Python cannot spell: ``aria-…`` and ``data-…``."""

from typing import Any


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
