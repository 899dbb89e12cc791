"""How similar tracks look: the answer in a sentence, then each track with its sound and its videos."""

from collections.abc import Callable, Collection, Iterable
from urllib.parse import quote

from dash import dcc, html
from dash.development.base_component import Component

from dashboards.components.cover import art_src, cover_src, picture, web_address
from dashboards.components.icons import icon
from dashboards.components.marks import aria
from dashboards.components.numbers import duration, several, short
from dashboards.components.player import play, waveform
from dashboards.queries.uploads import Upload
from dashboards.theme import genre_colour
from etl.jobs.find_similar import Match, SimilarTrack, Video
from etl.similarity.agreement import SHOWN, Agreement
from etl.similarity.genre import Suggestion

LEAST_SHOWN = 0.05  #: a genre less likely than this is not suggested


def clip(upload: Upload) -> Component:
    """The clip that is compared: its waveform, its name and how long it is."""
    return html.Div(
        [
            html.Div(
                className="waveform",
                style={"--shape": f'url("data:image/svg+xml,{quote(waveform(upload.waveform))}")'},
                **aria(hidden="true"),
            ),
            html.P(
                [html.Strong(upload.name), html.Span(duration(upload.duration_s), className="number")],
                className="clip-name",
            ),
        ],
        className="clip",
    )


def answer(found: list[SimilarTrack]) -> Component:
    """What was found, in two sentences."""
    first = found[0]
    videos = [video for track in found for video in track.videos]
    used = sum(1 for track in found if track.match)
    if used:
        plays = sum(video.plays or 0 for video in videos)
        shown = f", in {several(len(videos), 'video')} with {several(plays, 'play')}" if videos else ""
        tiktok = f"{used} of these {len(found)} {'is' if used == 1 else 'are'} on TikTok{shown}."
    else:
        tiktok = "None of these is on TikTok, as far as our data goes."
    return html.P(
        ["Closest is ", html.Strong(first.title), f" by {first.artist}. ", tiktok],
        className="answer",
    )


def suggestions(suggested: Iterable[Suggestion], chosen: str | None, address: Callable[[str], str]) -> Component:
    """The genres that a clip may be, each a link that searches within it; nothing where none is suggested.

    Args:
        suggested: likeliest first.
        chosen: the genre that is searched in.
        address: where a genre is searched in.
    """
    chips = [
        html.Li(
            dcc.Link(
                [genre_mark(each.genre), html.Span(f"{each.confidence:.0%}", className="number")],
                href=address(each.genre),
                className="chip",
            ),
            **aria(current="true" if each.genre == chosen else "false"),
        )
        for each in suggested
        if each.confidence >= LEAST_SHOWN
    ]
    if not chips:
        return html.Div()
    return html.Div(
        [html.P("Your clip sounds like", id="suggested"), html.Ul(chips)],
        className="suggested",
        role="group",
        **aria(labelledby="suggested"),
    )


def tracks(found: Iterable[SimilarTrack], playable: Collection[int] = ()) -> Component:
    """The similar tracks as a list, nearest first, with a button at those that can be played."""
    rows = [_track(rank, track, track.track_id in playable) for rank, track in enumerate(found, 1)]
    return html.Ol(rows, className="tracks")


def score_help() -> Component:
    """What the numbers mean, one click away."""
    return html.Details(
        [
            html.Summary("What the numbers mean"),
            html.Dl(
                [
                    html.Dt("Similarity"),
                    html.Dd(
                        "Of two recordings this close, how often they are by one artist rather than by any two: 0.9 is "
                        "nine times in ten. From 0.9 very close, from 0.75 close, from 0.5 loose. "
                        "1 is kept for nearly the same sound."
                    ),
                    html.Dt("Timbre, rhythm, harmony, brightness"),
                    html.Dd(
                        "Where the two agree: a full bar is closer in this than any two recordings here. Harmony is "
                        "heard apart from the key. Rhythm is how much loudness and colour move; no tempo is measured."
                    ),
                    html.Dt("Your clip sounds like"),
                    html.Dd(
                        "The likeliest genres, learned from the recordings here. Of the genres said with 70%, "
                        "seven in ten are right. Choose one to search within it."
                    ),
                    html.Dt("Title and artist"),
                    html.Dd("How alike the names of the recording and of the TikTok sound are, from 0 to 1."),
                    html.Dt("Chance of a match"),
                    html.Dd(
                        "How likely both are the same piece of music, from their names. A weak chance is left out."
                    ),
                ]
            ),
        ],
        className="help",
    )


def genre_mark(genre: str | None) -> Component:
    """A genre by its colour and its name."""
    return html.Span([html.I(style={"background": genre_colour(genre)}), genre or "No genre"], className="genre")


def _track(rank: int, track: SimilarTrack, playable: bool) -> Component:
    heading = f"track-{track.track_id}"
    return html.Li(
        [
            html.Div(str(rank), className="rank number", **aria(hidden="true")),
            html.Div(
                [
                    picture(art_src(f"track {track.track_id}", track.genre or ""), "", className="sleeve-art"),
                    *([play(track.track_id, track.title, track.artist)] if playable else []),
                ],
                className="sleeve",
            ),
            html.Div(
                [
                    html.H2(track.title, id=heading, tabIndex=-1),
                    html.P([html.Span(track.artist, className="artist"), genre_mark(track.genre)]),
                ],
                className="who",
            ),
            html.Div(
                [
                    html.Span(f"{track.score:.2f}", className="number"),
                    html.Span(track.closeness, className="unit"),
                    html.I(html.B(style={"width": f"{track.score:.1%}"}), className="bar"),
                ],
                className="score",
            ),
            html.Div([html.P(track.agrees), _parts(track.agreement)], className="agrees"),
            html.Div([*_sound(track.match), *_videos(track)], className="tiktok"),
        ],
        **aria(labelledby=heading),
    )


def _parts(agreement: Iterable[Agreement]) -> Component:
    return html.Dl(
        [
            html.Div(
                [
                    html.Dt(each.part),
                    html.Dd(
                        html.I(html.B(style={"width": f"{each.closeness:.0%}"}), className="bar"),
                        title=f"Closer in {each.part} than {each.closeness:.0%} of all pairs",
                        **aria(label=f"{each.closeness:.0%}"),
                    ),
                ]
            )
            for each in sorted(agreement, key=lambda each: SHOWN.index(each.part))  # in one order down the page
        ],
        className="parts",
    )


def _sound(match: Match | None) -> list[Component]:
    if match is None:
        return [html.P("No match on TikTok: no sound in our data has this title and artist.", className="no-match")]
    scores = (
        ("title", _score(match.title_score)),
        ("artist", _score(match.artist_score)),
        ("chance of a match", _chance(match.probability)),
    )
    return [
        html.P(
            ["On TikTok as ", html.Strong(match.title), f" by {match.artist_name}" if match.artist_name else ""],
            className="sound",
        ),
        html.Dl(
            [html.Div([html.Dt(name), html.Dd(value, className="number")]) for name, value in scores], className="match"
        ),
    ]


def _chance(probability: float) -> str:
    return f"{probability:.0%}" if probability < 0.995 else "over 99%"  # nothing that names tell is certain


def _score(score: float | None) -> str:
    return "–" if score is None else f"{score:.2f}"


def _videos(track: SimilarTrack) -> list[Component]:
    if not track.videos:
        return [html.P("No video of ours uses this sound.", className="no-match")] if track.match else []
    return [html.Ul([html.Li(_video(video, track.genre)) for video in track.videos], className="videos")]


def _video(video: Video, genre: str | None) -> Component:
    words = " ".join((video.caption or "").split())
    cover = picture(
        cover_src(video.cover, video.video_id, genre or ""),
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
