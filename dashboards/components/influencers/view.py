"""What the page Influencers is asked: read from its address and written to it.

``?genre=`` a top genre or ``all`` (none: the artist's main genre), ``&country=`` and ``&audience=`` alpha-3,
``&size=`` a tier, ``&q=`` words, ``&sort=``. What cannot be read is explained and dropped.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

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
    "nano": "Nano: 1k to 10k",
    "micro": "Micro: 10k to 100k",
    "mid": "Mid: 100k to 500k",
    "macro": "Macro: 500k to 1M",
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
    state = {
        "genre": (wanted.genre or ALL) if wanted.genre != known.main_genre else None,
        "country": wanted.country,
        "audience": wanted.audience,
        "size": wanted.tier,
        "q": wanted.text,
        "sort": view.sort if view.sort != "fit" else None,
    }
    given = {name: value for name, value in state.items() if value}
    return f"?{urlencode(given)}" if given else ""


def read(query: Mapping[str, str], known: Known) -> tuple[View, list[str]]:
    """The view that an address asks for, and in words what of it could not be read and is left out."""
    wrong: list[str] = []

    def one_of(name: str, values: Collection[str], words: str) -> str | None:
        asked = query.get(name)
        if asked and asked not in values:
            wrong.append(f"“{_cut(asked)}” {words}")
            return None
        return asked or None

    genre = one_of("genre", (*TOP_GENRES, ALL), f"is none of the genres: {known.main_genre or 'every genre'} is shown.")
    text = " ".join(query.get("q", "").split())
    if len(text) > LONGEST_TEXT:
        wrong.append(f"The search has more than {LONGEST_TEXT} characters: it is left out.")
        text = ""
    wanted = Wanted(
        None if genre == ALL else genre or known.main_genre,
        one_of("country", known.countries, "is the country of no creator here: all countries are shown."),
        one_of("audience", known.audiences, "is no country of any audience here: all audiences are shown."),
        one_of("size", SIZES, "is no size: creators of all sizes are shown."),
        text or None,
    )
    return View(wanted, one_of("sort", SORTS, "is no order: the best fit comes first.") or "fit"), wrong


def _cut(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"
