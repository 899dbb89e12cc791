"""What an address of Similar music asks: which song, which part of it, among which music, and which creators."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlencode

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
    wrong: list[str] = []
    part = like = None
    if "from" in query or "to" in query:
        with suppress(KeyError, ValueError):
            start, end = float(query["from"]), float(query["to"])
            if start >= 0 and SHORTEST_PART_S - 0.1 <= end - start <= LONGEST_PART_S + 0.1:
                part = (start, end)
        if part is None:
            wrong.append(f"A part has {SHORTEST_PART_S} to {LONGEST_PART_S} seconds; the whole song is compared.")
    if said := query.get("like"):
        with suppress(ValueError):
            like = int(said) if 0 < int(said) < 2**31 else None
        if like is None:
            wrong.append(f"“{said[:40]}” is no track; it was dropped.")
    genre = query.get("genre") or None
    if genre and genre not in GENRE_COLOURS:
        wrong.append(f"“{genre[:40]}” is no genre; all genres are searched.")
        genre = None
    country = query.get("country") or None
    if country and not (len(country) == 3 and country.isalpha() and country.isupper()):
        wrong.append(f"“{country[:40]}” is no country; it was dropped.")
        country = None
    chosen = tuple(dict.fromkeys(one for one in query.get("with", "").split(",") if one))
    if len(chosen) > MOST_CHOSEN:
        wrong.append(f"At most {MOST_CHOSEN} creators are projected together; the first are.")
    return View(query.get("upload") or None, part, like, genre, country, chosen[:MOST_CHOSEN]), wrong


def search_of(view: View) -> str:
    """The part of the address after the path; what is as usual is left out.

    >>> search_of(View(upload="x", genre="Hip-Hop", part=(0, 30.5)))
    '?genre=Hip-Hop&upload=x&from=0&to=30.5'
    """
    state = {
        "genre": view.genre,
        "upload": view.upload,
        "from": f"{view.part[0]:g}" if view.part else None,
        "to": f"{view.part[1]:g}" if view.part else None,
        "like": view.like,
        "country": view.country,
        "with": ",".join(view.chosen),
    }
    said = {name: value for name, value in state.items() if value}
    return f"?{urlencode(said)}" if said else ""


def href(view: View, step: str = "") -> str:
    """The address of a view, and of a step on the page."""
    return f"{PATH}{search_of(view)}{f'#{step}' if step else ''}"
