"""What an address of Similar music asks: which song, which part of it, among which music, and which creators."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from dashboards.components.address import Asked, written
from dashboards.queries.uploads import LONGEST_PART_S, SHORTEST_PART_S
from dashboards.theme import GENRE_COLOURS

PATH = "/similar"
MOST_CHOSEN = 8  #: creators whose audience is projected together


@dataclass(frozen=True)
class View:
    """The state of the page; all of it is in the address."""

    upload: str | None = None
    part: tuple[float, float] | None = None  #: from and to, in seconds; None: the whole song
    like: int | None = None  #: a track that is asked about in place of the song
    genre: str | None = None  #: to search in; None: all
    country: str | None = None  #: of creators, alpha-3
    chosen: tuple[str, ...] = ()  #: influencers of the last step

    @property
    def asks(self) -> bool:
        """Whether there is something to compare with."""
        return self.upload is not None or self.like is not None


def read(query: Mapping[str, str]) -> tuple[View, list[str]]:
    """The view of an address, and in words what of it cannot be read and was dropped.

    >>> read({"upload": "x", "from": "12", "to": "42"})[0].part
    (12.0, 42.0)
    >>> read({"like": "seven"})[1]
    ['“seven” is no track; it was dropped.']
    """
    asked = Asked(query)
    view = View(
        query.get("upload") or None,
        _part(asked),
        asked.part(
            "like", lambda said: int(said) if 0 < int(said) < 2**31 else None, None, "“{}” is no track; it was dropped."
        ),
        asked.one_of("genre", GENRE_COLOURS, None, "“{}” is no genre; all genres are searched."),
        asked.part("country", _country, None, "“{}” is no country; it was dropped."),
        _chosen(asked),
    )
    return view, asked.wrong


def search_of(view: View) -> str:
    """The part of the address after the path; what is as usual is left out.

    >>> search_of(View(upload="x", genre="Hip-Hop", part=(0, 30.5)))
    '?genre=Hip-Hop&upload=x&from=0&to=30.5'
    """
    return written({
        "genre": view.genre,
        "upload": view.upload,
        "from": view.part and f"{view.part[0]:g}",
        "to": view.part and f"{view.part[1]:g}",
        "like": view.like,
        "country": view.country,
        "with": ",".join(view.chosen),
    })  # fmt: skip


def href(view: View, step: str = "") -> str:
    """The address of a view, and of a step on the page."""
    return f"{PATH}{search_of(view)}{f'#{step}' if step else ''}"


def _part(asked: Asked) -> tuple[float, float] | None:
    if "from" not in asked.query and "to" not in asked.query:
        return None
    with suppress(KeyError, ValueError):
        start, end = float(asked.query["from"]), float(asked.query["to"])
        if start >= 0 and SHORTEST_PART_S - 0.1 <= end - start <= LONGEST_PART_S + 0.1:
            return start, end
    asked.wrong.append(f"A part has {SHORTEST_PART_S} to {LONGEST_PART_S} seconds; the whole song is compared.")
    return None


def _country(said: str) -> str | None:
    return said if len(said) == 3 and said.isalpha() and said.isupper() else None


def _chosen(asked: Asked) -> tuple[str, ...]:
    chosen = tuple(dict.fromkeys(one for one in asked.query.get("with", "").split(",") if one))
    if len(chosen) > MOST_CHOSEN:
        asked.wrong.append(f"At most {MOST_CHOSEN} creators are projected together; the first are.")
    return chosen[:MOST_CHOSEN]
