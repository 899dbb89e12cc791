"""Take the README's pictures from a running demo: ``.venv/bin/python docs/screenshots.py``.

Needs ``make demo`` in another terminal, its refresh done, and Debian's chromium. Writes ``docs/img/*.png``.
"""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from dashboards.auth import DEMO_ACCOUNTS, DemoAccount
from etl.settings import Settings
from etl.synthetic.demo.music import mp3

IMG = Path(__file__).parent / "img"
LARGEST = 300_000  #: bytes of a picture, so that the README is there at once
ARTIST, OPERATOR = DEMO_ACCOUNTS[0], DEMO_ACCOUNTS[-1]


def main() -> None:
    """Visit the demo of these settings and keep what it looks like."""
    url = f"http://127.0.0.1:{Settings.from_env().app_port}"
    IMG.mkdir(exist_ok=True)
    song = {"name": "my new song.mp3", "mimeType": "audio/mpeg", "buffer": mp3(7, "Electronic", 1, 1)}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for scheme in ("light", "dark"):
            with _logged_in(browser, url, ARTIST, scheme) as page:
                page.locator("#upload-file").set_input_files(song)
                page.locator(".tracks").wait_for()
                _keep(page, f"similar-{scheme}")
        with _logged_in(browser, url, OPERATOR, "light") as page:
            page.goto(f"{url}/status")
            page.locator(".block").first.wait_for()
            _keep(page, "status")
        browser.close()


@contextmanager
def _logged_in(browser: Browser, url: str, account: DemoAccount, scheme: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 1080}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(url)
    page.get_by_label("Login").fill(account.login)
    page.get_by_label("Password").fill(account.password)
    page.get_by_role("button", name="Log in", exact=True).click()
    page.locator("#drop-area").wait_for()
    yield page
    context.close()


def _keep(page: Page, name: str) -> None:
    page.wait_for_load_state("networkidle")
    picture = IMG / f"{name}.png"
    size = len(page.screenshot(path=picture))
    if size > LARGEST:
        sys.exit(f"{picture} has {size} bytes, more than {LARGEST}: show less of the page.")
    print(f"{picture}: {size} bytes")


if __name__ == "__main__":
    main()
