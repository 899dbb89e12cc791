"""The player, used as somebody uses it who looks for music that sounds like theirs."""

import re
from dataclasses import asdict

import pytest
from playwright.sync_api import expect

from etl.drops.clips import Audio
from etl.store.storage import Storage
from tests.browser.conftest import TRACKS, mp3_of


@pytest.fixture
def audible(catalogue, settings):
    """The catalogue; tracks 1 and 3 have audio in storage, three seconds each."""
    storage = Storage(settings.storage_url)
    for track_id in (1, 3):
        sound = mp3_of(*TRACKS[track_id - 1][4:])
        with storage.write(f"landing/{track_id}.mp3") as file:
            file.write(sound)
        catalogue.execute(
            "INSERT INTO core.clip (track_id, clip_id, path, member, member_at, packing, bytes, format, duration_s,"
            " peaks, day) VALUES (%(track_id)s, 'x', %(path)s, %(member)s, %(member_at)s, %(packing)s, %(bytes)s,"
            " 'mp3', 3, '{0.2,1,0.4}', '2026-01-02')",
            asdict(Audio(f"landing/{track_id}.mp3", None, 0, 0, len(sound))) | {"track_id": track_id},
        )
    return catalogue


@pytest.mark.usefixtures("audible")
@pytest.mark.parametrize(("width", "color_scheme"), [(1280, "light"), (360, "dark")])
def test_tracks_are_heard_where_they_stand_by_mouse_and_by_key(browser_page, mp3, width, color_scheme):
    visit = browser_page(width=width, color_scheme=color_scheme)
    visit.log_in()
    page = visit.upload(mp3)
    rows = page.locator(".tracks > li")
    expect(rows).to_have_count(4)
    expect(rows.locator("[data-play]")).to_have_count(2)
    page.evaluate("window.heard = []; document.addEventListener('overtone:heard', (e) => heard.push(e.detail))")
    bar, before = page.get_by_role("region", name="Player"), page.locator("h1").bounding_box()
    expect(bar).to_be_hidden()

    rows.first.get_by_role("button", name="Play Quiet Harbour").click()
    expect(bar).to_contain_text("Quiet Harbour")
    expect(bar).to_contain_text("The Lanterns")
    expect(bar.locator(".player-time")).to_have_text(re.compile(r"0:0[123] / 0:03"))
    expect(rows.first.locator("[data-play]")).to_have_attribute("aria-label", "Pause Quiet Harbour")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("h1").bounding_box()["x"] == before["x"]

    page.locator("h1").click()  # nothing there has the focus
    page.keyboard.press("Space")
    expect(bar.get_by_role("button", name="Play Quiet Harbour")).to_be_visible()
    seek = bar.get_by_role("slider", name="Position")
    seek.focus()
    page.keyboard.press("ArrowLeft")
    expect(seek).to_have_attribute("aria-valuetext", "0:00 of 0:03")
    page.keyboard.press("Space")  # the slider does nothing with it
    page.wait_for_function("() => heard.length === 1")  # the end
    expect(bar.get_by_role("button", name="Play Quiet Harbour")).to_be_visible()

    page.get_by_role("textbox", name="Genre").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Escape")
    expect(bar.get_by_role("button", name="Play Quiet Harbour")).to_be_visible()  # typing plays nothing
    rows.filter(has_text="Slow Tide").locator("h3").focus()
    page.keyboard.press("Space")  # a row has the focus: its track is meant
    expect(bar).to_contain_text("Slow Tide")
    page.wait_for_function("() => Number(document.querySelector('.player-seek').value) > 0.4")
    bar.get_by_role("button", name="Close the player").click()
    expect(bar).to_be_hidden()

    first, second = page.evaluate("heard")
    assert (first["track_id"], first["heard_pct"], first["context"]) == (1, 100, "")  # heard twice, counted once
    assert second["track_id"] == 3
    assert 10 <= second["heard_pct"] < 100
    assert first["began_at"] < second["began_at"]
    assert visit.problems == []


def test_a_part_that_was_skipped_is_not_heard_and_a_clip_that_is_gone_is_said(browser_page, mp3, audible, settings):
    visit = browser_page()
    visit.log_in()
    page = visit.upload(mp3)
    rows = page.locator(".tracks > li")
    expect(rows).to_have_count(4)
    page.evaluate("window.heard = []; document.addEventListener('overtone:heard', (e) => heard.push(e.detail))")
    button = rows.first.locator("[data-play]")
    button.evaluate("(button) => { button.dataset.start = '2'; button.dataset.context = 'card' }")
    button.click()
    page.wait_for_function("() => heard.length === 1")
    [heard] = page.evaluate("heard")
    assert heard["context"] == "card"
    assert 25 <= heard["heard_pct"] <= 40  # the last second of three
    Storage(settings.storage_url).delete("landing")
    rows.filter(has_text="Slow Tide").locator("[data-play]").click()
    bar = page.get_by_role("region", name="Player")
    expect(bar.get_by_role("status")).to_have_text("There is no audio of this track to play.")
