"""Pages as plain functions: addresses, roles, and words for what is missing."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from dash import html
from hypothesis import given
from hypothesis import strategies as st

from dashboards import shell, uploads
from dashboards.components import states, status
from dashboards.components.address import Asked
from dashboards.components.marks import badge_of, invented
from dashboards.components.similar import music, song, tiktok
from dashboards.components.similar.view import View, read, search_of
from dashboards.pages import Page, pages, query_of
from dashboards.queries.status import Check, Load, Night, Status, Table
from dashboards.theme import GENRE_COLOURS
from etl.errors import ArgumentInvalid
from etl.live.find_similar import Match, SimilarTrack, Video
from etl.live.follow_sounds import Followed, Week
from etl.similarity.agreement import Agreement
from etl.similarity.genre import Suggestion
from tests.drawn import words

NOON = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)


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


def test_what_an_address_cannot_say_is_repeated_in_short_and_the_usual_is_taken():
    asked = Asked({"genre": "{x}" * 20, "sort": "best"})
    assert asked.one_of("genre", ["Folk"], "Rock", "“{}” is no genre.") == "Rock"
    assert asked.one_of("sort", ["best"], "fit", "“{}” is no order.") == "best"
    assert asked.part("like", int, None, "“{}” is no track.") is None
    assert asked.wrong == [f"“{'{x}' * 13}…” is no genre."]


views = st.builds(
    View,
    upload=st.none() | st.from_regex(r"[\w-]{16}", fullmatch=True),
    part=st.none() | st.integers(0, 500).map(lambda start: (start / 2, start / 2 + 10.5)),
    like=st.none() | st.integers(1, 2**31 - 1),
    genre=st.none() | st.sampled_from(sorted(GENRE_COLOURS)),
    country=st.none() | st.sampled_from(["SWE", "NOR"]),
    chosen=st.lists(st.from_regex(r"[\w]{1,19}", fullmatch=True), max_size=8, unique=True).map(tuple),
)


@given(views)
def test_a_view_of_similar_music_survives_its_address(view):
    assert read(query_of(search_of(view))) == (view, [])


def test_what_an_address_of_similar_music_says_wrong_is_dropped_and_said():
    wrong = {
        "from": "9",
        "to": "nan",
        "like": "-3",
        "genre": "Skiffle",
        "country": "Sweden",
        "with": "1,2,3,4,5,6,7,8,9",
    }
    view, words = read(wrong | {"upload": "x"})
    assert view == View(upload="x", chosen=tuple("12345678"))
    assert len(words) == 5
    assert search_of(View(genre="Hip-Hop", upload="x")) == "?genre=Hip-Hop&upload=x"
    assert search_of(View()) == ""


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


def followed(*tracks, **changes):
    """What was found on TikTok, with these tracks."""
    known = {"similar_tracks": 1004, "matched_tracks": 412, "hidden": [], "weeks": [], "users": []}
    return Followed(**known | {"tracks": list(tracks)} | changes)


def test_the_answer_on_tiktok_counts_the_matches_and_the_videos():
    weeks = [Week(date(2026, 1, 5), 2, 12_437), Week(date(2026, 1, 12), 1, 0)]
    two = followed(track(), track(), weeks=weeks)
    assert words(tiktok.answer(two)).replace("  ", " ") == (
        "412 of 1\u202f004 similar tracks have a match. The nearest 2 are heard in 3 videos with 12.4k plays."
    )
    one = followed(track(), matched_tracks=1, similar_tracks=9)
    assert words(tiktok.answer(one)).replace("  ", " ") == (
        "1 of 9 similar tracks has a match. No video of ours uses the nearest of them."
    )


def test_a_match_says_its_scores_why_and_that_it_is_never_certain():
    sure = Match("69", "quiet harbour", "the lanterns", 1.0, None, 1.0, 0.9999)
    text = " ".join(words(tiktok._sound(track(match=sure), agreed=False)).split())
    assert "title 1.00 artist – chance of a match over 99%" in text
    assert "Same title; same artist." in text
    assert "No video of ours uses this sound." in text


def test_a_track_says_how_close_it_is_in_what_and_under_which_licence():
    text = " ".join(words(music.tracks([track(license="Attribution"), track(genre=None)])).split())
    assert "0.93 very close" in text
    assert "Closest in timbre; brighter than yours. timbre brightness Attribution" in text
    assert "No genre" in text
    assert "No licence is told" in text


def test_a_badge_says_what_of_that_which_is_shown_was_made_and_is_not_there_where_nothing_was():
    def said(*, tracks=(), sounds=(), videos=()):
        return [one.title for one in badge_of(invented({"tracks": tracks, "sounds": sounds, "videos": videos}))[1:]]

    assert said() == said(tracks=[False, False], videos=[False]) == []
    assert said(tracks=[True, True]) == ["Tracks are invented."]
    assert said(tracks=[True, False]) == ["Some of the tracks are invented."]
    assert said(tracks=[True], sounds=[True], videos=[True]) == ["Tracks, sounds and videos are invented."]
    assert said(tracks=[False], sounds=[False, True], videos=[True]) == ["Some of the sounds and videos are invented."]


def test_suggested_genres_are_links_that_keep_the_song():
    suggested = [Suggestion("Folk", 0.713), Suggestion("Blues", 0.2), Suggestion("Rock", 0.04)]
    shown = song.suggestions(song.told(suggested, []), "Blues", lambda each: search_of(View(upload="x", genre=each)))
    assert words(shown) == "Sounds like Folk 71% Blues 20%"  # 4 % is no suggestion
    chips = [item.children for item in shown.children[1].children]
    assert [chip.href for chip in chips] == ["?genre=Folk&upload=x", "?genre=Blues&upload=x"]
    assert song.suggestions([], None, str).children is None


def test_a_part_begins_as_the_loudest_half_minute_or_half_of_a_short_song():
    assert song.loudest([0, 0, 1, 1, 1, 0], 60) == (20, 50)
    assert song.loudest([1, 1, 1, 1], 200) == (0, 30)
    assert song.loudest([0, 0, 0, 1], 24) == (12, 24)
    assert song.loudest([0, 1], 11) == (0, 10)


def test_a_video_without_a_web_address_is_shown_without_a_link():
    shown = [tiktok._video(video(url=url), "Folk") for url in ("https://www.tiktok.com/7", "javascript:alert(1)")]
    assert [type(component) for component in shown] == [html.A, html.Div]
    assert shown[0].rel == "noopener noreferrer"


def test_the_books_of_a_load_are_shown_in_full_and_in_proportion():
    load = Load(1, "ingest_tiktok", date(2026, 1, 2), "core.video", 1234, 1200, 20, 9, 5, NOON, NOON)
    bar = status._bar(load)
    assert [share.style["flexGrow"] for share in bar.children] == [1200, 20, 9, 5]
    assert bar.title == "1\u202f200 inserted, 20 updated, 9 unchanged, 5 refused"


def test_each_table_says_how_many_of_its_rows_were_made():
    day = date(2026, 1, 2)
    rows = [Table("core.genre", 163, None, day), Table("core.track", 8000, 1200, day), Table("core.video", 9, 0, day)]
    shown = " ".join(words(status.tables(Status(rows, [], [], None))).split())
    assert "Table Rows Synthetic Data through" in shown
    assert "Genres core.genre 163 – 2 Jan 2026" in shown
    assert "Tracks core.track 8 000 1 200 2 Jan 2026" in shown
    assert "TikTok videos core.video 9 0 2 Jan 2026" in shown


def test_a_night_of_the_demo_is_told_from_asking_to_its_end():
    day, begun, ended = date(2020, 12, 22), NOON + timedelta(minutes=1), NOON + timedelta(minutes=4)
    asked = Night(day, NOON, "olga", None, None, [])
    before = Night(day - timedelta(1), NOON, None, begun, ended, [])

    def told(*nights):
        return status.night(nights, NOON + timedelta(minutes=9))

    assert told() == ("The demo has not asked for its first night yet.", True, "Next night")
    assert told(before) == ("The last night, 21 Dec 2020, was done 5 min ago.", False, "Next night")
    assert told(asked, before) == ("Asked for: 22 Dec 2020.", True, "Next night")
    assert told(replace(asked, begun_at=begun), before) == ("Running: 22 Dec 2020.", True, "Next night")
    two = replace(asked, day=day + timedelta(1)), asked
    assert told(*two, before) == ("Asked for: 2 nights from 22 Dec 2020 on.", True, "Next night")
    failed = replace(asked, begun_at=begun, ended_at=ended, failed=["ingest_fma", "match_tracks"])
    assert told(failed, before) == (
        "22 Dec 2020 failed in ingest_fma, match_tracks; its log is in Airflow.", False, "Run it again"
    )  # fmt: skip


def test_the_last_check_of_features_is_told_in_words():
    one = Check(date(2020, 12, 21), NOON, "e", 5, 0, 3.14e-05, "chroma_stft_kurtosis_07", 3, "z")
    assert " ".join(words(status.checked(one)).split()) == (
        "Features Features checked against librosa on 21 Dec 2020: 5 clips, largest deviation 3.1e-05"
        " ( chroma_stft_kurtosis_07 of the clip of track 3); 0 withheld ."
    )
    off = words(status.checked(Check(NOON.date(), NOON, "e", 1, 1, 0.25, "zcr_max_01", 3, "z")))
    assert "1 clip, largest deviation 2.5e-01" in off
    assert "1 withheld" in off
    assert words(status.checked(None)).endswith("None was checked yet: the first night that describes clips does it.")


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
