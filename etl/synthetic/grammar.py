"""Phrases with slots, read once and drawn from many times.

``{day|night}`` draws one of the alternatives, ``<noun>`` one of the phrases or what is drawn that goes by this name.

    >>> tea = grammar("{two|three} <pot> of tea", {"pot": phrases("cups / mugs")})
    >>> draw(tea, np.random.default_rng(1))
    'three mugs of tea'
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import numpy as np

#: A text; one of a list; all of a tuple, in turn; or what a function draws.
Node = str | list["Node"] | tuple["Node", ...] | Callable[[np.random.Generator], str]
T = TypeVar("T")


def pick(rng: np.random.Generator, some: Sequence[T]) -> T:
    """One of some; all are as likely. Six times as fast as ``rng.choice``, and no array is made."""
    return some[int(rng.random() * len(some))]


def draw(node: Node, rng: np.random.Generator) -> str:
    """A text that the grammar makes."""
    if isinstance(node, str):
        return node
    if isinstance(node, list):
        return draw(node[int(rng.random() * len(node))], rng)
    if isinstance(node, tuple):
        return "".join([draw(part, rng) for part in node])
    return node(rng)


def phrases(text: str) -> list[str]:
    """The phrases of a text, which stand between slashes; lines may break anywhere between words."""
    return re.sub(r" \|(?! )", "|", " ".join(text.split())).split(" / ")


def grammar(phrase: str, named: Mapping[str, Node]) -> Node:
    """Read a phrase.

    Raises:
        KeyError: a slot goes by a name that is not given.
    """
    parts: list[Node] = []
    for piece in re.split(r"(\{[^}]*\}|<\w+>)", phrase):
        if piece.startswith("{"):
            parts.append([grammar(choice, named) for choice in piece[1:-1].split("|")])
        elif re.fullmatch(r"<\w+>", piece):
            parts.append(named[piece[1:-1]])
        elif piece:
            parts.append(piece)
    return parts[0] if len(parts) == 1 else tuple(parts)


def any_of(text: str, named: Mapping[str, Node]) -> Node:
    """One of the phrases of a text."""
    return [grammar(phrase, named) for phrase in phrases(text)]


def words(text: str, change: Callable[[str], str] = str) -> Node:
    """One of the words of a text."""
    return list(map(change, text.split()))
