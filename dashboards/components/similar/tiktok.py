"""Step 3: how music that sounds alike is used on TikTok: matched sounds, their videos, when, and by whom.

Nothing is fetched from TikTok before the account agreed: until then videos have pictures of ours.
"""

from collections.abc import Sequence
from datetime import timedelta

import dash_mantine_components as dmc
import plotly.graph_objects as go
from dash import html
from dash.development.base_component import Component

from dashboards.components import charts
from dashboards.components.acts import act, place
from dashboards.components.card import About, Card, Column, Table
from dashboards.components.cover import art_src, cover_src, from_elsewhere, picture, web_address
from dashboards.components.icons import icon
from dashboards.components.marks import aria, badge_of
from dashboards.components.numbers import day_words, full, percent, several, short
from dashboards.theme import SERIES
from etl.live.find_similar import Match, SimilarTrack, Video
from etl.live.follow_sounds import Followed, Week
from etl.matching.reasons import reason

CARD = Card(
    "tiktok",
    "On TikTok",
    700,
    (
        ("Similar tracks", "Those with a similarity of 0.5 or more in the genre that is searched, ten at least."),
        ("Title and artist", "How alike the names of the recording and of the TikTok sound are, from 0 to 1."),
        (
            "Chance of a match",
            "How likely both are the same piece of music, from their names. A weak chance is left out.",
        ),
        ("Videos", "Of the posts that we have, those that use one of these sounds. There are more on TikTok."),
    ),
)


def tiktok(found: Followed, agreed: bool, about: About) -> list[Component]:
    """How the nearest tracks that are on TikTok are used there.

    Args:
        agreed: whether this account's browser may ask TikTok for pictures.
    """
    columns = (
        Column("Track"), Column("Artist"), Column("Sound"), Column("By"), Column("Title score", "{:.2f}".format),
        Column("Artist score", "{:.2f}".format), Column("Chance of a match", percent), Column("Why"),
        Column("Videos shown", full), Column("Their plays", full),
    )  # fmt: skip
    rows = [
        (
            track.title, track.artist, match.title, match.artist_name, match.title_score, match.artist_score,
            match.probability, _why(track, match), len(track.videos),
            sum(video.plays or 0 for video in track.videos),
        )
        for track in found.tracks
        if (match := track.match)
    ]  # fmt: skip
    elsewhere = any(from_elsewhere(video.cover) for track in found.tracks for video in track.videos)
    return CARD.answer(
        [*answer(found), *badge_of(about.invented)],
        [
            *([_consent(agreed)] if agreed or elsewhere else []),
            html.Ol([_sound(track, agreed) for track in found.tracks], className="sounds"),
            *hidden(found.hidden),
            html.Div(
                [
                    html.Div([html.H3("When they were used"), *_weeks(found.weeks)]),
                    html.Div([html.H3("Who used them most"), _users(found)]),
                ],
                className="halves",
            ),
        ],
        Table(columns, rows),
        about,
    )


def answer(found: Followed) -> list[Component | str]:
    """How much of it is on TikTok, and how much it is used."""
    coverage = (
        f"{full(found.matched_tracks)} of {full(found.similar_tracks)} similar tracks "
        f"{'has' if found.matched_tracks == 1 else 'have'} a match."
    )
    videos, plays = sum(week.videos for week in found.weeks), sum(week.plays for week in found.weeks)
    nearest = "The nearest is" if len(found.tracks) == 1 else f"The nearest {len(found.tracks)} are"
    used = f" {nearest} heard in {several(videos, 'video')} with {several(plays, 'play')}."
    return [html.Strong(coverage), used if videos else " No video of ours uses the nearest of them."]


def _consent(agreed: bool) -> Component:
    return html.Div(
        dmc.Switch(
            id="similar-agree",
            label="Show TikTok’s own pictures",
            description="Your browser then asks TikTok’s servers for them, and TikTok sees your address. "
            "Until then the pictures are ours.",
            checked=agreed,
        ),
        className="consent",
    )


def _sound(track: SimilarTrack, agreed: bool) -> Component:
    match, heading = track.match, f"sound-{track.track_id}"
    assert match is not None, "these tracks have one"
    scores = (
        ("title", _score(match.title_score)),
        ("artist", _score(match.artist_score)),
        ("chance of a match", _chance(match.probability)),
    )
    by = f" by {match.artist_name}" if match.artist_name else ""
    return html.Li(
        [
            html.Div(
                [
                    html.H3([track.title, html.Span(f" by {track.artist}", className="quiet")], id=heading),
                    html.P(["On TikTok as ", html.Strong(match.title), by], className="sound"),
                    html.P(f"{_why(track, match)}.", className="quiet"),
                    html.Div(
                        [
                            html.Dl(
                                [
                                    html.Div([html.Dt(name), html.Dd(value, className="number")])
                                    for name, value in scores
                                ],
                                className="match",
                            ),
                            place(
                                f"wrong-{track.track_id}",
                                act(
                                    "This match is wrong",
                                    "match-wrong",
                                    f"The match of {track.title} is wrong",
                                    "text-button",
                                    track=track.track_id,
                                    sound=match.tiktok_track_id,
                                ),
                            ),
                        ],
                        className="match-foot",
                    ),
                ]
            ),
            *_videos(track, agreed),
        ],
        **aria(labelledby=heading),
    )


def hidden(track_ids: Sequence[int]) -> list[Component]:
    """Matches that are not shown, and how to see them again; nothing where there are none."""
    if not track_ids:
        return []
    one = len(track_ids) == 1
    return [
        html.P(
            [
                f"{several(len(track_ids), 'match', 'matches')} {'is' if one else 'are'} hidden because you said "
                f"{'it is' if one else 'they are'} wrong. ",
                act("Show again", "match-right", look="text-button", tracks=list(track_ids)),
            ],
            className="quiet",
        )
    ]


def _weeks(weeks: Sequence[Week]) -> list[Component]:
    """Videos by week as steps; weeks without a video stand at nought."""
    if not weeks:
        return [html.P("No video of ours uses these sounds.", className="quiet")]
    most = max(weeks, key=lambda week: week.videos)
    words = (
        f"Videos by week from {day_words(weeks[0].week)} to {day_words(weeks[-1].week)}; "
        f"most in the week of {day_words(most.week)}, {several(most.videos, 'video')}."
    )
    by_week = {week.week: week for week in weeks}
    first = weeks[0].week - timedelta(days=7)  # one of nought at either end closes the steps
    days = [first + timedelta(days=7 * number) for number in range((weeks[-1].week - first).days // 7 + 2)]
    every = [by_week.get(day, Week(day, 0, 0)) for day in days]
    figure = go.Figure(
        go.Scatter(
            x=[week.week + timedelta(days=3) for week in every],
            y=[week.videos for week in every],
            mode="lines",
            line={"color": SERIES[0][0], "width": 2, "shape": "hvh"},
            fill="tozeroy",
            customdata=[[day_words(week.week), several(week.videos, "video"), short(week.plays)] for week in every],
            hovertemplate="Week of %{customdata[0]}<br>%{customdata[1]}, %{customdata[2]} plays<extra></extra>",
        )
    )
    figure.update_layout(
        margin={"l": 34, "r": 6, "t": 8, "b": 42},
        showlegend=False,
        yaxis={"title": None, "rangemode": "tozero", "nticks": 4, "tickformat": "d"},
        xaxis={"title": None, "fixedrange": True, "range": [weeks[0].week, weeks[-1].week + timedelta(days=7)]},
    )  # fmt: skip
    return [charts.plot(figure, "220px", words)]


def _users(found: Followed) -> Component:
    rows = [
        {
            "label": user.name,
            "value": float(user.plays),
            "shown": f"{short(user.plays)} plays",
            "detail": f"{several(user.videos, 'video')} with {user.sounds} of these sounds",
        }
        for user in found.users[:6]
    ]
    return (
        charts.bars(rows, "Creators by plays of their videos with these sounds")
        if rows
        else html.P("Nobody that we have seen.", className="quiet")
    )


def _why(track: SimilarTrack, match: Match) -> str:
    return reason(track.title, track.artist, match.title, match.artist_name)


def _chance(probability: float) -> str:
    return percent(probability) if probability < 0.995 else "over 99%"  # nothing that names tell is certain


def _score(score: float | None) -> str:
    return "–" if score is None else f"{score:.2f}"


def _videos(track: SimilarTrack, agreed: bool) -> list[Component]:
    if not track.videos:
        return [html.P("No video of ours uses this sound.", className="no-match")]
    return [html.Ul([html.Li(_video(video, track.genre, agreed)) for video in track.videos], className="videos")]


def _video(video: Video, genre: str | None, agreed: bool = False) -> Component:
    words = " ".join((video.caption or "").split())
    cover = picture(
        cover_src(video.cover, video.video_id, genre or "", agreed),
        f"Cover of a video by {video.creator or 'an unnamed creator'}{f': {words[:120]}' if words else ''}",
        className="cover",
        fallbackSrc=art_src(video.video_id, genre or ""),
    )
    inside = [
        html.Span(
            [cover, html.Span([icon("play"), short(video.plays)], className="plays number")], className="picture"
        ),
        html.Span(video.creator or "Unnamed creator", className="creator"),
        html.Span(words, className="caption"),
    ]
    address = web_address(video.url)
    if address is None:
        return html.Div(inside, className="video")
    return html.A(
        inside,
        href=address,
        target="_blank",
        rel="noopener noreferrer",
        className="video",
        **aria(label=f"Video by {video.creator or 'an unnamed creator'}, {short(video.plays)} plays, opens TikTok"),
    )
