"""Every page of every role, light and dark, narrow and wide: nothing serious for axe to find, nothing too wide.

The same walk takes the README's pictures: ``docs/screenshots.py`` sends it through a running demo.
"""

import io
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import expect

from dashboards import auth
from dashboards.pages import pages
from etl.synthetic.demo.music import mp3
from tests.browser.conftest import faded_in
from tests.conftest import DRILLS

WIDTHS = (360, 768, 1280)
#: Where axe looks: at each theme and at each layout; as a drill, at each theme in each layout.
CHECKED = {"light": (360, 1280), "dark": (360, 1280)} if DRILLS else {"light": (1280,), "dark": (360,)}
HEIGHT = 1080
#: The part of WCAG that can be told by a program, and axe's own advice.
RULES = {"resultTypes": ["violations"], "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
GRAVE = {"serious", "critical"}
#: What a page shows while something of it is still to come.
WAITING = "#page .skeleton, #page .is-loading, .dash-spinner"


#: One account of each role, and nobody.
VISITORS = ["", *({account.role: account.login for account in reversed(auth.DEMO_ACCOUNTS)}.values())]


@pytest.mark.drill
@pytest.mark.parametrize("login", VISITORS)
def test_axe_finds_nothing_serious_on_any_page_and_none_is_too_wide(chromium, demo_url, request, login):
    folder = request.config.getoption("--screenshots", None)
    context = chromium.new_context(viewport={"width": WIDTHS[-1], "height": HEIGHT}, color_scheme="light")
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(demo_url)
    [role] = [one.role for one in auth.DEMO_ACCOUNTS if one.login == login] or [""]
    shown = {"login": "/login"}
    if role:
        _log_in(page, login)
        shown = {one.path.strip("/"): one.path for one in pages() if role in one.roles} | {"account": "/account"}
    found = []
    for name, path in shown.items():
        page.goto(demo_url + path)
        page.get_by_role("heading", level=1).wait_for()
        if path == "/similar" and login == auth.DEMO_ACCOUNTS[0].login:
            song = {"name": "my new song.mp3", "mimeType": "audio/mpeg", "buffer": mp3(7, "Electronic", 1, 1)}
            page.locator("#upload-file").set_input_files(song)
            page.locator(".tracks").wait_for()
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.evaluate("localStorage.clear()")
            page.reload()
            page.get_by_role("heading", level=1).wait_for()
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": HEIGHT})
                expect(page.locator(WAITING)).to_have_count(0, timeout=60_000)
                where = f"{name} of {login or 'nobody'}, {scheme}, {width} px"
                if width in CHECKED[scheme] and not folder:
                    _open(page)
                if _too_wide(page):
                    found.append(f"{where}: wider than its window")
                if width in CHECKED[scheme]:
                    found += [f"{where}: {one}" for one in _violations(page)]
                if folder and login == _first(name):
                    _keep(page, folder / f"{name}-{scheme}{'' if width == WIDTHS[-1] else f'-{width}'}.png")
    assert found == []
    page.evaluate("document.body.append(document.createElement('button'))")
    assert [one.split(":")[0] for one in _violations(page)] == ["button-name"]  # it would have been found
    context.close()


def _open(page) -> None:
    """Open every menu, and what menus open."""
    page.evaluate(
        "for (const one of document.querySelectorAll('#page details')) one.open = true;"
        "for (const one of document.querySelectorAll('.card-foot > .shown')) one.hidden = false;"
    )


def _first(name: str) -> str:
    """Whose picture of a page is taken: that of the first who may see it."""
    roles = next((page.roles for page in pages() if page.path.strip("/") == name), auth.ROLES)
    return "" if name == "login" else next(one.login for one in auth.DEMO_ACCOUNTS if one.role in roles)


def _too_wide(page) -> bool:
    """Whether a page stays wider than its window; charts need a moment to follow."""
    for _ in range(30):
        if not page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            return False
        page.wait_for_timeout(100)
    return True


def _log_in(page, login):
    password = {demo.login: demo.password for demo in auth.DEMO_ACCOUNTS}[login]
    page.get_by_label("Login").fill(login)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in", exact=True).click()
    page.locator("#page h1").wait_for()


def _violations(page) -> list[str]:
    """What axe calls serious or worse, each with the places of it; of what fades in, once it has."""
    faded_in(page)
    return [
        f"{one['id']}: {one['help']}: {node['target']} {node['any'][0]['message'] if node['any'] else ''}"
        for one in Axe().run(page, options=RULES).response["violations"]
        if one["impact"] in GRAVE
        for node in one["nodes"][:3]
    ]


def _keep(page, file: Path) -> None:
    """Keep what is on screen, in 200 colours: a third of the bytes, and no eye can tell."""
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(400)  # pictures fade in
    file.parent.mkdir(parents=True, exist_ok=True)
    picture = Image.open(io.BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
    picture.quantize(200, dither=Image.Dither.NONE).save(file, optimize=True)
