"""Friends and Discover, used as two listeners use them: they befriend, play, block, and see what changes."""

import csv
import io
import re
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from dashboards.auth import DEMO_ACCOUNTS
from etl.drops.clips import Audio
from etl.recommend.items import Graph
from etl.recommend.model import Model
from etl.settings import Settings
from etl.store.storage import Storage
from etl.store.warehouse import Warehouse
from etl.tables import TOP_GENRES
from tests.browser.conftest import TRACKS, choose_from_menu, faded_in, mp3_of

IDS = {demo.login: demo.listener_id for demo in DEMO_ACCOUNTS if demo.listener_id}
LENA, MIKA, NORA, PIA = IDS["lena"], IDS["mika"], 901, 902
NAMES = {LENA: "Lena Harmi", MIKA: "Mika Yanlo", NORA: "Nora Berg", PIA: "Pia Sund"}
#: Track → genre; Lena has heard 1 to 4, Nora knows 5 to 12, Mika 13 to 18.
GENRES = {track: ("Rock", "Folk", "Jazz", "Blues")[track % 4] for track in range(1, 19)}
HEARD = {LENA: range(1, 5), MIKA: range(13, 19), NORA: range(5, 13), PIA: range(5, 9)}
CARDS = {
    "/discover": ("discover-list", "discover-genres", "discover-weeks", "discover-weekly"),
    "/friends": ("friends-list", "friends-find"),
}


@pytest.fixture(scope="module")
def empty(new_database: Callable[[], str]) -> str:
    return new_database()


@pytest.fixture
def settings(empty: str, tmp_path: Path) -> Settings:
    """Eighteen songs that can be heard, and four listeners: Lena knows Nora, and Pia, who shares nothing."""
    settings = Settings.from_env({"OVERTONE_HOME": str(tmp_path / "home"), "OVERTONE_DATABASE_URL": empty})
    warehouse, sound = Warehouse.open(settings), mp3_of(*TRACKS[0][4:])
    with Storage(settings.storage_url).write("landing/sound.mp3") as file:
        file.write(sound)
    clip = asdict(Audio("landing/sound.mp3", None, 0, 0, len(sound)))
    with warehouse.transaction() as cursor:
        cursor.execute(
            "TRUNCATE core.track, core.artist, core.clip, activity.listener, activity.friendship,"
            " mart.taste, mart.variety, mart.recommender, app.listener, app.friendship, app.block, app.heard,"
            " app.song_said, app.genre_never, app.weekly_list, ops.audience_due, ops.watermark"
        )
        for track, genre in GENRES.items():
            cursor.execute(
                "INSERT INTO core.track (track_id, title, artist_id, artist_name, genre, genre_ids, day)"
                " VALUES (%s, %s, %s, %s, %s, '{}', '2020-01-01')",
                (track, f"Song number {track}", track, f"Artist {track}", genre),
            )
            cursor.execute("INSERT INTO core.artist VALUES (%s, %s, NULL, NULL, '2020-01-01')", (track, f"A {track}"))
            cursor.execute(
                "INSERT INTO core.clip (track_id, clip_id, path, member, member_at, packing, bytes, format, duration_s,"
                " peaks, day) VALUES (%(track_id)s, 'x', %(path)s, %(member)s, %(member_at)s, %(packing)s, %(bytes)s,"
                " 'mp3', 3, '{0.2,1,0.4}', '2020-01-01')",
                clip | {"track_id": track},
            )
        for who, name in NAMES.items():
            cursor.execute(
                "INSERT INTO activity.listener (listener_id, name, country, synthetic, day, sharing)"
                " VALUES (%s, %s, 'SWE', TRUE, '2020-12-01', %s)",
                (who, name, "off" if who == PIA else "name"),
            )
            counts = [0] * 16
            for track in HEARD[who]:
                counts[TOP_GENRES.index(GENRES[track])] += 10 if GENRES[track] == "Rock" else 1
            cursor.execute(
                "INSERT INTO mart.taste VALUES (%s, %s, %s::real [], %s, %s, '2020-12-21')",
                (who, list(HEARD[who]), [0.9] * len(HEARD[who]), counts, list(HEARD[who])),
            )
            for week in ("2020-12-07", "2020-12-14"):
                cursor.execute("INSERT INTO mart.variety VALUES (%s, %s, %s)", (who, week, counts))
        for friend in (NORA, PIA):
            pair = sorted((LENA, friend))
            cursor.execute(
                "INSERT INTO activity.friendship VALUES (%s, %s, '2020-06-01', TRUE, '2020-12-01')", tuple(pair)
            )
        artist = np.arange(19, dtype=np.int32)
        artist[0] = -1
        genre = np.array([-1, *(TOP_GENRES.index(one) for one in GENRES.values())], np.int8)
        graph = Graph(np.arange(1, 19, dtype=np.int32), np.zeros((18, 1), np.int32), np.zeros((18, 1), np.float32))
        model = Model(artist, genre, np.linspace(0, 1, 19).astype(np.float32), graph)
        cursor.execute(
            "INSERT INTO mart.recommender VALUES (%s, '2020-12-21', 4, 18, %s)", (model.version, model.to_bytes())
        )
        cursor.execute("INSERT INTO ops.watermark (table_name, through) VALUES ('lake/listens', '2020-12-21')")
    return settings


def answered(page, path):
    """Wait until each card of a page has an answer or says why not."""
    for card in CARDS[path]:
        expect(page.locator(f"#{card} .card-body > :not(.skeleton)").first).to_be_visible()
    expect(page.locator(".is-loading")).to_have_count(0)


def go(page, url, path):
    """Come to a page of somebody who is logged in."""
    page.goto(url + path)
    answered(page, path.split("?")[0])


def titles(page):
    """The songs of the list, in order."""
    return page.locator(".picks h3").all_inner_texts()


def wait_for(page, sees, wanted):
    """Wait until a question has an answer."""
    for _ in range(300):
        if sees() == wanted:
            return
        page.wait_for_timeout(100)
    assert sees() == wanted


def test_two_befriend_play_and_block_and_each_list_follows(browser_page, warehouse):
    lena, mika = browser_page(), browser_page(width=768)
    one, two = lena.log_in("lena", "/discover"), mika.log_in("mika", "/friends")
    answered(one, "/discover")
    expect(one.locator("#discover-list")).to_contain_text("Because Nora Berg hears 90% of it")
    expect(one.locator("#discover-list")).not_to_contain_text("Mika")
    expect(two.locator("#friends-list")).to_contain_text("You have no friends here yet")

    go(one, lena.url, "/friends")
    expect(one.locator("#friends-list-answer")).to_contain_text(
        "You have 2 friends. 1 let you see what they hear, 0 share in sum only."
    )
    one.get_by_label("Find people by name").fill("mika")
    one.get_by_role("button", name="Ask Mika Yanlo").click()
    expect(one.locator("#said")).to_contain_text("Mika Yanlo has been asked.")
    expect(one).to_have_url(re.compile(r"q=mika"))
    expect(one.get_by_role("list", name="Requests").get_by_role("button", name="Withdraw Mika Yanlo")).to_be_visible()
    go(two, mika.url, "/friends")
    two.get_by_role("button", name="Accept Lena Harmi").click()
    expect(two.locator("#said")).to_contain_text("You and Lena Harmi are friends.")
    expect(two.get_by_role("list", name="Friends")).to_contain_text("0 of 100 alike")

    go(one, lena.url, f"/friends?friend={MIKA}")
    expect(one.locator(".why-alike")).to_contain_text("You and Mika have both heard 0 songs, and meet in")
    go(one, lena.url, "/discover")
    expect(one.locator("#discover-list")).to_contain_text("Because Mika Yanlo hears 90% of it")

    first, *rest = titles(one)
    shelf = one.locator("#discover-genres .shelves")
    before = shelf.inner_text()
    one.get_by_role("list", name="Next songs").get_by_role("button", name=f"Play {first}", exact=True).click()
    wait_for(one, lambda: first in titles(one), False)  # heard to its end: the list has moved on, without a reload
    assert titles(one)[: len(rest)] != [first, *rest][: len(rest)]
    expect(shelf).not_to_have_text(before)
    [heard] = warehouse.query("SELECT listener_id, track_id, heard_pct FROM app.heard")
    assert heard == {"listener_id": LENA, "track_id": int(first.split()[-1]), "heard_pct": 100}

    one.get_by_role("switch", name="Private session").click()
    expect(one.locator("#private-words")).to_contain_text("Nothing you play is kept.")
    second, *_ = titles(one)
    one.evaluate("window.heard = []; document.addEventListener('overtone:heard', (e) => heard.push(e.detail))")
    one.get_by_role("list", name="Next songs").get_by_role("button", name=f"Play {second}", exact=True).click()
    one.wait_for_function("() => heard.length === 1")
    go(one, lena.url, "/discover")
    assert titles(one)[0] == second
    assert warehouse.query("SELECT count(*) AS n FROM app.heard") == [{"n": 1}]
    expect(one.get_by_role("switch", name="Private session")).to_be_checked()

    go(one, lena.url, "/friends")
    one.get_by_label("More about Mika Yanlo").click()
    one.get_by_role("button", name="Block Mika Yanlo").click()
    expect(one.locator("#said")).to_contain_text("Mika Yanlo is blocked")
    expect(one.locator("#friends-list")).not_to_contain_text("Mika")
    go(two, mika.url, "/friends?q=Lena")
    expect(two.locator("#friends-list")).to_contain_text("You have no friends here yet")
    expect(two.locator("#friends-find")).to_contain_text("Nobody called “Lena”")
    go(one, lena.url, "/discover")
    expect(one.locator("#discover-list")).not_to_contain_text("Mika")
    go(one, lena.url, "/friends")
    one.get_by_text("Blocked: 1 person").click()
    one.locator("#friends-find").get_by_role("button", name="Unblock Mika Yanlo").click()
    expect(one.locator("#said")).to_contain_text("Mika Yanlo is not blocked any more.")
    assert lena.problems == mika.problems == []
    assert [each for each in lena.requests if not each.startswith((lena.url, "data:", "blob:"))] == []


def test_a_song_that_began_in_a_private_session_is_not_sent_when_that_is_over(browser_page, warehouse):
    lena = browser_page()
    page = lena.log_in("lena", "/discover")
    answered(page, "/discover")
    switch, words = page.get_by_role("switch", name="Private session"), page.locator("#private-words")
    page.evaluate("window.heard = []; document.addEventListener('overtone:heard', (e) => heard.push(e.detail))")
    switch.click()
    expect(words).to_contain_text("Nothing you play is kept.")
    page.get_by_role("list", name="Next songs").get_by_role("button", name=re.compile("^Play ")).first.click()
    page.wait_for_function("() => document.querySelector('.player-seek').value > 0.2")
    page.locator(".player-toggle").click()  # paused, or it would be over
    switch.click()
    expect(words).to_contain_text("What you play counts")
    page.get_by_role("button", name="Close the player").click()
    page.wait_for_function("() => heard.length === 1")
    assert page.evaluate("heard[0].private") is True
    page.get_by_role("list", name="Next songs").get_by_role("button", name=re.compile("^Play ")).first.click()
    wait_for(page, lambda: len(warehouse.query("SELECT FROM app.heard")), 1)  # the next one is sent, alone
    assert sum(each.endswith("/listens") for each in lena.requests) == 1
    assert lena.problems == []


def test_what_is_said_is_obeyed_the_choices_are_in_the_address_and_a_list_can_be_kept(browser_page):
    visit = browser_page()
    page = visit.log_in("lena", "/discover")
    answered(page, "/discover")
    before, rows = titles(page), page.locator(".picks > li")
    first, second, *_ = before
    heights = [row.bounding_box()["height"] for row in rows.all()]
    no = page.get_by_role("button", name=f"Not for me: {first}", exact=True)
    no.focus()
    no.press("Enter")
    expect(rows.first).to_contain_text(f"“{first}” does not come again.")
    back = page.get_by_role("button", name=f"Undo: {first}")
    expect(back).to_be_focused()  # whoever came by keyboard goes on beside what they pressed
    back.press("Enter")
    expect(rows.first).not_to_contain_text("does not come again")
    expect(rows.first.get_by_role("button", name="More like this")).to_be_focused()
    no.click()
    expect(back).to_be_visible()
    page.get_by_role("button", name=f"Not now: {second}", exact=True).click()
    expect(rows.nth(1)).to_contain_text(f"“{second}” does not come back for 14 days.")
    page.get_by_role("button", name="Never Folk").first.click()
    expect(page.locator("#discover-genres")).to_contain_text("You want no Folk")
    assert titles(page) == before  # nothing has moved under the pointer, nor grown
    assert [row.bounding_box()["height"] for row in rows.all()] == heights
    page.get_by_role("button", name="Show the next songs").click()
    expect(page.locator(".picks")).not_to_contain_text("Folk")
    wait_for(page, lambda: {first, second} & set(titles(page)), set())
    page.locator("#discover-genres").get_by_role("button", name="Allow Folk again").click()
    expect(page.locator(".picks")).to_contain_text("Folk")
    page.get_by_text("What you said: 2").click()
    page.get_by_role("button", name=f"Take back: {first}").click()
    wait_for(page, lambda: first in titles(page), True)

    expect(page.locator("#discover-genres")).to_contain_text(
        re.compile(r"Rock rests: 10 listens, bar 2.8; about \d+ more listens? elsewhere until it returns\.")
    )
    page.get_by_text("Hard", exact=True).click()
    expect(page).to_have_url(re.compile(r"reach=hard"))
    expect(page.locator("#discover-list-answer")).to_contain_text("far from what you play")
    page.get_by_role("textbox", name="Genre").click()
    page.get_by_role("option", name="Rock", exact=True).click()
    expect(page).to_have_url(re.compile(r"reach=hard&genre=Rock"))
    expect(page.locator("#discover-list")).to_contain_text("No Rock now")
    page.go_back()
    expect(page.locator("#discover-list-answer")).to_contain_text("far from what you play")
    expect(page.get_by_role("textbox", name="Genre")).to_have_value("All genres")

    weekly = page.locator("#discover-weekly")
    listed = weekly.locator(".lines > li").count()
    weekly.get_by_role("button", name="Keep this list").click()
    expect(weekly.get_by_role("button", name="Let this list go")).to_have_attribute("aria-pressed", "true")
    with page.expect_download() as download:
        choose_from_menu(weekly, "Download CSV")
    rows = list(csv.reader(io.StringIO(Path(download.value.path()).read_text("utf-8-sig"))))
    head = [row[0] for row in rows if row[0].startswith("#")]
    assert head[1:] == [
        "# week of 2020-12-21", "# Data through 2020-12-21", "# Synthetic: listeners and listens are invented"
    ]  # fmt: skip
    assert rows[len(head)] == ["Place", "Song", "Artist", "Genre", "Why"]
    assert len(rows) - len(head) - 1 == listed
    assert visit.problems == []


def test_both_pages_fit_their_window_and_can_be_used_by_everybody(browser_page):
    visit = browser_page(width=360, color_scheme="dark")
    page = visit.log_in("lena", "/discover")
    for width, color_scheme in ((360, "dark"), (768, "light"), (1280, "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=color_scheme)
        for path in ("/discover", f"/friends?friend={NORA}&q=mika"):
            go(page, visit.url, path)
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (width, path)
            faded_in(page)
            found = Axe().run(page).response["violations"]
            assert [each["id"] for each in found if each["impact"] in ("serious", "critical")] == [], (width, path)
    assert visit.problems == []
