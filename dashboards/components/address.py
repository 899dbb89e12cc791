"""Pages' addresses: the state of a page is read from its address, part by part, and written to it."""

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from typing import TypeVar
from urllib.parse import urlencode

Value = TypeVar("Value")
Usual = TypeVar("Usual")


class Asked:
    """What an address asks; what of it cannot be read is left out, and said in ``wrong``."""

    def __init__(self, query: Mapping[str, str]) -> None:
        self.query = query
        self.wrong: list[str] = []

    def part(self, name: str, parse: Callable[[str], Value | None], usual: Usual, words: str) -> Value | Usual:
        """A part of the address; the usual where it is not there, or is none: ``parse`` gives None or a ValueError.

        Args:
            words: what is said where it is none; ``{}`` is what was asked.
        """
        text = self.query.get(name)
        if not text:
            return usual
        with suppress(ValueError):
            if (value := parse(text)) is not None:
                return value
        self.wrong.append(words.format(text if len(text) <= 40 else f"{text[:39]}…"))
        return usual

    def one_of(self, name: str, values: Collection[Value], usual: Usual, words: str) -> Value | Usual:
        """A part that is one of some values, as ``part``."""
        return self.part(name, lambda text: next((value for value in values if value == text), None), usual, words)


def written(parts: Mapping[str, object], safe: str = "") -> str:
    """The part of an address after the path that says these; those that are None, empty or 0 are as usual: left out.

    >>> written({"genre": "Hip-Hop", "track": None, "compare": "7,8"}, safe=",")
    '?genre=Hip-Hop&compare=7,8'
    """
    given = {name: value for name, value in parts.items() if value}
    return f"?{urlencode(given, safe=safe)}" if given else ""
