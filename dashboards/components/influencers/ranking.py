"""How creators look who could carry music further: ranked in a grid, or in a list where there is no room for one."""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote

import dash_ag_grid as dag
from dash import html
from dash.development.base_component import Component

from dashboards.components.card import About, Card, Column, Table
from dashboards.components.countries import country_name
from dashboards.components.marks import aria
from dashboards.components.numbers import full, several, short
from dashboards.queries.influencers import USES, Suggested, Wanted
from etl.recommend.influencers import ENOUGH_AUDIENCE, LEAST_PLAYS, MOST_PLAYS, NEIGHBOURS, WEIGHTS

MOST_SHOWN = 250  #: in the grid and in the file
MOST_LISTED = 40  #: on a phone
ROW = 54  #: px
COUNTS = {"followers": "Followers", "plays": "Plays", "evidence": "Evidence"}
PARTS = {"genre": "Genre", "audience": "Audience", "engagement": "Engagement", "reach": "Reach"}
MEANING = (
    ("Fit", f"The mean of the parts, of which genre counts {WEIGHTS['genre']:.0%}, audience {WEIGHTS['audience']:.0%}, "
            f"engagement {WEIGHTS['engagement']:.0%} and reach {WEIGHTS['reach']:.0%}. These weights are a judgement. "
            "A part that does not apply is left out, and the others weigh more."),
    ("Genre", "How near the music of their videos is to the genre: 100 when all of it is of the genre, 71 when half is "
              f"and the other half of one other (cosine). Who uses it in less than {USES:.0%} is not shown."),
    ("Audience", f"The share of their audience that is in the chosen country: {ENOUGH_AUDIENCE:.0%} or more is 100. "
                 "Only the greatest countries of an audience are known."),
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
    found: Sequence[Suggested], wanted: Wanted, sort: str, about: About, language: str = "en"
) -> list[Component]:
    """The creators that were found, in the order in which they are to be shown."""
    shown = in_order(found, sort)[:MOST_SHOWN]
    return CARD.answer(
        answer(found, wanted, language),
        [
            html.P(left_out(found), className="quiet left-out"),
            *([html.P(f"The first {len(shown)} are shown; narrow the choice to see others.", className="quiet")]
              if len(shown) < len(found) else []),
            grid(shown, language),
            listing(shown[:MOST_LISTED], language),
            *([html.P(f"The first {MOST_LISTED}; narrow the choice to see others.", className="quiet listing-more")]
              if len(shown) > MOST_LISTED else []),
        ],
        table(shown, wanted),
        about,
        in_full=False,
    )  # fmt: skip


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
    weights = ", ".join(f"{PARTS[name].lower()} {part.weight:.0%}" for name, part in parts.items())
    return f"Left out of the fit: {' and '.join(missing)}. The other parts weigh {weights}."


def grid(shown: Sequence[Suggested], language: str = "en") -> Component:
    """The creators as a grid: arrows move in it, Enter opens a creator, a head sorts."""
    parts = {name: words for name, words in PARTS.items() if any(name in one.fit.parts for one in shown)}
    return html.Div(
        dag.AgGrid(
            id="influencers-grid",
            columnDefs=[
                {"field": "name", "headerName": "Creator", "cellRenderer": "CreatorName", "pinned": "left",
                 "width": 178},
                *(_score(name, words) for name, words in {"fit": "Fit", **parts}.items()),
                *(_count(name, words) for name, words in COUNTS.items()),
                {"field": "country", "headerName": "Country", "flex": 1, "minWidth": 130},
                {"field": "music", "headerName": "Main genre", "flex": 1, "minWidth": 130},
            ],
            rowData=[_row(one, language) for one in shown],
            defaultColDef={"sortable": True, "resizable": True, "sortingOrder": ["desc", "asc", None],
                           "suppressHeaderMenuButton": True},
            dashGridOptions={"rowHeight": ROW, "headerHeight": 42, "suppressDragLeaveHidesColumns": True,
                             "suppressColumnVirtualisation": True},
            eventListeners={"cellClicked": ["openCreator(params)"], "cellKeyDown": ["openCreator(params)"]},
            getRowId="params.data.id",
            className="overtone-grid",
            style={"height": f"{min(len(shown), 9) * ROW + 62}px", "width": "100%"},
        ),
        className="grid",
        role="region",
        **aria(label="Creators, the best fit first"),
    )  # fmt: skip


def _score(field: str, words: str) -> dict[str, Any]:
    wide = {"engagement": 112, "audience": 96}.get(field, 80)  # what its head needs
    return {"field": field, "headerName": words, "cellRenderer": "Score", "type": "rightAligned", "flex": 1,
            "minWidth": wide}  # fmt: skip


def _count(field: str, words: str) -> dict[str, Any]:
    wide = 98 if field == "followers" else 88
    return {"field": field, "headerName": words, "type": "rightAligned", "flex": 1, "minWidth": wide,
            "valueFormatter": {"function": "short(params.value)"}}  # fmt: skip


def listing(shown: Sequence[Suggested], language: str = "en") -> Component:
    """The creators as a list, for a narrow window."""
    return html.Ol(
        [
            html.Li(
                html.A(
                    [
                        html.Span(
                            [html.Strong(one.influencer.name), html.Span(_where(one, language))], className="who"
                        ),
                        html.Span([html.Strong(f"{one.fit.score:.0f}"), html.Span("fit")], className="number score"),
                        html.I(html.B(style={"width": f"{one.fit.score:.0f}%"}), className="bar"),
                    ],
                    href=link(one.influencer.influencer_id),
                )
            )
            for one in shown
        ],
        className="listing",
    )


def table(shown: Sequence[Suggested], wanted: Wanted) -> Table:
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


def _row(one: Suggested, language: str) -> dict[str, Any]:
    who = one.influencer
    return {
        "id": who.influencer_id,
        "name": who.name,
        "handle": who.handle,
        "fit": round(one.fit.score),
        **{name: round(part.score) for name, part in one.fit.parts.items()},
        "followers": who.followers,
        "plays": who.median_plays,
        "evidence": one.evidence,
        "country": country_name(who.country or "unknown", language),
        "music": who.genre,
    }


def _where(one: Suggested, language: str) -> str:
    who = one.influencer
    return f"{short(who.followers)} followers · {country_name(who.country or 'unknown', language)}"
