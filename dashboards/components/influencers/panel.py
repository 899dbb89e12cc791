"""How one creator looks: why they fit, who watches them, what music they use, and the videos that show it."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from dashboards.components import charts
from dashboards.components.countries import country_name
from dashboards.components.cover import art_src, cover_src, picture, web_address
from dashboards.components.influencers.ranking import MEANING, PARTS
from dashboards.components.influencers.shortlist import shortlist_button
from dashboards.components.marks import aria, badge, badge_of, data, invented
from dashboards.components.numbers import day_words, percent, several, short
from dashboards.queries.influencers import Evidence, Suggested, Wanted

MOST_GENRES = 5
LEAST_SHARE = 0.02  #: of the music of their videos, below which a genre is not shown


def panel(one: Suggested, wanted: Wanted, videos: Sequence[Evidence], listed: bool, language: str = "en") -> Component:
    """A creator.

    Args:
        videos: that use a matched sound.
        listed: whether they are on the shortlist.
    """
    who = one.influencer
    facts = [
        f"@{who.handle}",
        country_name(who.country or "unknown", language),
        several(who.followers, "follower"),
        several(who.videos, "video"),
    ]
    return html.Div(
        [
            html.Div(
                [
                    html.H2(who.name, id="creator-title", tabIndex=-1),
                    html.A("Close", href="#creators", className="text-button", **data(close="true")),
                ],
                className="panel-head",
            ),
            html.P([html.Span(fact) for fact in facts], className="facts"),
            *([badge("This creator is invented.")] if who.synthetic else []),
            html.Div(
                [
                    shortlist_button(who.influencer_id, listed, "button is-quiet" if listed else "button"),
                    html.A("Write a note", href="#influencers-shortlist", className="text-button") if listed else None,
                ],
                className="panel-does",
            ),
            _fit(one, wanted, language),
            _section("Where their audience is", _audience(one, wanted, language)),
            _section("The music of their videos", _music(one, wanted)),
            _section("Evidence", _evidence(videos, who.name, wanted)),
        ]
    )  # fmt: skip


def _fit(one: Suggested, wanted: Wanted, language: str) -> Component:
    words = _words(one, wanted, language)
    parts = [
        html.Div(
            [
                html.Dt([PARTS[name], html.Span(f" weighs {percent(part.weight)}", className="quiet")]),
                html.Dd(f"{part.score:.0f}", className="number"),
                html.Dd(html.I(html.B(style={"width": f"{part.score:.0f}%"}), className="bar"), **aria(hidden="true")),
                html.Dd(words[name], className="part-words"),
            ],
            className="part",
        )
        for name, part in one.fit.parts.items()
    ]
    return html.Div(
        [
            html.P(
                [html.Strong(f"{one.fit.score:.0f}", className="number"), html.Span("fit of 100")],
                className="fit",
            ),
            html.Dl(parts, className="fit-parts"),
            html.Details(
                [
                    html.Summary("What the numbers mean"),
                    html.Dl([part for term, text in MEANING for part in (html.Dt(term), html.Dd(text))]),
                ],
                className="help",
            ),
        ]
    )


def _words(one: Suggested, wanted: Wanted, language: str) -> dict[str, str]:
    """Each part in a sentence."""
    who, found = one.influencer, {}
    if wanted.genre:
        found["genre"] = f"{percent(who.genres[wanted.genre])} of the music of their videos is {wanted.genre}."
    if wanted.audience:
        share = who.audience.get(wanted.audience)
        place = country_name(wanted.audience, language)
        found["audience"] = (
            f"{percent(share)} of their audience is in {place}."
            if share
            else f"{place} is not among their greatest countries."
        )
    if compared := one.engagement:
        low, high = compared.followers
        found["engagement"] = (
            f"{100 * compared.rate:.0f} likes, comments and shares for every 100 plays; {100 * compared.typical:.0f} "
            f"is typical of their size. Ahead of {percent(compared.ahead_of / 100)} of the {compared.creators} "
            f"creators nearest in size ({short(low)} to {short(high)} followers)."
        )
    found["reach"] = f"A typical video of theirs has {several(who.median_plays, 'play')}."
    return found


def _audience(one: Suggested, wanted: Wanted, language: str) -> Component:
    audience = sorted(one.influencer.audience.items(), key=lambda each: -each[1])
    rest = 1 - sum(share for _, share in audience)
    rows = [
        {
            "label": country_name(code, language),
            "value": share,
            "shown": percent(share),
            "detail": f"{percent(share, 1)} of their audience",
            "chosen": code == wanted.audience,
        }
        for code, share in audience
    ]
    if rest >= 0.005:
        rows.append({"label": "Elsewhere", "value": rest, "shown": percent(rest), "quiet": True,
                     "detail": "Countries that are not told"})  # fmt: skip
    return charts.bars(rows, "Share of the audience by country")


def _music(one: Suggested, wanted: Wanted) -> Component:
    genres = sorted(one.influencer.genres.items(), key=lambda each: -each[1])[:MOST_GENRES]
    rows = [
        {
            "label": genre,
            "value": share,
            "shown": percent(share),
            "detail": f"{percent(share, 1)} of the music of their videos",
            "chosen": genre == wanted.genre,
        }
        for genre, share in genres
        if share >= LEAST_SHARE
    ]
    return charts.bars(rows, "Share of the music by genre")


def _evidence(videos: Sequence[Evidence], name: str, wanted: Wanted) -> list[Component]:
    if not videos:
        music = f"one of your tracks or a track of the genre {wanted.genre}" if wanted.genre else "any track here"
        return [html.P(f"No evidence yet: none of the videos we have seen uses a sound that matches {music}.",
                       className="quiet")]  # fmt: skip
    more = videos[0].videos - len(videos)
    matched = [video.synthetic_track for video in videos]
    made = invented({"videos": [video.synthetic for video in videos], "matched tracks": matched})
    return [
        *([html.P(badge_of(made))] if made else []),
        html.Ul([html.Li(_video(video, name)) for video in videos], className="proofs"),
        *([html.P(f"And {several(more, 'video')} more.", className="quiet")] if more else []),
    ]


def _video(video: Evidence, name: str) -> Component:
    words = " ".join(video.caption.split())
    genre = video.genre or ""
    inside = [
        picture(
            cover_src(video.cover, video.video_id, genre),
            f"Cover of a video by {name}",
            className="cover",
            fallbackSrc=art_src(video.video_id, genre),
        ),
        html.Span(
            [
                html.Strong(f"{several(video.plays or 0, 'play')}" if video.plays is not None else "Plays unknown"),
                html.Span(day_words(video.posted_on)),
                html.Span(words or "Without a caption", className="caption"),
                html.Span(
                    f"Matches {'your ' if video.own else ''}{video.title}"
                    f"{'' if video.own else f' by {video.artist_name}'}, score {video.score:.2f}",
                    className="matched",
                ),
            ],
            className="proof-words",
        ),
    ]
    address = web_address(video.url)
    if address is None:
        return html.Div(inside, className="proof")
    return html.A(inside, href=address, target="_blank", rel="noopener noreferrer", className="proof",
                  **aria(label=f"{words[:80] or 'Video'}, {short(video.plays)} plays, matches {video.title}, "
                               "opens TikTok"))  # fmt: skip


def _section(title: str, inside: Component | Sequence[Component]) -> Component:
    return html.Section([html.H3(title), *(inside if isinstance(inside, list) else [inside])], className="panel-part")
