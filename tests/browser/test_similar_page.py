"""Similar music, used as a musician uses it."""

import re

import pytest
from playwright.sync_api import expect

from dashboards.pages import similar
from etl.similarity.genre import Suggestion

pytestmark = pytest.mark.usefixtures("catalogue")


def test_an_uploaded_mp3_finds_its_twin_and_shows_how_tiktok_uses_it(browser_page, mp3):
    visit = browser_page()
    visit.log_in()
    page = visit.upload(mp3)
    tracks = page.get_by_role("list").filter(has=page.locator(".rank")).locator("> li")
    expect(tracks).to_have_count(4)
    first = tracks.first
    expect(first.get_by_role("heading")).to_have_text("Quiet Harbour")
    expect(first).to_contain_text("The Lanterns")
    expect(first.locator(".genre")).to_have_text("Folk")
    expect(first.locator(".score .number")).to_have_text("1.00")
    expect(first.locator(".sound")).to_have_text("On TikTok as quiet harbour by the lanterns")
    expect(first.locator(".match")).to_have_text(
        re.compile(r"title\s*1\.00\s*artist\s*0\.75\s*chance of a match\s*97%")
    )
    expect(first.get_by_role("link")).to_have_count(4)
    expect(first.locator(".plays").first).to_have_text("12.4k")
    expect(first.get_by_role("link").first).to_have_attribute("href", "https://www.tiktok.com/v/v1")
    expect(page.locator(".answer")).to_have_text(
        "Closest is Quiet Harbour by The Lanterns. 2 of these 4 are on TikTok, in 4 videos with 49.7k plays."
    )
    expect(page.locator(".clip")).to_contain_text("my song.mp3")
    expect(page.locator(".clip")).to_contain_text("0:03")
    expect(page.locator(".through")).to_have_text("4 recordings to compare with. Data through 2 January 2026.")


def test_every_video_has_a_picture_even_where_its_cover_is_broken_missing_or_elsewhere(browser_page, mp3):
    visit = browser_page()
    visit.log_in()
    page = visit.upload(mp3)
    covers = page.locator("img.cover")
    expect(covers).to_have_count(4)
    for cover in covers.all():
        cover.scroll_into_view_if_needed()
        page.wait_for_function("image => image.complete && image.naturalWidth > 0", arg=cover.element_handle())
        assert cover.get_attribute("alt") == "Cover of a video by Harbour Dances: wait for the tide"
    sources = [cover.get_attribute("src") for cover in covers.all()]
    assert [source.split(";")[0] for source in sources] == [
        "data:image/svg+xml",
        "/art/v2.svg?genre=Folk",
        "/art/v3.svg?genre=Folk",
        "/art/v4.svg?genre=Folk",
    ]


def test_a_track_without_a_match_says_so_and_one_without_videos_too(browser_page, mp3):
    visit = browser_page()
    visit.log_in()
    page = visit.upload(mp3)
    without_match = page.get_by_role("listitem", name="Slow Tide")
    expect(without_match).to_contain_text("No match on TikTok")
    expect(page.get_by_role("listitem", name="Copper Wires")).to_contain_text("No video of ours uses this sound.")


def test_a_broken_mp3_is_refused_with_its_reason_and_the_next_step(browser_page):
    visit = browser_page()
    visit.log_in()
    page = visit.upload(b"<html>not found</html>", "download.mp3")
    alert = page.get_by_role("alert").filter(has_text="download.mp3")
    expect(alert).to_contain_text("download.mp3: it is a web page, which no decoder here reads.")
    expect(alert).to_contain_text("Give a wav, flac, ogg or mp3 file.")
    expect(page.locator(".tracks")).to_have_count(0)


def test_after_a_refused_file_a_good_one_is_taken(browser_page, mp3):
    visit = browser_page()
    visit.log_in()
    expect(visit.upload(b"", "empty.mp3").locator("#upload-error")).to_contain_text("empty.mp3: the file is empty.")
    page = visit.upload(mp3)
    expect(page.locator(".tracks > li")).to_have_count(4)
    expect(page.locator("#upload-state")).to_be_hidden()


def test_a_file_over_20_mb_is_refused_before_it_is_sent(browser_page, tmp_path):
    album = tmp_path / "album.wav"
    with album.open("wb") as file:
        file.truncate(20 * 1024 * 1024 + 1)
    visit = browser_page()
    visit.log_in()
    page = visit.choose(album)
    expect(page.locator("#upload-error")).to_contain_text("album.wav: it is larger than 20 MB.")
    assert not any("/upload?" in address for address in visit.requests)


def test_another_genre_searches_the_same_clip_again_and_back_returns(browser_page, mp3):
    visit = browser_page()
    visit.log_in()
    page = visit.upload(mp3)
    expect(page.locator(".tracks > li")).to_have_count(4)
    page.keyboard.press("/")
    page.keyboard.type("rock")
    page.keyboard.press("Enter")
    expect(page.locator(".tracks h2")).to_have_text(["Iron Garden"])
    assert "genre=Rock" in page.url
    page.go_back()
    expect(page.locator(".tracks > li")).to_have_count(4)
    expect(page.get_by_role("textbox", name="Genre")).to_have_value("All genres")


def test_a_genre_with_nothing_described_offers_to_search_all(browser_page, mp3):
    visit = browser_page()
    visit.log_in(path="/similar?genre=Blues")
    page = visit.upload(mp3)
    expect(page.get_by_role("heading", name="No Blues to compare with")).to_be_visible()
    page.get_by_role("link", name="Search all genres").click()
    expect(page.locator(".tracks > li")).to_have_count(4)


def test_the_address_alone_brings_the_answer_back(browser_page, mp3):
    visit = browser_page()
    visit.log_in(path="/similar?genre=Folk")
    page = visit.upload(mp3)
    expect(page.locator(".tracks h2")).to_have_text(["Quiet Harbour", "Slow Tide"])
    page.reload()
    expect(page.locator(".tracks h2")).to_have_text(["Quiet Harbour", "Slow Tide"])


def test_nobody_else_sees_my_clip(browser_page, mp3):
    mine, other = browser_page(), browser_page()
    mine.log_in("ada")
    page = mine.upload(mp3)
    expect(page.locator(".tracks > li")).to_have_count(4)
    page = other.log_in("bruno", path=page.url.removeprefix(mine.url))
    expect(page.get_by_role("heading", name="This clip is no longer here")).to_be_visible()


def test_a_genre_that_does_not_exist_is_said(browser_page, mp3):
    visit = browser_page()
    visit.log_in()
    page = visit.upload(mp3)
    expect(page.locator(".tracks > li")).to_have_count(4)
    page.goto(f"{page.url}&genre=Skiffle")
    expect(page.get_by_role("alert").filter(has_text="Genre 'Skiffle'")).to_contain_text("There is no such top genre.")


def test_the_page_comes_alive_by_itself_when_the_first_tracks_are_described(browser_page, catalogue, monkeypatch):
    monkeypatch.setattr(similar, "LOOK_AGAIN_MS", 300)
    columns = "track_id, genre, scaler_version, vector::text, clip_id, day"
    vectors = catalogue.query(f"SELECT {columns} FROM core.track_vector")
    catalogue.execute("DELETE FROM core.track_vector")
    page = browser_page().log_in()
    expect(page.get_by_role("heading", name="The first refresh is running")).to_be_visible()
    for row in vectors:
        catalogue.execute(
            "INSERT INTO core.track_vector (track_id, genre, scaler_version, vector, clip_id, day)"
            " VALUES (%(track_id)s, %(genre)s, %(scaler_version)s, %(vector)s, %(clip_id)s, %(day)s)",
            row,
        )
    expect(page.locator(".through")).to_contain_text("4 recordings to compare with.")


@pytest.mark.parametrize(("width", "color_scheme"), [(1280, "light"), (360, "dark")])
def test_each_track_says_in_what_it_is_close_and_a_suggested_genre_is_searched_by_a_click(
    browser_page, mp3, monkeypatch, width, color_scheme
):
    found = [Suggestion("Folk", 0.71), Suggestion("Electronic", 0.18), Suggestion("Blues", 0.06)]
    monkeypatch.setattr(similar.ask, "suggested", lambda warehouse, upload: found)  # four tracks teach no genre
    visit = browser_page(width=width, color_scheme=color_scheme)
    visit.log_in()
    page = visit.upload(mp3)
    first = page.locator(".tracks > li").first
    expect(first.locator(".score .unit")).to_have_text("very close")
    expect(first.locator(".agrees > p")).to_have_text("Close in timbre, rhythm, harmony and brightness.")
    expect(first.locator(".parts dt")).to_have_text(["timbre", "rhythm", "harmony", "brightness"])
    chips = page.get_by_role("group", name="Your clip sounds like").get_by_role("link")
    expect(chips).to_have_text([re.compile(r"Folk\s*71%"), re.compile(r"Electronic\s*18%"), re.compile(r"Blues\s*6%")])
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    chips.first.click()
    expect(page).to_have_url(re.compile("genre=Folk&upload="))
    expect(page.locator(".tracks > li")).to_have_count(2)
    expect(page.get_by_role("textbox", name="Genre")).to_have_value(re.compile("Folk"))
    expect(page.locator("[aria-current=true] > .chip")).to_have_text(re.compile("Folk"))
    assert visit.problems == []
