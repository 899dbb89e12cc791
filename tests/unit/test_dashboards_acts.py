"""Buttons that do something, and what only stands there: as plain components."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from dash import Dash, Input, Output, dcc, html

import dashboards
from dashboards import shell
from dashboards.components import acts, discover, status
from dashboards.components.card import About, Card, Column, Table
from dashboards.components.numbers import percent, span_words, with_article
from dashboards.components.similar import creators, song
from dashboards.components.still import Still, fold, folding
from dashboards.components.table import table
from dashboards.pages import acts as answers
from dashboards.pages import discover as discovering
from dashboards.pages import pages
from dashboards.pages.similar import actions
from dashboards.queries.influencers import Suggested
from dashboards.queries.status import Load, Night, Status
from dashboards.queries.status import Table as Served
from etl.errors import ArgumentInvalid
from etl.live.circle import Song
from etl.live.suggest import Pick
from etl.recommend.explain import Suggestion
from etl.similarity.genre import Suggestion as Genre
from tests.drawn import parts, words

NOON = datetime(2020, 12, 21, 12, tzinfo=UTC)
ABOUT = About("genre: all", date(2020, 12, 20), "")


def does(button):
    """What a button carries."""
    return json.loads(getattr(button, "data-act"))


def test_a_button_carries_what_it_does_and_has_no_id_that_callbacks_would_match():
    pressed = acts.act("Kept", "keep-week", "Let this list go", pressed=True, week="2020-12-21", on=False)
    assert does(pressed) == {"do": "keep-week", "week": "2020-12-21", "on": False}
    assert (getattr(pressed, "aria-pressed"), getattr(pressed, "aria-label")) == ("true", "Let this list go")
    assert not hasattr(pressed, "id")


def test_every_act_of_a_song_is_known_to_the_page_and_its_answer_has_a_place_in_its_row():
    one = Song(7, "Quiet Harbour", 3, "The Lanterns", "Folk", False)
    pick = Pick(one, Suggestion(7, 3, 6, "friends", 1.0), "Because Nora hears all of it", None, False)
    [row] = parts(discover.songs([], [pick], [], [], [], ABOUT, None), html.Li)
    known = {name for page in pages() for name in page.acts}
    assert {does(button)["do"] for button in parts(row, html.Button) if hasattr(button, "data-act")} <= known
    [done] = [part for part in parts(row, html.Div) if getattr(part, "id", "") == "done-song-7"]
    assert done.role == "status"


def test_undo_brings_back_what_was_said_before(monkeypatch):
    said, my = [], SimpleNamespace(warehouse=None, id=1)
    monkeypatch.setattr(discovering.ask, "say", lambda warehouse, listener, track, what: said.append((track, what)))
    done = discovering.say_of_song(my, {"track": 7, "title": "Quiet Harbour", "said": "skip", "was": "up"})
    assert done.words == "“Quiet Harbour” does not come back for 14 days."
    assert "discover-list" not in done.again  # the list stays where it is
    [back] = done.ways
    assert discovering.say_of_song(my, does(back)).words == ""
    assert said == [(7, "skip"), (7, "up")]


def test_what_goes_for_good_goes_only_when_somebody_is_sure(monkeypatch):
    gone = []
    monkeypatch.setattr(actions.ask, "remove", lambda warehouse, account, saved: gone.append(saved))
    me = SimpleNamespace(account_id=1)
    asked = actions.forget(None, me, {"id": "x", "place": "done-saved-0"})
    assert (gone, [words(one) for one in asked.ways]) == ([], ["Remove", "Keep"])
    assert actions.forget(None, me, does(asked.ways[0])).again == ("similar-saved",)
    assert gone == ["x"]


def test_what_cannot_be_done_is_said_and_says_nothing_of_the_inside():
    def full(warehouse, asked):
        raise ArgumentInvalid("your shortlist", "it holds 200 creators", "Remove one first.")

    def defect(warehouse, asked):
        raise RuntimeError("password_hash")

    def forged(warehouse, asked):
        return asked["what no button left out"]

    said = [answers.done_of(None, {"do": one}, {"do": "do"}) for one in (full, defect, forged)]
    assert [one.words for one in said] == [
        "It holds 200 creators. Remove one first.", "It stopped on a defect of ours. Trying again may help.",
        "It cannot be done so. Reload the page and try again.",
    ]  # fmt: skip
    assert [one.ways for one in said] == [(), (), ()]


def test_names_of_acts_are_their_own():
    names = [name for page in pages() for name in page.acts]
    assert len(set(names)) == len(names) > 0


def test_what_no_callback_knows_is_folded_and_what_one_knows_is_not():
    live = html.Div("said", id="live")
    drawn = fold(
        html.Ul([html.Li("a"), html.Li(dcc.Link("b", href="/b")), html.Li(live), html.Li(dcc.Store(id="s"))]),
        lambda name: name == "live",
    )
    folded, with_live, with_store = drawn.children
    assert (folded.tree[0].children, folded.tree[1].children.href) == ("a", "/b")
    assert (with_live.children, type(with_store.children)) == (live, dcc.Store)
    assert isinstance(fold([html.P("x"), "y"], lambda name: False), Still)
    assert fold("words", lambda name: False) == "words"
    assert [type(one) for one in parts(fold(acts.place("x", html.P("y")), lambda name: False), html.Div)] == [
        html.Div, html.Div
    ]  # fmt: skip


def test_an_app_knows_what_its_callbacks_know():
    app = Dash("x")
    app.callback_map |= {
        "..one.children...two.data..": {"inputs": [{"id": "asked", "property": "data"}], "state": []},
    }
    drawn = folding(app)([html.P(name, id=name) for name in ("one", "two", "asked", "other")])
    assert [type(one).__name__ for one in drawn] == ["P", "P", "P", "Still"]


def test_a_table_names_each_value_for_a_phone_and_stays_a_table_for_a_screen_reader():
    drawn = table("Loads", ("Job", "Rows"), [("ingest", "12")], {1})
    [cells] = [[(getattr(cell, "data-label"), cell.role, cell.className) for cell in parts(drawn, html.Td)]]
    assert cells == [("Job", "cell", ""), ("Rows", "cell", "number")]
    assert [one.role for one in parts(drawn, html.Tr)] == ["row", "row"]


def test_a_card_has_one_menu_of_its_table_its_meaning_and_its_file():
    card = Card("when", "When?", 100, (("Listens", "Songs that were started."),))
    shown = card.answer("Often.", [html.P("chart")], Table((Column("Day"),), [("Monday",)]), ABOUT)
    [menu] = parts(shown, html.Details)
    assert [words(one) for one in parts(menu, html.Button)] == ["Table", "What the numbers mean", "Download CSV"]
    assert getattr(parts(menu, html.Summary)[0], "aria-label") == "More about “When?”"
    opened = [getattr(one, "aria-controls", None) for one in parts(menu, html.Button)]
    assert opened == ["when-table", "when-help", None]
    assert {part.id: part.hidden for part in parts(shown, html.Div) if hasattr(part, "hidden")} == {
        "when-table": True, "when-help": True
    }  # fmt: skip


def test_who_has_no_page_or_no_access_still_has_a_heading():
    for path in ("/nowhere", "/friends"):
        page, _ = shell.open_page(None, [], pages(), path, "")
        assert len(parts(page, html.H1)) == 1


def test_a_login_leads_an_operator_to_status_and_others_where_it_did():
    first = {role: shell.pages_of(role, pages())[0].path for role in ("operator", "artist", "listener")}
    assert first == {"operator": "/status", "artist": "/similar", "listener": "/discover"}


def served(name, through):
    return Served(name, 10, 0, through and date(2020, 12, through))


def test_status_names_the_newest_day_and_what_lags():
    tables = [served("core.track", 21), served("core.track_vector", 21), served("core.video", 18),
              served("core.sound", 20), served("core.genre", None)]  # fmt: skip
    some = Status(tables, [], [], None)
    text = " ".join(words(status.summary(some)).split())
    assert text.startswith("Data through 21 Dec 2020 : 10 tracks")
    assert "What lags: TikTok videos 3 days, TikTok sounds 1 day." in text
    assert "lags" not in words(status.summary(Status([*tables[:2], served("core.video", 21)], [], [], None)))


def test_a_table_of_whole_weeks_lags_by_those_that_are_over():
    for newest, through, behind in ((21, 20, 0), (21, 13, 7), (20, 20, 0), (20, 13, 7), (26, 20, 0)):
        some = Status([served("core.track", newest), served("mart.audience", through)], [], [], None)
        assert [days for _, days in some.lagging] == [behind] * bool(behind), (newest, through)
        assert (f"{behind} days behind" in words(status.tables(some))) == bool(behind)


def test_one_line_says_whether_the_last_night_worked():
    load = Load(1, "ingest_tiktok", date(2020, 12, 21), "core.video", 1, 1, 0, 0, 0, NOON, NOON)
    good = Status([served("core.track", 21)], [load], [], None)
    bad = Status([served("core.track", 21), served("core.video", 18)], [load], [], None)
    later = NOON + timedelta(hours=3)
    assert words(status.last_night(good, later, [html.A("Its run in Airflow")])) == (
        "The last night, 21 Dec 2020, worked; its last load was 3 h ago. Its run in Airflow"
    )
    assert "did not bring everything: see what lags" in words(status.last_night(bad, later, []))


def test_the_link_leads_to_the_run_that_is_told_of_and_to_none_before_it_began():
    day = date(2020, 12, 21)
    waits, done = Night(day + timedelta(1), NOON, "olga", None, None, []), Night(day, NOON, None, NOON, NOON, [])
    broken = Night(day - timedelta(1), NOON, None, NOON, NOON, ["match_tracks"])
    assert [status.told(nights) for nights in ([], [done], [waits, done], [done, broken])] == [
        None, day, None, day - timedelta(1)
    ]  # fmt: skip


def test_a_genre_that_the_nearest_recordings_are_surer_of_comes_first():
    learned = [Genre("Hip-Hop", 0.41), Genre("Folk", 0.3)]
    near = ["Easy Listening"] * 5 + ["Folk", None, "Rock", "Pop", "Jazz"]
    assert [(one.genre, one.words) for one in song.told(learned, near)] == [
        ("Easy Listening", "5 of the 10 nearest"), ("Hip-Hop", "41%"), ("Folk", "30%")
    ]  # fmt: skip
    assert song.told(learned, near[4:])[0].genre == "Hip-Hop"  # one of six is less sure than it
    assert song.told([Genre("Hip-Hop", 0.55)], near)[0].genre == "Hip-Hop"
    assert song.told([], near) == []


@pytest.mark.parametrize(("evidence", "used", "said"), [(0, 1, "1 video"), (3, 1, "3 videos"), (0, 0, None)])
def test_videos_with_these_sounds_are_evidence_and_none_is_not_said(monkeypatch, evidence, used, said):
    class Fit:
        score = 50.0

    class Creator:
        median_plays = 9000

    one = Suggested(Creator(), Fit(), None, evidence=evidence)
    assert dict(creators._figures(one, used)).get("evidence") == said


def test_numbers_days_and_articles_have_one_style():
    assert (percent(0.563), percent(0.563, 1)) == ("56%", "56.3%")
    assert span_words(date(2020, 11, 23), date(2020, 12, 20)) == "23 Nov – 20 Dec 2020"
    assert span_words(date(2020, 12, 21), date(2021, 1, 3)) == "21 Dec 2020 – 3 Jan 2021"
    assert [with_article(name) for name in ("Rock", "Old-Time / Historic", "Electronic")] == [
        "a Rock", "an Old-Time / Historic", "an Electronic"
    ]  # fmt: skip


def test_no_page_writes_percentages_or_days_by_itself():
    own = re.compile(r"\{[^{}]*:\.[01]%\}|\d %[ .,;\"]|%d %b|%B %Y")
    for file in Path(dashboards.__file__).parent.glob("*/**/*.py"):
        for line in file.read_text().splitlines():
            drawn = any(word in line for word in ("hovertemplate", "width", "left", "%{"))  # CSS, and Plotly's own
            code = line.split("#")[0]
            if file.name != "numbers.py" and not drawn and '"' in code and '"""' not in code:
                assert not own.search(code), f"{file.name}: {line}"


def test_the_script_of_acts_and_the_callback_agree_on_where_words_go():
    script = (Path(dashboards.__file__).parent / "assets" / "acts.js").read_text()
    assert 'closest(".place")' in script
    assert acts.place("x").className == "place"
    assert {Output("acting", "data").component_id, Input("act", "data").component_id} <= {
        getattr(one, "id", "") for one in acts.stores()
    }
