"""Pages as plain functions: addresses, roles, and words for what is missing."""

from datetime import UTC, date, datetime

import numpy as np
import pytest
from dash import html

from dashboards import shell, uploads
from dashboards.components import similar as similar_parts
from dashboards.components import states, status
from dashboards.pages import Page, pages, query_of
from dashboards.pages.similar import search_of
from dashboards.queries.status import Load
from etl.audio import parts
from etl.errors import ArgumentInvalid
from etl.jobs.find_similar import Match, SimilarTrack, Video
from etl.similarity.agreement import Agreement
from etl.similarity.genre import Suggestion

NOON = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)


def words(component):
    """All text of a component, in order."""
    if isinstance(component, str):
        return component
    if isinstance(component, (list, tuple)):
        return " ".join(filter(None, map(words, component)))
    return words(getattr(component, "children", None) or "")


def track(**changes):
    """A similar track with a match and no videos."""
    match = Match("69", "quiet harbour", "the lanterns", 1.0, None, 0.9, 0.974)
    given = {"track_id": 1, "title": "Quiet Harbour", "artist": "The Lanterns", "genre": "Folk", "score": 0.934}
    agreed = [Agreement("timbre", 0.97, 0.3), Agreement("brightness", 0.4, 0.1)]
    heard = {"closeness": "very close", "agreement": agreed, "agrees": "Closest in timbre; brighter than yours."}
    return SimilarTrack(**given | heard | {"match": match, "videos": []} | changes)


def video(**changes):
    """A video with a link."""
    given = {"video_id": "7", "url": "https://www.tiktok.com/7", "cover": None, "caption": "wait", "creator": "Ray"}
    return Video(**given | {"plays": 12_437, "created_at": NOON} | changes)


def test_the_state_of_a_page_is_its_address():
    assert query_of("?genre=Old-Time+%2F+Historic&upload=x") == {"genre": "Old-Time / Historic", "upload": "x"}
    assert query_of("") == query_of(None) == {}


def test_another_genre_keeps_the_clip_and_all_genres_need_no_word():
    assert search_of({"upload": "x"}, "Hip-Hop") == "?genre=Hip-Hop&upload=x"
    assert search_of({"genre": "Rock", "upload": "x"}, "All genres") == "?upload=x"
    assert search_of({"genre": "Rock"}, None) == ""


def test_a_page_is_for_its_roles_and_says_so_to_others():
    def layout(warehouse, query):
        return html.H1(f"hello {query['x']}")

    def nothing(app, warehouse):
        return None

    secret = Page("/secret", "Secret", "wave", layout, nothing, frozenset({"operator"}))
    page, title = shell.open_page(None, [secret], [secret], "/secret", "?x=you")
    assert (words(page), title) == ("hello you", "Secret")
    page, title = shell.open_page(None, [], [secret], "/secret", "?x=you")
    assert title == "No access"
    assert "hello" not in words(page)
    assert shell.open_page(None, [], [secret], "/elsewhere", "")[1] == "Not found"


def test_the_navigation_marks_the_open_page_and_the_root_is_the_first():
    marked = {
        path: [getattr(link, "aria-current", None) for link in shell.navigation(pages(), path)]
        for path in ["/", "/status"]
    }
    others = [None] * (len(pages()) - 1)
    assert marked == {"/": ["page", *others], "/status": [*others, "page"]}


def test_paths_titles_and_icons_of_pages_are_their_own():
    for name in ("path", "title", "icon"):
        values = [getattr(page, name) for page in pages()]
        assert len(set(values)) == len(values)


def test_a_page_that_fails_says_why_and_a_defect_does_not_say_more_than_it_should():
    def unknown_genre():
        raise ArgumentInvalid("genre 'x'", "there is no such genre", "Choose one of Rock.")

    def defect():
        raise KeyError("password_hash")

    assert words(states.explained(unknown_genre)) == (
        "Genre 'x'. There is no such genre. Choose one of Rock. Try again"
    )
    assert "password_hash" not in words(states.explained(defect))
    assert states.explained(lambda: "fine") == "fine"


def test_the_answer_counts_what_is_on_tiktok():
    found = [track(videos=[video(), video(plays=None)]), track(match=None)]
    assert words(similar_parts.answer(found)).replace("  ", " ") == (
        "Closest is Quiet Harbour by The Lanterns. 1 of these 2 is on TikTok, in 2 videos with 12.4k plays."
    )
    assert "None of these is on TikTok" in words(similar_parts.answer([track(match=None)]))


def test_a_score_that_is_missing_is_a_dash():
    text = words(similar_parts.tracks([track()]))
    assert "title 1.00 artist – chance of a match 97%" in text


def test_a_track_says_how_close_it_is_and_in_what():
    text = " ".join(words(similar_parts.tracks([track()])).split())
    assert "0.93 very close" in text
    assert "Closest in timbre; brighter than yours. timbre brightness" in text


def test_suggested_genres_are_links_that_keep_the_clip():
    suggested = [Suggestion("Folk", 0.713), Suggestion("Blues", 0.2), Suggestion("Rock", 0.04)]
    shown = similar_parts.suggestions(suggested, "Blues", lambda each: search_of({"upload": "x"}, each))
    assert words(shown) == "Your clip sounds like Folk 71% Blues 20%"  # 4 % is no suggestion
    chips = [item.children for item in shown.children[1].children]
    assert [chip.href for chip in chips] == ["?genre=Folk&upload=x", "?genre=Blues&upload=x"]
    assert similar_parts.suggestions([], None, str).children is None


def test_a_match_is_never_said_to_be_certain():
    sure = Match("69", "quiet harbour", "the lanterns", 1.0, 1.0, 1.0, 0.9999)
    assert "chance of a match over 99%" in words(similar_parts.tracks([track(match=sure)]))


def test_a_track_says_when_it_has_no_match_no_genre_or_no_videos():
    assert "No match on TikTok" in words(similar_parts.tracks([track(match=None)]))
    assert "No genre" in words(similar_parts.tracks([track(genre=None)]))
    assert "No video of ours uses this sound." in words(similar_parts.tracks([track()]))


def test_a_video_without_a_web_address_is_shown_without_a_link():
    shown = [
        similar_parts._video(video(url=url), "Folk") for url in ("https://www.tiktok.com/7", "javascript:alert(1)")
    ]
    assert [type(component) for component in shown] == [html.A, html.Div]
    assert shown[0].rel == "noopener noreferrer"


def test_the_books_of_a_load_are_shown_in_full_and_in_proportion():
    load = Load(1, "ingest_tiktok", date(2026, 1, 2), "core.video", 1234, 1200, 20, 9, 5, NOON, NOON)
    bar = status._bar(load)
    assert [share.style["flexGrow"] for share in bar.children] == [1200, 20, 9, 5]
    assert bar.title == "1\u202f200 inserted, 20 updated, 9 unchanged, 5 refused"


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("song.mp3", "song.mp3"),
        ("C:\\music\\song.mp3", "song.mp3"),
        ("../../etc/passwd", "passwd"),
        ("so\x00ng\n.mp3", "song.mp3"),
        ("", "your clip"),
        ("..", "your clip"),
        ("x" * 500 + ".mp3", "x" * 120),
    ],
)
def test_a_clip_is_called_by_the_last_part_of_its_name(given, shown):
    assert uploads.clip_name(given) == shown


def test_a_waveform_has_the_peak_of_each_stretch():
    samples = np.array([0, 0.1, -0.5, 0, 0, 0, 0.25, 0], np.float32)
    assert parts.waveform(samples, bars=4).tolist() == pytest.approx([0.2, 1, 0, 0.5])


def test_a_waveform_of_silence_is_flat_and_of_few_samples_still_has_every_bar():
    assert parts.waveform(np.zeros(4096, np.float32), bars=3).tolist() == [0, 0, 0]
    assert len(parts.waveform(np.ones(2, np.float32), bars=5)) == 5
