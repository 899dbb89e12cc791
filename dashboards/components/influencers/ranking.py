"""How creators look who could carry music further: ranked in a table."""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote

from dash import dcc, html
from dash.development.base_component import Component

from dashboards.components.card import About, Card, Column, Table
from dashboards.components.countries import country_name
from dashboards.components.influencers.view import SORTS
from dashboards.components.marks import aria
from dashboards.components.numbers import full, percent, several, short
from dashboards.components.table import table
from dashboards.queries.influencers import USES, Suggested, Wanted
from etl.recommend.influencers import ENOUGH_AUDIENCE, LEAST_PLAYS, MOST_PLAYS, NEIGHBOURS, WEIGHTS

MOST_SHOWN = 40  #: in the table
MOST_LISTED = 250  #: in the file
COUNTS = {"followers": "Followers", "plays": "Plays", "evidence": "Evidence"}
PARTS = {"genre": "Genre", "audience": "Audience", "engagement": "Engagement", "reach": "Reach"}
MEANING = (
    ("Fit", f"The mean of the parts, of which genre counts {percent(WEIGHTS['genre'])}, audience "
            f"{percent(WEIGHTS['audience'])}, engagement {percent(WEIGHTS['engagement'])} and reach "
            f"{percent(WEIGHTS['reach'])}. These weights are a judgement. A part that does not apply is left out, and "
            "the others weigh more."),
    ("Genre", "How near the music of their videos is to the genre: 100 when all of it is of the genre, 71 when half is "
              f"and the other half of one other (cosine). Who uses it in less than {percent(USES)} is not shown."),
    ("Audience", "The share of their audience that is in the chosen country: "
                 f"{percent(ENOUGH_AUDIENCE)} or more is 100. Only the greatest countries of an audience are known."),
    ("Engagement", "The share of creators of the same size that they are ahead of, in likes, comments and shares for "
                   f"each play. Compared are the {NEIGHBOURS} nearest in followers. Who has few videos is judged "
                   "nearer to the middle, because one lucky video proves little."),
    ("Reach", f"Plays of a typical video, in tenfolds: {full(LEAST_PLAYS)} is 0, {full(MOST_PLAYS)} is 100."),
    ("Evidence", "Videos that we have seen with a sound that matches one of your tracks, or a track of the genre."),
    ("Plays", "Of a typical video: half of their videos have more, half have fewer."),
)  # fmt: skip
CARD = Card("influencers-ranked", "Who fits best?", 520, MEANING)


def link(influencer_id: str) -> str:
    """Where a creator is shown, on the page that one is on.

    >>> link("77")
    '#creator=77'
    """
    return f"#creator={quote(influencer_id, safe='')}"


def ranked(
    found: Sequence[Suggested], wanted: Wanted, sort: str, ordered: Callable[[str], str], about: About,
    language: str = "en",
) -> list[Component]:  # fmt: skip
    """The creators that were found, in the order in which they are to be shown; the file has more of them.

    Args:
        ordered: the address of the same creators in an order.
    """
    listed = in_order(found, sort)[:MOST_LISTED]
    shown = listed[:MOST_SHOWN]
    return CARD.answer(
        answer(found, wanted, language),
        [
            html.P(left_out(found), className="quiet left-out"),
            creators(shown, sort, ordered, language),
            *_more(len(shown), len(listed), len(found)),
        ],
        file_of(listed, wanted),
        about,
        in_full=False,
    )  # fmt: skip


def _more(shown: int, listed: int, found: int) -> list[Component]:
    """That there are more than the table has, and where they are."""
    if shown == found:
        return []
    file = "the file has all" if listed == found else f"the file has {listed}"
    return [html.P(f"The first {shown} of {full(found)}; {file}. Narrow the choice to see others.", className="quiet")]


def in_order(found: Sequence[Suggested], sort: str) -> list[Suggested]:
    """The same, the greatest first; who is equal in it stays in the order of fit."""
    by: dict[str, Callable[[Suggested], float]] = {
        "engagement": lambda one: one.engagement.ahead_of if one.engagement else -1,
        "plays": lambda one: one.influencer.median_plays,
        "followers": lambda one: one.influencer.followers,
        "evidence": lambda one: one.evidence + 1000 * one.own,  # the artist's own tracks come first
    }
    return sorted(found, key=by[sort], reverse=True) if sort in by else list(found)


def answer(found: Sequence[Suggested], wanted: Wanted, language: str = "en") -> list[Any]:
    """Who fits best, in two sentences."""
    best = found[0]
    seen = sum(1 for one in found if one.evidence)
    who = several(len(found), "creator")
    does = f" {'uses' if len(found) == 1 else 'use'} {wanted.genre}" if wanted.genre else ""
    where = f" with an audience in {country_name(wanted.audience, language)}" if wanted.audience else ""
    music = f"a track of {wanted.genre}" if wanted.genre else "a track"
    proof = f" {several(seen, 'of them has', 'of them have')} used a sound that matches {music}." if seen else ""
    return [
        html.Strong(f"{who}{does}{where}."),
        " The best fit is ",
        html.A(best.influencer.name, href=link(best.influencer.influencer_id)),
        f", {best.fit.score:.0f} of 100.{proof}",
    ]


def left_out(found: Sequence[Suggested]) -> str:
    """Which parts of the fit do not apply, and what the others weigh instead; nothing when all do."""
    parts = found[0].fit.parts
    why = {
        "genre": "no genre is chosen",
        "audience": "no country of the audience is chosen",
        "engagement": "too few creators to compare with",
    }
    missing = [f"{PARTS[name].lower()} ({why[name]})" for name in why if name not in parts]
    if not missing:
        return ""
    weights = ", ".join(f"{PARTS[name].lower()} {percent(part.weight)}" for name, part in parts.items())
    return f"Left out of the fit: {' and '.join(missing)}. The other parts weigh {weights}."


def creators(shown: Sequence[Suggested], sort: str, ordered: Callable[[str], str], language: str = "en") -> Component:
    """The creators as a table: a head that names an order sorts by it, a row opens its creator.

    Args:
        ordered: the address of the same creators in an order.
    """
    parts = [name for name in PARTS if any(name in one.fit.parts for one in shown)]
    heads = {"name": "Creator", "fit": "Fit", **{name: PARTS[name] for name in parts}, **COUNTS,
             "country": "Country", "music": "Main genre"}  # fmt: skip
    scores = {"fit", *parts}
    numbers = {at for at, name in enumerate(heads) if name in scores or name in COUNTS}
    rows = [[_cell(name, one, language) for name in heads] for one in shown]
    sorted_by = [_head(name, words, name == sort, ordered) for name, words in heads.items()]
    label = f"Creators, {SORTS[sort].lower()} first"
    return table(label, list(heads.values()), rows, numbers, sorted_by, "creators")


def _head(name: str, words: str, chosen: bool, ordered: Callable[[str], str]) -> Component:
    number = "" if name in ("name", "country", "music") else "number"
    inside = dcc.Link(words, href=ordered(name)) if name in SORTS else words
    marks = aria(sort="descending") if chosen else {}
    return html.Th(inside, className=number, scope="col", role="columnheader", **marks)


def _cell(name: str, one: Suggested, language: str) -> Any:
    who = one.influencer
    if name == "name":
        words = [html.Strong(who.name), html.Span(f"@{who.handle}")]
        return html.A(words, href=link(who.influencer_id), className="creator-link")
    if name == "fit" or name in PARTS:
        part = one.fit if name == "fit" else one.fit.parts.get(name)
        if part is None:
            return "–"
        return html.Span(f"{part.score:.0f}", className="score-cell", style={"--score": f"{part.score:.0f}%"})
    counts = {"followers": who.followers, "plays": who.median_plays, "evidence": one.evidence}
    if name in counts:
        return short(counts[name])
    return country_name(who.country or "unknown", language) if name == "country" else who.genre


def file_of(shown: Sequence[Suggested], wanted: Wanted) -> Table:
    """The rows of the file."""
    plain = (Column("Creator"), Column("Handle"), Column("Fit", str), *(Column(words, str) for words in PARTS.values()))
    rest = ("Followers", "Typical plays", "Likes, comments and shares a play", "Typical of their size", "Compared with",
            "Share of the genre", "Share of the audience", "Evidence, videos", "With your tracks")  # fmt: skip
    columns = (*plain, *(Column(title, str) for title in rest), Column("Country"), Column("Main genre"))
    return Table(columns, [_values(one, wanted) for one in shown])


def _values(one: Suggested, wanted: Wanted) -> list[Any]:
    who, compared = one.influencer, one.engagement
    parts = [round(one.fit.parts[name].score) if name in one.fit.parts else None for name in PARTS]
    return [
        who.name,
        who.handle,
        round(one.fit.score),
        *parts,
        who.followers,
        who.median_plays,
        compared.rate if compared else None,
        compared.typical if compared else None,
        compared.creators if compared else None,
        who.genres[wanted.genre] if wanted.genre else None,
        who.audience.get(wanted.audience) if wanted.audience else None,
        one.evidence,
        one.own,
        who.country,
        who.genre,
    ]
