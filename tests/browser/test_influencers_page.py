"""Influencers, used as a musician uses it, over twelve creators that can be checked by eye."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from etl.settings import Settings
from etl.store.warehouse import Warehouse
from tests.browser.conftest import faded_in, file_of


@pytest.fixture(scope="module")
def world(new_database, tmp_path_factory, made_creators) -> Settings:
    """A database with the twelve."""
    url = new_database()
    home = str(tmp_path_factory.mktemp("influencers"))
    settings = Settings.from_env({"OVERTONE_HOME": home, "OVERTONE_DATABASE_URL": url})
    made_creators(Warehouse.open(settings))
    return settings


@pytest.fixture
def settings(world) -> Settings:
    """The made world."""
    return world


@pytest.fixture
def warehouse(world) -> Warehouse:
    """Its warehouse, with empty shortlists."""
    warehouse = Warehouse.open(world)
    warehouse.execute("DELETE FROM app.shortlist")
    return warehouse


def arrive(visit, rest="", login="ada"):
    """Come to the page and wait until it has answered."""
    page = visit.log_in(login, f"/influencers{rest}")
    expect(page.locator("#influencers-ranked .card-foot, #influencers-ranked .card-notice")).to_have_count(1)
    return page


def choose(page, label, option):
    """Choose from a list as a mouse does."""
    page.get_by_role("textbox", name=label, exact=True).click()
    page.get_by_role("option", name=option, exact=True).click()


def test_a_musician_finds_a_creator_and_puts_them_on_the_shortlist(browser_page):
    visit = browser_page(color_scheme="dark")
    page = arrive(visit)
    answer = page.locator("#influencers-ranked-answer")
    expect(answer).to_have_text(
        re.compile(r"10 creators use Rock\. The best fit is Creator 1, \d+ of 100\. 1 of them has used a sound")
    )
    expect(page.locator(".through")).to_contain_text("Creators: data through 20 Dec 2020")
    expect(page.locator(".through .badge")).to_have_text("Synthetic")
    rows = page.locator(".creators tbody tr")
    expect(rows).to_have_count(10)
    expect(rows.first.locator("[data-label=Followers]")).to_have_text("2k")

    choose(page, "Audience in", "Norway")
    expect(page).to_have_url(re.compile(r"/influencers\?audience=NOR$"))
    expect(answer).to_contain_text("5 creators use Rock with an audience in Norway.")
    expect(page.locator(".left-out")).to_have_text("")
    page.go_back()
    expect(page.get_by_role("textbox", name="Audience in", exact=True)).to_have_value("Any country")
    expect(answer).to_contain_text("10 creators use Rock.")
    page.go_forward()
    expect(answer).to_contain_text("5 creators use Rock")
    names = page.locator(".creator-link strong").all_text_contents()
    table = file_of(page, "#influencers-ranked")
    assert table[1] == ["# genre: Rock; country: all; audience in: Norway; size: all; order: best fit"]
    assert table[2:4] == [
        ["# Data through 2020-12-20"],
        ["# Synthetic: creators, their audiences and videos are invented"],
    ]
    assert [row[0].removeprefix("'") for row in table[5:]] == names
    assert [row[2] for row in table[5:]] == rows.locator("[data-label=Fit]").all_text_contents()
    page.go_back()
    expect(rows).to_have_count(10)
    expect(page.locator(".is-loading")).to_have_count(0)

    rows.first.locator("[data-label=Fit]").click(force=True)  # anywhere on the row, then by key
    panel = page.locator("#influencers-chosen")
    expect(panel.get_by_role("heading", name="Creator 1")).to_be_focused()
    expect(page).to_have_url(re.compile(r"/influencers#creator=i1$"))
    expect(panel).to_contain_text("100% of the music of their videos is Rock.")
    expect(panel.get_by_role("link", name="opens TikTok")).to_have_count(2)
    expect(panel).to_contain_text("Matches your Quiet Harbour, score 0.90")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(page).to_have_url(re.compile(r"/influencers$"))
    expect(rows.first.get_by_role("link")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(panel.get_by_role("heading", name="=Creator 2")).to_be_visible()
    expect(panel).to_contain_text("No evidence yet")
    page.go_back()
    expect(panel).to_be_hidden()
    page.go_forward()

    panel.get_by_role("button", name="Add to shortlist").click()
    expect(panel.get_by_role("button", name="Remove from shortlist")).to_be_visible()
    expect(page.locator("#said")).to_contain_text("Added to your shortlist")
    panel.get_by_role("link", name="Close").click()
    note = page.get_by_label("Note on =Creator 2")
    note.fill("x" * 501)
    note.blur()
    expect(page.locator("#influencers-shortlist")).to_contain_text("It has 501 characters, and 500 is the most.")
    note.fill("=ask for a <b>duet</b>, in March")
    note.blur()
    expect(page.locator(".noted")).to_have_text("Saved")
    expect(page.locator("#influencers-shortlist")).not_to_contain_text("501 characters")
    page.reload()
    expect(note).to_have_value("=ask for a <b>duet</b>, in March", timeout=20_000)  # a whole page comes first
    assert file_of(page, "#influencers-shortlist")[5][0::7] == ["'=Creator 2", "'=ask for a <b>duet</b>, in March"]
    other = arrive(browser_page(), login="bruno")
    expect(other.locator("#influencers-shortlist")).to_contain_text("Nobody yet")
    shortlist = page.locator("#influencers-shortlist")
    page.get_by_role("button", name="Remove =Creator 2 from the shortlist").click()
    expect(shortlist).to_contain_text("0 creators on your list.")
    page.get_by_role("button", name="Undo: the shortlist is as before").click()
    expect(shortlist).to_contain_text("1 creator on your list.")
    assert file_of(page, "#influencers-shortlist")[5][7] == "'=ask for a <b>duet</b>, in March"
    page.get_by_role("button", name="Remove =Creator 2 from the shortlist").click()
    expect(shortlist.get_by_role("link", name="=Creator 2")).to_be_visible()  # the row stays, nothing moves
    page.reload()
    expect(shortlist).to_contain_text("Nobody yet")
    assert [one for one in visit.requests if not one.startswith((visit.url, "data:", "blob:"))] == []
    assert visit.problems == []


@pytest.mark.parametrize(("width", "color_scheme"), [(360, "dark"), (768, "dark"), (1280, "light")])
def test_it_fits_its_window_in_both_colours_and_a_creator_opens(browser_page, width, color_scheme):
    visit = browser_page(width=width, color_scheme=color_scheme)
    page = arrive(visit, "?audience=SWE&sort=followers")
    if width == 360:
        first = page.locator(".creators tbody tr").first
        expect(first).to_contain_text("Creator 9")
        for cell in first.locator("td").all():  # every number is there, none is cut off
            box = cell.bounding_box()
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
        first.click()
    else:
        ground = {"light": "rgb(251, 250, 248)", "dark": "rgb(22, 21, 20)"}
        root = page.locator("body")
        expect(root).to_have_css("background-color", ground[color_scheme])
        page.get_by_role("button", name="Switch between light and dark").click()
        expect(root).to_have_css("background-color", ground["dark" if color_scheme == "light" else "light"])
        page.get_by_role("link", name="Creator 9").first.click()
    expect(page.locator("#influencers-chosen").get_by_role("heading", name="Creator 9")).to_be_visible()
    faded_in(page)
    grave = [one for one in Axe().run(page).response["violations"] if one["impact"] in ("serious", "critical")]
    assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in grave] == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert visit.problems == []


def test_a_bad_address_is_explained_and_too_narrow_offers_the_nearest_way_out(browser_page):
    page = arrive(browser_page(), "?genre=Polka&country=NOR&audience=SWE#creator=nobody")
    expect(page.locator(".wrong")).to_contain_text("“Polka” is none of the genres: Rock is shown.")
    expect(page.locator("#influencers-chosen")).to_contain_text("No creator of this name")
    page.get_by_role("link", name="Close").click()
    card = page.locator("#influencers-ranked")
    expect(card).to_contain_text("Nobody fits all of this")
    card.get_by_role("link", name="Drop the audience’s country: 5 creators").click()
    expect(page).to_have_url(re.compile(r"\?country=NOR$"))
    expect(page.locator("#influencers-ranked-answer")).to_contain_text("5 creators use Rock")
    expect(page.get_by_role("textbox", name="Audience in", exact=True)).to_have_value("Any country")
    page.keyboard.press("/")
    page.get_by_label("Name").fill("creator 1")
    expect(card).to_contain_text("1 creator uses Rock. The best fit is Creator 10")
    expect(page).to_have_url(re.compile(r"\?country=NOR&q=creator\+1$"))


def test_others_have_no_such_page(browser_page):
    visit = browser_page()
    page = visit.log_in("lena")
    page.goto(f"{visit.url}/influencers")
    expect(page.get_by_role("heading", name="This page is for others")).to_be_visible()
