"""Similar music: the address is the state. Choices go into it, Back returns to it, and what it cannot be is said."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import TRACKS, mp3_of

pytestmark = pytest.mark.usefixtures("catalogue")


@pytest.fixture(scope="session")
def long_song():
    """24 seconds: eight times the first track, whose pulse goes through."""
    return mp3_of(*TRACKS[0][4:], seconds=24)


def choose(page, label, option):
    page.get_by_role("textbox", name=label, exact=True).click()
    page.get_by_role("option", name=re.compile(f"^{option}")).click()


@pytest.fixture
def in_part(browser_page, long_song):
    """A page on which a part of a song is compared."""
    visit = browser_page()
    visit.log_in()
    page = visit.upload(long_song, "long.mp3")
    expect(page.locator(".tracks > li")).to_have_count(4)
    page.get_by_text("10 to 60 seconds of it").click()
    expect(page).to_have_url(re.compile(r"&from=\d+&to=\d+$"))
    return page


def test_a_part_of_the_song_is_compared_and_back_returns_to_the_whole(in_part):
    page = in_part
    start, end = (float(number) for number in re.findall(r"(?:from|to)=(\d+)", page.url))
    assert end - start == 12
    expect(page.locator(".tracks > li")).to_have_count(4)
    thumb = page.get_by_role("slider", name="To, in seconds")
    thumb.focus()
    for _ in range(2):
        page.keyboard.press("ArrowLeft" if end > 14 else "ArrowRight")
    moved = end - 1 if end > 14 else end + 1
    expect(page).to_have_url(re.compile(rf"&to={moved:g}$"))
    shade = page.locator("#similar-waveform").evaluate("(e) => e.style.getPropertyValue('--to')")
    assert float(shade.removesuffix("%")) == pytest.approx(100 * moved / 24, abs=0.6)
    for _ in range(3):  # two keys may have been taken for one
        if "from=" in page.url:
            page.go_back()
            page.wait_for_timeout(300)
    expect(page).to_have_url(re.compile(r"upload=[\w-]+$"))
    expect(page.get_by_role("radio", name="The whole song")).to_be_checked()
    page.goto(f"{page.url}&from=3&to=5")
    expect(page.get_by_role("status").filter(has_text="A part has 10 to 60 seconds")).to_be_visible()
    expect(page.locator(".tracks > li")).to_have_count(4)


def test_back_twice_at_once_is_the_whole_song(in_part):
    """The answer to the first Back comes after the second Back and before the answer to that: it comes too late."""
    page = in_part
    first = page.url
    thumb = page.get_by_role("slider", name="To, in seconds")
    thumb.focus()
    thumb.press("ArrowLeft" if "to=24" in first else "ArrowRight")
    expect(page).not_to_have_url(first)
    page.wait_for_timeout(1000)  # every answer has come
    page.evaluate("""() => {
        const ask = window.fetch;
        let late = 0;
        window.fetch = async (...what) => {
          const answer = await ask(...what);
          const wait = String(what[1]?.body).includes('"came.data"') ? 300 + 1000 * late++ : 0;
          await new Promise((go) => setTimeout(go, wait));
          return answer;
        };
    }""")
    page.go_back()
    expect(page).to_have_url(first)
    came: list[str] = []
    page.on("framenavigated", lambda frame: came.append(frame.url))
    page.go_back()
    page.wait_for_timeout(3000)
    assert came == [re.sub("&from=.*", "", first)]
    expect(page.get_by_role("radio", name="The whole song")).to_be_checked()


def test_another_genre_and_another_track_are_asked_about_and_back_returns(browser_page, mp3):
    visit = browser_page()
    visit.log_in()
    page = visit.upload(mp3)
    titles = page.locator(".tracks h3")
    expect(titles).to_have_count(4)
    page.keyboard.press("/")
    expect(page.get_by_role("option").first).to_be_visible()  # a list that is not there yet takes no Enter
    page.keyboard.type("rock")
    expect(page.locator("[role=option][data-combobox-selected]")).to_contain_text("Rock")
    page.keyboard.press("Enter")
    expect(titles).to_have_text(["Iron Garden"])
    expect(page).to_have_url(re.compile("genre=Rock"))
    page.go_back()
    expect(titles).to_have_count(4)
    expect(page.get_by_role("textbox", name="Genre")).to_have_value("All genres")
    page.locator(".tracks > li").filter(has_text="Slow Tide").get_by_role("link", name="More like this one").click()
    expect(page.locator("#song-answer")).to_have_text("More like Slow Tide by The Lanterns.")
    expect(titles).to_have_count(3)
    expect(page.locator(".tracks")).not_to_contain_text("Slow Tide")
    page.reload()  # the address alone brings it back
    expect(titles).to_have_count(3)
    page.get_by_role("link", name="Back to your song").click()
    expect(titles).to_have_count(4)


def test_what_is_chosen_before_the_answer_to_back_is_there_stays(browser_page, mp3, creators):
    visit = browser_page()
    visit.log_in(path="/similar")
    page = visit.upload(mp3)
    expect(page.locator(".tracks > li")).to_have_count(4)
    choose(page, "Genre", "Folk")
    expect(page).to_have_url(re.compile("genre=Folk"))
    choose(page, "Creators from", "Norway")
    expect(page).to_have_url(re.compile("genre=Folk&country=NOR"))
    page.wait_for_timeout(1000)  # every answer has come
    visit.follow_late(2000)
    page.go_back()
    expect(page).to_have_url(re.compile("genre=Folk$"))
    choose(page, "Genre", "Rock")
    expect(page).to_have_url(re.compile("genre=Rock"))
    expect(page.get_by_role("textbox", name="Creators from")).to_have_value("All countries")  # follows the address
    expect(page.get_by_role("textbox", name="Genre", exact=True)).to_have_value(re.compile("^Rock"))
    expect(page.locator(".tracks h3")).to_have_text(["Iron Garden"])


def test_a_creator_who_is_ticked_before_the_answer_to_back_is_there_stays_and_no_other(browser_page, mp3, creators):
    visit = browser_page()
    visit.log_in(path="/similar?genre=Folk")
    page = visit.upload(mp3)
    page.get_by_label("What to expect of Fjord Steps", exact=True).check()
    expect(page).to_have_url(re.compile("with=i2$"))
    page.wait_for_timeout(1000)  # every answer has come
    visit.follow_late(3000)
    page.go_back()
    expect(page).not_to_have_url(re.compile("with="))
    page.get_by_label("What to expect of Midsummer", exact=True).check()
    expect(page).to_have_url(re.compile("with=i3$"))
    expect(page.get_by_label("What to expect of Fjord Steps", exact=True)).not_to_be_checked()
    expect(page.get_by_label("What to expect of Midsummer", exact=True)).to_be_checked()


def test_two_choices_whose_answers_come_in_one_moment_are_both_kept(browser_page, mp3, creators):
    visit = browser_page()
    visit.log_in(path="/similar")
    page = visit.upload(mp3)
    expect(page.get_by_role("listitem").filter(has_text="Midsummer")).to_be_visible()
    page.wait_for_timeout(1000)  # every answer has come
    visit.answer_together(2, "wanted")
    for label, option in (("Genre", "Folk"), ("Creators from", "Sweden")):
        choose(page, label, option)
    expect(page).to_have_url(re.compile(r"\?upload=[\w-]+&genre=Folk&country=SWE(#|$)"))
    expect(page.locator(".tracks > li")).to_have_count(2)


def test_steps_with_nothing_say_so_and_offer_what_to_drop(browser_page, mp3, creators):
    creators.execute("DELETE FROM core.track_match WHERE fma_track_id = 2")
    visit = browser_page()
    visit.log_in(path="/similar?genre=Electronic&country=FIN")
    page = visit.upload(mp3)
    expect(page.locator(".tracks h3")).to_have_text(["Copper Wires"])
    expect(page.locator("#tiktok")).to_contain_text("None of this music is on TikTok")
    expect(page.locator("#tiktok").get_by_role("link", name="Search all genres")).to_be_visible()
    page.goto(f"{page.url.replace('Electronic', 'Folk')}")
    drop = page.locator("#creators").get_by_role("link", name="Drop the country: 3 creators")
    expect(drop).to_be_visible()
    drop.click()
    expect(page.locator("#creators").get_by_role("listitem").filter(has_text="Midsummer")).to_be_visible()
    page.goto(f"{page.url.replace('genre=Folk', 'genre=Blues')}")
    expect(page.locator("#music")).to_contain_text("No Blues to compare with")
    page.locator("#music").get_by_role("link", name="Search all genres").click()
    expect(page.locator(".tracks > li")).to_have_count(4)
    page.goto(page.url.replace("#music", "&genre=Skiffle&like=seven"))
    expect(page.get_by_role("status").filter(has_text="“Skiffle” is no genre")).to_contain_text("“seven” is no track")


def test_two_choices_at_once_are_both_kept(browser_page, mp3, creators):
    """The answer to the second was asked for before that to the first had come."""
    visit = browser_page()
    visit.answer_late()
    visit.log_in(path="/similar")
    page = visit.upload(mp3)
    expect(page.get_by_role("listitem").filter(has_text="Midsummer")).to_be_visible()
    for label, option in (("Genre", "Folk"), ("Creators from", "Sweden")):
        choose(page, label, option)
    expect(page).to_have_url(re.compile(r"\?upload=[\w-]+&genre=Folk&country=SWE(#|$)"))
    page.wait_for_timeout(3000)  # every answer has come
    expect(page).to_have_url(re.compile(r"\?upload=[\w-]+&genre=Folk&country=SWE(#|$)"))
    expect(page.locator(".tracks > li")).to_have_count(2)
    expect(page.locator("#creators").get_by_role("listitem").filter(has_text="Fjord Steps")).to_have_count(0)
