"""Similar music: from a song to creators, walked as a musician walks it."""

import re
import threading
import time
from dataclasses import asdict

import pytest
from playwright.sync_api import expect

from dashboards import uploads
from dashboards.pages import similar
from dashboards.pages.similar import answers
from etl.drops.clips import Audio
from etl.similarity.genre import Suggestion
from etl.store.storage import Storage
from tests.browser.conftest import TRACKS, file_of, mp3_of

pytestmark = pytest.mark.usefixtures("catalogue")
COVER = "https://p16-sign-va.tiktokcdn.com/obj/v3.jpeg?x-expires=1"


@pytest.fixture
def audible(catalogue, settings):
    """The first track can be heard."""
    sound = mp3_of(*TRACKS[0][4:])
    with Storage(settings.storage_url).write("landing/1.mp3") as file:
        file.write(sound)
    catalogue.execute(
        "INSERT INTO core.clip (track_id, clip_id, path, member, member_at, packing, bytes, format, duration_s, peaks,"
        " day) VALUES (1, 'x', %(path)s, %(member)s, %(member_at)s, %(packing)s, %(bytes)s, 'mp3', 3, '{0.2,1}',"
        " '2026-01-02')",
        asdict(Audio("landing/1.mp3", None, 0, 0, len(sound))),
    )
    catalogue.execute("UPDATE core.track SET license = 'Attribution' WHERE track_id = 1")


@pytest.mark.usefixtures("creators", "audible")
def test_a_new_visitor_goes_from_a_song_to_creators_and_what_to_expect_in_under_three_minutes(
    browser_page, mp3, capsys
):
    visit, began = browser_page(), time.monotonic()
    visit.log_in()
    page = visit.upload(mp3)

    expect(page.locator("#song-answer")).to_contain_text("my song.mp3 0:03")
    tracks = page.locator(".tracks > li")
    expect(tracks).to_have_count(4)
    first = tracks.first
    expect(first.get_by_role("heading")).to_have_text("Quiet Harbour")
    expect(first).to_contain_text("The Lanterns")
    expect(first.locator(".genre")).to_have_text("Folk")
    expect(first.locator(".score .number")).to_have_text("1.00")
    expect(first.locator(".licence")).to_have_text("Attribution")
    expect(tracks.nth(1).locator(".licence")).to_have_text("No licence is told")
    expect(page.locator("#music-answer")).to_contain_text("Closest is Quiet Harbour by The Lanterns: very close.")
    first.get_by_role("button", name="Play Quiet Harbour").click()
    expect(page.get_by_role("region", name="Player")).to_contain_text("Quiet Harbour")

    page.get_by_role("navigation", name="Steps").get_by_role("link", name="On TikTok").click()
    expect(page).to_have_url(re.compile("#tiktok$"))
    answer = page.locator("#tiktok-answer")
    expect(answer).to_have_text(
        re.compile(r"2 of 4 similar tracks have a match\. The nearest 2 are heard in 4 videos with 49\.7k plays\.")
    )
    sound = page.locator(".sounds > li").first
    expect(sound.locator(".sound")).to_have_text("On TikTok as quiet harbour by the lanterns")
    expect(sound).to_contain_text("Same title; same artist.")
    expect(sound.locator(".match")).to_have_text(
        re.compile(r"title\s*1\.00\s*artist\s*0\.75\s*chance of a match\s*97%")
    )
    expect(sound.get_by_role("link")).to_have_count(4)
    expect(sound.locator(".plays").first).to_have_text("12.4k")
    expect(sound.get_by_role("link").first).to_have_attribute("href", "https://www.tiktok.com/v/v1")
    expect(page.get_by_role("listitem", name="Copper Wires").last).to_contain_text("No video of ours uses this sound.")
    expect(page.get_by_role("img", name=re.compile("Videos by week from 29 Dec 2025"))).to_be_visible()
    page.get_by_role("button", name="The match of Copper Wires is wrong").click()
    expect(page.locator(".sounds > li").last).to_contain_text("It is not shown to you again")
    expect(page.get_by_role("button", name="Undo: this match is wrong")).to_be_visible()
    expect(page.locator(".sounds > li")).to_have_count(2)  # it stays where it is until the page is drawn anew
    page.reload()
    expect(page.locator(".sounds > li")).to_have_count(1)
    expect(answer).to_contain_text("1 of 4 similar tracks has a match.")
    expect(page.locator("#tiktok")).to_contain_text("1 match is hidden because you said it is wrong.")

    people = page.locator("#creators")
    expect(people.locator("#creators-answer")).to_contain_text("1 creator used these sounds.")
    expect(people.locator(".badge")).to_have_text("Synthetic")
    expect(people.get_by_role("listitem").filter(has_text="Midsummer")).to_contain_text("Sweden")
    page.get_by_role("textbox", name="Creators from").click()
    page.get_by_role("option", name="Sweden", exact=True).click()
    expect(people.get_by_role("listitem").filter(has_text="Fjord Steps")).to_have_count(0)
    people.get_by_role("button", name="Add to shortlist").first.click()
    expect(people.get_by_role("listitem").filter(has_text="Added to your shortlist.")).to_have_count(1)

    expect(page.locator("#expect")).to_contain_text("Nobody is chosen yet")
    people.get_by_role("checkbox", name="What to expect of Harbour Dances").check()
    people.get_by_role("checkbox", name="What to expect of Midsummer").check()
    expect(page.locator("#expect-answer")).to_have_text(
        re.compile(
            r"With 2 creators and a video each, expect about \S+ plays; four times in five between \S+ and \S+\."
        )
    )
    expect(page).to_have_url(re.compile(r"country=SWE&with=i1%2Ci3"))
    page.get_by_role("button", name="Save this result").click()
    expect(page.locator("#said")).to_contain_text("Saved. It is in your list above.")
    expect(page.get_by_role("button", name="Undo: save this result")).to_be_visible()
    took = time.monotonic() - began
    with capsys.disabled():
        print(f"\nfrom the login page to a saved result: {took:.1f} s")
    assert took < 180  # what is promised to a new visitor
    assert visit.problems == []
    assert all(address.startswith((visit.url, "data:", "blob:")) for address in visit.requests)

    assert file_of(page, "#music")[3][:6] == ["Rank", "Track", "Artist", "Genre", "Score", "In words"]
    tiktok = file_of(page, "#tiktok")
    assert tiktok[2] == ["# Data through 2026-01-02"]
    assert [row[0] for row in tiktok[4:]] == ["Quiet Harbour"]
    rows = file_of(page, "#creators")
    assert rows[3] == ["# Synthetic: creators, their audiences and videos are invented"]
    assert [row[1] for row in rows[5:]] == ["Harbour Dances", "Midsummer"]


@pytest.mark.usefixtures("creators")
def test_each_step_says_what_of_its_rows_was_made_and_nothing_of_observed_ones(browser_page, mp3, catalogue):
    catalogue.execute("UPDATE activity.influencer SET synthetic = FALSE")
    visit = browser_page()
    visit.log_in()
    page = visit.upload(mp3)
    expect(page.locator(".sounds > li")).to_have_count(2)
    expect(page.locator("#creators-answer")).to_contain_text("1 creator used these sounds.")
    expect(page.locator(".badge")).to_have_count(0)
    assert not any("Synthetic" in row[0] for card in ("#music", "#tiktok", "#creators") for row in file_of(page, card))

    catalogue.execute("UPDATE core.track SET synthetic = TRUE WHERE track_id = 2")
    catalogue.execute("UPDATE core.sound SET synthetic = TRUE")
    catalogue.execute("UPDATE core.video SET synthetic = TRUE WHERE video_id = 'v1'")
    page.reload()
    for card, made in {
        "#music": "some of the tracks",
        "#tiktok": "some of the tracks, sounds and some of the videos",
        "#creators": "some of the creators, their audiences and videos",
    }.items():
        badge = page.locator(f"{card} .badge")
        expect(badge).to_have_text("Synthetic")
        expect(badge).to_have_attribute("title", f"S{made[1:]} are invented.")
        assert file_of(page, card)[3] == [f"# Synthetic: {made} are invented"]
    expect(page.locator("#song .badge")).to_have_count(0)  # that is the visitor's own


@pytest.mark.usefixtures("creators")
def test_a_real_clip_of_the_archive_goes_every_step(browser_page, real_data):
    visit = browser_page()
    visit.log_in()
    page = visit.choose(real_data / "fma" / "fma_small" / "000" / "000002.mp3")
    expect(page.locator("#song-answer")).to_contain_text(re.compile("000002.mp3 0:(29|30)"))
    expect(page.locator(".tracks > li")).to_have_count(4)
    for step in ("music", "tiktok", "creators"):
        expect(page.locator(f"#{step}-answer")).to_be_visible()
    expect(page.locator("#expect")).to_contain_text("Nobody is chosen yet")
    assert visit.problems == []


@pytest.mark.usefixtures("creators")
def test_a_saved_result_opens_in_another_session_of_the_account_and_in_nobody_elses(browser_page, mp3, catalogue):
    mine, again, other = browser_page(), browser_page(), browser_page()
    mine.log_in("ada", path="/similar?genre=Folk")
    page = mine.upload(mp3)
    expect(page.locator(".tracks h3")).to_have_text(["Quiet Harbour", "Slow Tide"])
    page.get_by_role("button", name="Save this result").click()
    link = page.get_by_role("link", name="my song.mp3, in Folk")
    expect(link).to_be_visible()
    address = link.get_attribute("href")
    catalogue.execute("UPDATE app.upload SET created_at = created_at - interval '2 days'")

    page = again.log_in("ada", path=address)
    expect(page.locator(".tracks h3")).to_have_text(["Quiet Harbour", "Slow Tide"])
    page = other.log_in("bruno", path=address)
    expect(page.locator("#song")).to_contain_text("This song is no longer here")
    expect(page.locator(".tracks")).to_have_count(0)
    expect(page.get_by_role("button", name="Save this result")).to_be_hidden()
    expect(page.locator("#music")).to_be_hidden()
    page.goto(f"{other.url}/similar?like=99")
    expect(page.locator("#song")).to_contain_text("No track of this number is described.")
    expect(page.locator("#music")).to_be_hidden()
    page.goto(f"{other.url}/similar")
    expect(page.get_by_role("button", name="Choose a song")).to_be_visible()
    expect(page.get_by_text("Saved results")).to_have_count(0)

    mine.page.get_by_role("button", name="Remove my song.mp3, in Folk").click()
    expect(link).to_be_visible()  # what its song is like would go with it: once more
    mine.page.get_by_role("button", name="Remove it for good").click()
    expect(mine.page.get_by_text("Saved results")).to_have_count(0)
    again.page.reload()
    expect(again.page.locator("#song")).to_contain_text("This song is no longer here")
    assert catalogue.query("SELECT FROM app.upload WHERE kept_at IS NOT NULL") == []


def test_pictures_are_asked_of_tiktok_only_after_the_visitor_agreed_and_broken_ones_become_art(
    browser_page, mp3, catalogue
):
    expired = COVER.replace("v3", "v4")
    catalogue.execute("UPDATE core.video SET covers = ARRAY[%s] WHERE video_id = 'v3'", (COVER,))
    catalogue.execute("UPDATE core.video SET covers = ARRAY[%s] WHERE video_id = 'v4'", (expired,))
    visit = browser_page()
    visit.page.context.route(
        re.compile("tiktokcdn"),
        lambda route: (
            route.fulfill(body=SVG, content_type="image/svg+xml") if "v3" in route.request.url else route.abort()
        ),
    )
    visit.log_in()
    page = visit.upload(mp3)
    covers = page.locator("img.cover")
    expect(covers).to_have_count(4)
    for cover in covers.all():
        cover.scroll_into_view_if_needed()
        page.wait_for_function("image => image.complete && image.naturalWidth > 0", arg=cover.element_handle())
        assert cover.get_attribute("alt") == "Cover of a video by Harbour Dances: wait for the tide"
    assert [cover.get_attribute("src").split(";")[0] for cover in covers.all()] == [
        "data:image/svg+xml",
        "/art/v2.svg?genre=Folk",
        "/art/v3.svg?genre=Folk",
        "/art/v4.svg?genre=Folk",
    ]
    assert not any("tiktokcdn" in address for address in visit.requests)
    page.get_by_role("switch", name="Show TikTok’s own pictures").click()
    expect(covers.nth(2)).to_have_attribute("src", COVER)
    covers.nth(2).scroll_into_view_if_needed()
    expect(covers.nth(3)).to_have_attribute("src", "/art/v4.svg?genre=Folk")  # its address had expired
    assert {address for address in visit.requests if "tiktokcdn" in address} == {COVER, expired}
    page.reload()
    expect(page.get_by_role("switch", name="Show TikTok’s own pictures")).to_be_checked()
    page.get_by_role("switch", name="Show TikTok’s own pictures").click()
    expect(covers.nth(2)).to_have_attribute("src", "/art/v3.svg?genre=Folk")


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'


def test_a_refused_song_says_why_and_a_good_one_after_it_is_taken(browser_page, mp3, tmp_path):
    visit = browser_page()
    visit.log_in()
    page = visit.upload(b"<html>not found</html>", "download.mp3")
    error = page.locator("#upload-error")
    expect(error).to_contain_text("download.mp3: it is a web page, which no decoder here reads.")
    expect(error).to_contain_text("Give a wav, flac, ogg or mp3 file.")
    album = tmp_path / "album.wav"
    with album.open("wb") as file:
        file.truncate(20 * 1024 * 1024 + 1)
    before = sum("/upload?" in address for address in visit.requests)
    visit.choose(album)
    expect(error).to_contain_text("album.wav: it is larger than 20 MB.")
    assert sum("/upload?" in address for address in visit.requests) == before
    expect(page.locator(".tracks")).to_have_count(0)
    visit.upload(mp3)
    expect(page.locator(".tracks > li")).to_have_count(4)
    expect(page.locator("#upload-state")).to_be_hidden()


def test_stages_are_named_as_they_come_and_an_upload_can_be_cancelled(browser_page, mp3, monkeypatch):
    go_on = threading.Event()

    def stages(*_):
        yield {"stage": "sent", "upload": "u1"}
        yield {"stage": "decoding"}
        go_on.wait(20)
        yield {"stage": "failed", "status": 422, "thing": "x", "reason": "never seen", "next_step": ""}

    monkeypatch.setattr(uploads.Desk, "stages", stages)
    visit = browser_page()
    visit.log_in()
    page = visit.upload(mp3)
    expect(page.get_by_role("status").filter(has_text="Decoding my song.mp3")).to_be_visible()
    expect(page.locator("#upload-state")).to_have_attribute("data-stage", "decoding")
    with page.expect_request(re.compile("/upload/u1$")) as taken_back:
        page.get_by_role("button", name="Cancel").click()
    assert taken_back.value.method == "DELETE"
    go_on.set()
    expect(page.locator("#upload-state")).to_be_hidden()
    expect(page.get_by_role("button", name="Choose a song")).to_be_focused()
    expect(page.locator("#upload-error")).to_be_empty()


def test_the_page_comes_alive_by_itself_when_the_first_tracks_are_described(browser_page, catalogue, monkeypatch):
    monkeypatch.setattr(similar, "LOOK_AGAIN_MS", 300)
    columns = "track_id, genre, scaler_version, vector::text, clip_id, day"
    vectors = catalogue.query(f"SELECT {columns} FROM core.track_vector")
    catalogue.execute("DELETE FROM core.track_vector")
    page = browser_page().log_in()
    expect(page.get_by_role("heading", name="The first refresh is running")).to_be_visible()
    with catalogue.transaction() as cursor:  # as a load does: all of them at once
        cursor.executemany(
            "INSERT INTO core.track_vector (track_id, genre, scaler_version, vector, clip_id, day)"
            " VALUES (%(track_id)s, %(genre)s, %(scaler_version)s, %(vector)s, %(clip_id)s, %(day)s)",
            vectors,
        )
    expect(page.locator(".through")).to_contain_text("4 recordings to compare with.")


@pytest.mark.parametrize(("width", "color_scheme"), [(1280, "light"), (360, "dark")])
def test_each_track_says_in_what_it_is_close_and_a_suggested_genre_is_searched_by_a_click(
    browser_page, mp3, monkeypatch, width, color_scheme
):
    found = [
        Suggestion("Folk", 0.71),
        Suggestion("Electronic", 0.18),
        Suggestion("Blues", 0.06),
        Suggestion("Pop", 0.05),
    ]
    monkeypatch.setattr(answers.ask, "suggested", lambda warehouse, features: found)  # four tracks teach no genre
    visit = browser_page(width=width, color_scheme=color_scheme)
    visit.log_in()
    page = visit.upload(mp3)
    first = page.locator(".tracks > li").first
    expect(first.locator(".score .unit")).to_have_text("very close")
    expect(first.locator(".agrees > p")).to_have_text("Close in timbre, rhythm, harmony and brightness.")
    expect(first.locator(".parts dt")).to_have_text(["timbre", "rhythm", "harmony", "brightness"])
    chips = page.get_by_role("group", name="Sounds like").get_by_role("link")
    expect(chips).to_have_text([re.compile(r"Folk\s*71%"), re.compile(r"Electronic\s*18%"), re.compile(r"Blues\s*6%")])
    expect(page.locator("#creators .card-foot, #creators .card-notice")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    chips.first.click()
    expect(page).to_have_url(re.compile("genre=Folk&upload="))
    expect(page.locator(".tracks > li")).to_have_count(2)
    expect(page.get_by_role("textbox", name="Genre")).to_have_value(re.compile("Folk"))
    expect(page.locator("[aria-current=true] > .chip")).to_have_text(re.compile("Folk"))
    assert visit.problems == []
