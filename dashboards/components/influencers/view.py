"""What the page Influencers is asked: read from its address and written to it.

``?genre=`` a top genre or ``all`` (none: the artist's main genre), ``&country=`` and ``&audience=`` alpha-3,
``&size=`` a tier, ``&q=`` words, ``&sort=``. What cannot be read is explained and dropped.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from dashboards.components.address import Asked, written
from dashboards.queries.influencers import Wanted
from etl.tables import TOP_GENRES

ALL = "all"
SORTS = {
    "fit": "Best fit",
    "engagement": "Engagement",
    "plays": "Plays",
    "followers": "Followers",
    "evidence": "Evidence",
}
SIZES = {
    "nano": "Nano: 1k – 10k",
    "micro": "Micro: 10k – 100k",
    "mid": "Mid: 100k – 500k",
    "macro": "Macro: 500k – 1M",
    "mega": "Mega: over 1M",
}  #: by followers
LONGEST_TEXT = 60


@dataclass(frozen=True)
class Known:
    """What an address may name: countries of creators and of their audiences; and the artist's main genre, if any."""

    countries: Collection[str]
    audiences: Collection[str]
    main_genre: str | None


@dataclass(frozen=True)
class View:
    """Who is looked for, and in which order they are shown."""

    wanted: Wanted = field(default_factory=Wanted)
    sort: str = "fit"


def address(view: View, known: Known) -> str:
    """The part of an address after the path that says a view; nothing for the usual one.

    >>> address(View(Wanted("Rock", country="SWE")), Known({"SWE"}, set(), "Rock"))
    '?country=SWE'
    """
    wanted = view.wanted
    return written({
        "genre": (wanted.genre or ALL) if wanted.genre != known.main_genre else None,
        "country": wanted.country,
        "audience": wanted.audience,
        "size": wanted.tier,
        "q": wanted.text,
        "sort": view.sort if view.sort != View.sort else None,
    })  # fmt: skip


def read(query: Mapping[str, str], known: Known) -> tuple[View, list[str]]:
    """The view that an address asks for, and in words what of it could not be read and is left out."""
    asked = Asked(query)
    shown = f"{known.main_genre or 'every genre'} is shown."
    genre = asked.one_of("genre", (*TOP_GENRES, ALL), known.main_genre, f"“{{}}” is none of the genres: {shown}")
    text = asked.part("q", _text, None, f"The search has more than {LONGEST_TEXT} characters: it is left out.")
    wanted = Wanted(
        None if genre == ALL else genre,
        asked.one_of(
            "country", known.countries, None, "“{}” is the country of no creator here: all countries are shown."
        ),
        asked.one_of(
            "audience", known.audiences, None, "“{}” is no country of any audience here: all audiences are shown."
        ),
        asked.one_of("size", SIZES, None, "“{}” is no size: creators of all sizes are shown."),
        text or None,
    )
    sort = asked.one_of("sort", SORTS, View.sort, "“{}” is no order: the best fit comes first.")
    return View(wanted, sort), asked.wrong


def _text(said: str) -> str | None:
    text = " ".join(said.split())
    return text if len(text) <= LONGEST_TEXT else None
