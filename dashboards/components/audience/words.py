"""Numbers and sentences of an audience as people read them."""

from collections.abc import Sequence
from typing import Any

from dashboards.components.numbers import full, short


def text_of(sentence: Sequence[Any]) -> str:
    """A sentence of words and components as words."""
    return "".join(part if isinstance(part, str) else str(part.children) for part in sentence)


def hours(hours: float) -> str:
    """Hours; tenths while they are few."""
    return f"{hours:.1f}" if hours < 10 else short(round(hours))


def plain(value: float) -> str:
    """A number that may be a count or a share."""
    return full(value) if isinstance(value, int) else f"{value:.2f}" if value < 1 else f"{value:.1f}"


def times(lift: float) -> str:
    """So many times as much."""
    return f"{lift:.2f}×"


def cut(text: str, most: int) -> str:
    """At most so many letters."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
