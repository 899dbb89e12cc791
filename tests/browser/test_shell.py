"""What is true of every page: the door, the theme, small screens, keys, names, and where requests go."""

import pytest
from playwright.sync_api import expect

from dashboards.pages import status

PAGES = ("/similar", "/status")

#: What is on screen in each frame that is painted.
WATCH_FRAMES = """
window.frames_seen = [];
(function look() {
  const html = document.documentElement;
  if (document.body) frames_seen.push([html.dataset.mantineColorScheme, getComputedStyle(html).backgroundColor]);
  requestAnimationFrame(look);
})();
"""


def test_who_is_not_logged_in_is_led_to_the_login_and_then_to_the_page(browser_page, catalogue):
    visit = browser_page()
    visit.page.goto(f"{visit.url}/status")
    expect(visit.page).to_have_url(f"{visit.url}/login?next=/status")
    expect(visit.page.get_by_role("heading", name="Log in", exact=True)).to_be_visible()
    page = visit.log_in("olga", "/status")
    expect(page).to_have_url(f"{visit.url}/status")
    expect(page).to_have_title("Status · Overtone")


def test_a_wrong_password_is_said_and_the_login_is_kept(browser_page, catalogue):
    visit = browser_page()
    visit.page.goto(visit.url)
    visit.page.get_by_label("Login").fill("ada")
    visit.page.get_by_label("Password").fill("not the password")
    visit.page.keyboard.press("Enter")
    expect(visit.page.get_by_role("alert")).to_have_text(
        "That login and password do not belong together. Check both and try again."
    )
    expect(visit.page.get_by_label("Login")).to_have_value("ada")
    expect(visit.page.get_by_label("Password")).to_be_focused()


def test_a_demo_login_fills_the_form_and_an_operator_comes_to_what_an_operator_needs(browser_page, catalogue):
    visit = browser_page()
    visit.page.goto(visit.url)
    visit.page.get_by_role("button", name="olga").click()
    visit.page.keyboard.press("Enter")
    expect(visit.page.get_by_role("heading", level=1)).to_have_text("How fresh is the data?")


def test_the_demo_says_on_every_page_that_its_music_and_people_are_invented(browser_page, catalogue):
    visit = browser_page()
    page = visit.log_in()
    for path in PAGES:
        page.goto(visit.url + path)
        expect(page.get_by_text("Demo: all music, posts and people are invented.")).to_be_visible()


def test_logging_out_ends_the_session(browser_page, catalogue):
    visit = browser_page()
    page = visit.log_in()
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", name="Log in", exact=True)).to_be_visible()
    page.goto(f"{visit.url}/similar")
    expect(page.get_by_role("heading", name="Log in", exact=True)).to_be_visible()


def test_a_session_that_ended_leads_back_to_the_login(browser_page, catalogue, monkeypatch):
    monkeypatch.setattr(status, "LOOK_AGAIN_MS", 10_000_000)  # nothing asks before the click does
    visit = browser_page()
    page = visit.log_in("olga", "/status")
    page.context.clear_cookies()
    page.get_by_role("link", name="Similar music").click()
    expect(page).to_have_url(f"{visit.url}/login?next=%2Fsimilar")


def test_dark_is_dark_from_the_first_moment_and_is_remembered(browser_page, catalogue):
    page = browser_page(color_scheme="dark").log_in()
    page.add_init_script(WATCH_FRAMES)
    page.reload()
    page.get_by_role("heading", level=1).wait_for()
    assert {tuple(seen) for seen in page.evaluate("frames_seen")} == {("dark", "rgb(22, 21, 20)")}
    page.get_by_role("button", name="Switch between light and dark").click()
    expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "light")
    page.reload()
    page.get_by_role("heading", level=1).wait_for()
    assert {tuple(seen) for seen in page.evaluate("frames_seen")} == {("light", "rgb(251, 250, 248)")}


def test_nothing_leaves_the_origin_and_nothing_goes_wrong(browser_page, catalogue, mp3):
    visit = browser_page()
    page = visit.log_in()
    visit.upload(mp3)
    expect(page.locator(".tracks > li")).to_have_count(4)
    page.get_by_role("link", name="Status").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("How fresh is the data?")
    page.get_by_role("link", name="Similar music").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("From a new song to the creators who could carry it")
    page.get_by_role("button", name="Switch between light and dark").click()
    page.goto(f"{visit.url}/nowhere")
    expect(page.get_by_role("heading", name="There is nothing at this address")).to_be_visible()
    assert [address for address in visit.requests if not address.startswith((visit.url, "data:"))] == []
    assert len(visit.requests) > 20
    assert visit.problems == []


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_no_page_is_wider_than_its_window(browser_page, catalogue, mp3, width):
    visit = browser_page(width=width)
    page = visit.page
    page.goto(visit.url)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    visit.log_in()
    visit.upload(mp3)
    expect(page.locator(".tracks > li")).to_have_count(4)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.goto(f"{visit.url}/status")
    expect(page.locator(".refused")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_everything_that_can_be_used_has_a_name(browser_page, catalogue, mp3):
    visit = browser_page()
    visit.page.goto(visit.url)
    nameless = {"login": _nameless(visit.page)}
    page = visit.log_in()
    visit.upload(mp3)
    expect(page.locator(".tracks > li")).to_have_count(4)
    nameless["similar"] = _nameless(page)
    page.goto(f"{visit.url}/status")
    expect(page.locator(".refused")).to_be_visible()
    nameless["status"] = _nameless(page)
    assert nameless == {"login": [], "similar": [], "status": []}


def test_the_keyboard_skips_to_the_page_chooses_a_genre_and_walks_the_tracks(browser_page, catalogue, mp3):
    visit = browser_page()
    page = visit.log_in()
    page.reload()
    page.get_by_role("heading", level=1).wait_for()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the page")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#page")).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_role("textbox", name="Genre")).to_be_focused()
    page.keyboard.press("Escape")
    visit.upload(mp3)
    expect(page.locator(".tracks > li")).to_have_count(4)
    first = page.locator(".tracks h3").first
    expect(first).to_be_visible()  # the list is there before its step is shown, and what is not shown takes no focus
    first.focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".tracks h3").nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(first).to_be_focused()


def test_the_open_page_is_marked_and_a_new_page_takes_the_focus(browser_page, catalogue):
    page = browser_page().log_in()
    expect(page.get_by_role("link", name="Similar music")).to_have_attribute("aria-current", "page")
    page.get_by_role("link", name="Status").click()
    expect(page.get_by_role("link", name="Status")).to_have_attribute("aria-current", "page")
    expect(page.locator("#page")).to_be_focused()


def _nameless(page):
    """What assistive technology can use but cannot call by a name, and pictures that do not say what they show."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    usable = {"button", "link", "textbox", "combobox", "checkbox", "progressbar", "region"}
    mute = ["img"] * page.locator("img:not([alt])").count()
    return mute + [
        node["role"]["value"]
        for node in nodes
        if not node["ignored"] and node["role"]["value"] in usable and not node.get("name", {}).get("value")
    ]
