"""A tiny catalogue, the app over it, and a real browser to look at it."""

import csv
import io
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
import soundfile
from dash import Dash
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from dashboards import auth, worker
from dashboards.app import create_app
from etl.audio.decode import decode
from etl.audio.features import EXTRACTOR, describe_alike
from etl.drops.landing import land
from etl.jobs.run import run_job
from etl.machine import postgres
from etl.settings import Settings
from etl.store.storage import Storage
from etl.store.warehouse import Warehouse
from etl.synthetic import activity
from etl.tables import TOP_GENRES
from tests.served import cheap_hashes as cheap_hashes
from tests.served import running

# Of a machine that runs other tests at the same time, for eight cards and a map at once; and here alone, because what
# one file sets holds for those after it. What is there at once is not waited for.
expect.set_options(timeout=60_000)

RATE = 22_050
DRAWING = (
    "data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIHdpZHRoPSI5IiBoZWlnaHQ9IjkiLz4="
)
NO_PICTURE = "data:image/png;base64,AAAA"

#: track, title, artist, genre: a chord in Hz and beats per second
TRACKS = [
    (1, "Quiet Harbour", "The Lanterns", "Folk", (220, 277, 330), 1),
    (2, "Copper Wires", "Mono Orchard", "Electronic", (55, 110, 1760), 8),
    (3, "Slow Tide", "The Lanterns", "Folk", (196, 247, 294), 2),
    (4, "Iron Garden", "Tape Garden", "Rock", (82, 123, 165), 4),
]


def faded_in(page: Page) -> None:
    """Wait for what fades in: of colours that are half there axe finds too little contrast."""
    page.evaluate(
        "() => Promise.all(document.getAnimations().filter(one => one instanceof CSSTransition)"
        ".map(one => one.finished.catch(() => null)))"
    )


def mp3_of(chord: tuple[int, ...], beats: float, seconds: int = 3) -> bytes:
    """Some seconds of a chord that pulses, as mp3."""
    at = np.arange(seconds * RATE) / RATE
    tones = sum(np.sin(2 * np.pi * hz * at) / n for n, hz in enumerate(chord, 1))
    pulse = 0.55 + 0.45 * np.sin(2 * np.pi * beats * at)
    noise = np.random.default_rng(1).normal(scale=0.01, size=at.size)
    file = BytesIO()
    soundfile.write(file, 0.25 * tones * pulse + noise, RATE, format="MP3")
    return file.getvalue()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the walk through all pages visit a running demo, and keep what it sees."""
    parser.addoption("--demo", help="address of a running demo, which is visited in place of a made one")
    parser.addoption("--screenshots", type=Path, help="folder for pictures of every page")


@pytest.fixture(scope="session")
def migrated(new_database: Callable[[], str]) -> str:
    """The address of a database with every migration applied, which each test finds empty."""
    return new_database()


@pytest.fixture
def settings(tmp_path: Path, migrated: str, database_home: Path) -> Settings:
    """Settings whose database has every table and no row."""
    warehouse = Warehouse(migrated)
    with warehouse.transaction() as cursor:
        cursor.execute(
            "SELECT oid::regclass::text AS name FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition"
            " AND relnamespace IN ('core'::regnamespace, 'ops'::regnamespace, 'app'::regnamespace)"
        )
        names = {row["name"] for row in cursor.fetchall()} - {"ops.migration", "ops.seal"}
        for name in sorted(names, reverse=True):  # what refers to a table comes after it in the alphabet
            cursor.execute(f"DELETE FROM {name}")
    return Settings.from_env(
        {
            "OVERTONE_HOME": str(tmp_path / "home"),
            "OVERTONE_DATABASE_URL": migrated,
            "OVERTONE_APP_DATABASE_URL": postgres.database_url(
                database_home, migrated.rpartition("/")[2], postgres.PAGES
            ),
        }
    )


@pytest.fixture
def warehouse(settings: Settings) -> Warehouse:
    """The warehouse of these settings, empty."""
    return Warehouse.open(settings)


@pytest.fixture
def mp3() -> bytes:
    """The recording of track 1."""
    return mp3_of(*TRACKS[0][4:])


@pytest.fixture
def catalogue(settings: Settings, warehouse: Warehouse) -> Warehouse:
    """Four described tracks: one with videos, one without a match, one whose sound has no video, one more."""
    fill_catalogue(settings, warehouse)
    return warehouse


def fill_catalogue(settings: Settings, warehouse: Warehouse) -> None:
    """Load the tracks, what they are on TikTok, and the books of it."""
    for place, genre in enumerate(["Blues", "Electronic", "Folk", "Rock"], 1):
        warehouse.execute(
            "INSERT INTO core.genre (genre_id, title, top_genre_id, top_genre, day)"
            " VALUES (%s, %s, %s, %s, '2026-01-02')",
            (place, genre, place, genre),
        )
    for track_id, title, artist, genre, *sound in TRACKS:
        warehouse.execute(
            "INSERT INTO core.track (track_id, title, artist_id, artist_name, genre, genre_ids, day)"
            " VALUES (%s, %s, %s, %s, %s, '{}', '2026-01-02')",
            (track_id, title, track_id, artist, genre),
        )
        warehouse.execute(
            "INSERT INTO core.track_feature"
            " (track_id, genre, clip_id, features, duration_s, rate_hz, silent, extractor, day)"
            " VALUES (%s, %s, %s, %s, 3, %s, false, %s, '2026-01-02')",
            (
                track_id,
                genre,
                title,
                describe_alike(decode(mp3_of(*sound), title), title).features.tolist(),
                RATE,
                EXTRACTOR,
            ),
        )
    run_job(settings, "scale_features", date(2026, 1, 2))
    warehouse.execute("TRUNCATE ops.load, ops.watermark")  # the figures that the pages show are those below
    for track_id, title, artist in [(1, "quiet harbour", "the lanterns"), (2, "Copper Wires (sped up)", "mono")]:
        warehouse.execute(
            "INSERT INTO core.sound (sound_id, letter, title, artist_name, covers, first_day, day)"
            " VALUES (%s, %s, %s, %s, '{}', '2026-01-01', '2026-01-02')",
            (f"sound{track_id}", title[0].lower(), title, artist),
        )
        warehouse.execute(
            "INSERT INTO core.track_match (fma_track_id, tiktok_track_id, title_score, artist_score, total_score,"
            " probability, vocabulary, day) VALUES (%s, %s, 1, 0.75, 0.9, 0.97, 'v', '2026-01-02')",
            (track_id, f"sound{track_id}"),
        )
    warehouse.execute(
        "INSERT INTO core.creator (creator_id, handle, name, first_day, day)"
        " VALUES ('c', 'harbour.dances', 'Harbour Dances', '2026-01-01', '2026-01-02')"
    )
    covers = {"v1": [DRAWING], "v2": [NO_PICTURE], "v3": [], "v4": ["https://covers.invalid/v4.jpg"]}
    for place, (video_id, cover) in enumerate(covers.items()):
        warehouse.execute(
            "INSERT INTO core.video (video_id, sound_id, creator_id, url, caption, covers, plays, created_at,"
            " first_day, day) VALUES (%s, 'sound1', 'c', %s, 'wait for the tide', %s, %s, '2026-01-01T10:00Z',"
            " '2026-01-01', '2026-01-02')",
            (video_id, f"https://www.tiktok.com/v/{video_id}", cover, 12_437 - place),
        )
    for table in ("track", "track_vector", "sound", "video", "track_match"):
        warehouse.execute(
            "INSERT INTO ops.watermark (table_name, through) VALUES (%s, '2026-01-02')", (f"core.{table}",)
        )
    warehouse.execute(
        "INSERT INTO ops.load (job, day, table_name, rows_in, inserted, updated, unchanged, quarantined, started_at)"
        " VALUES ('ingest_tiktok', '2026-01-02', 'core.video', 1234, 1200, 20, 9, 5, now() - interval '3 seconds')"
    )
    for line in range(5):
        warehouse.execute(
            "INSERT INTO ops.quarantine (job, day, source, position, reason, detail) VALUES"
            " ('ingest_tiktok', '2026-01-02', 'posts.ndjson', %s, 'field_missing', 'musicInfos.musicId is missing')",
            (line,),
        )


@pytest.fixture
def creators(catalogue: Warehouse) -> Iterator[Warehouse]:
    """Three creators of Folk who can be suggested; c, the first, used the first track's sound."""
    catalogue.execute("DELETE FROM activity.influencer")
    shares = [0.0] * 16
    shares[TOP_GENRES.index("Folk")] = 1.0
    for place, (name, creator_id, country) in enumerate(
        [("Harbour Dances", "c", "NOR"), ("Fjord Steps", "f", "NOR"), ("Midsummer", "m", "SWE")], 1
    ):
        catalogue.execute(
            "INSERT INTO activity.influencer (influencer_id, creator_id, handle, name, country, genre, tier, followers,"
            " videos, median_plays, median_likes, median_comments, median_shares, genre_shares, audience_countries,"
            " audience_shares, synthetic, day) VALUES (%s, %s, %s, %s, %s, 'Folk', 'micro', 20000, 40, 9000, 900, 90,"
            " 30, %s, %s, '{0.6}', true, '2026-01-02')",
            (f"i{place}", creator_id, name.lower(), name, country, shares, [country]),
        )
    for number in range(12):  # what expectations are learned from: nobody's similar sound
        catalogue.execute(
            "INSERT INTO core.video (video_id, sound_id, creator_id, url, caption, covers, plays, created_at,"
            " first_day, day) VALUES (%s, 'elsewhere', %s, NULL, '', '{}', %s, '2025-12-28T10:00Z', '2025-12-28',"
            " '2026-01-02')",
            (f"o{number}", "fm"[number % 2], 4000 + 900 * number),
        )
    yield catalogue
    catalogue.execute("DELETE FROM activity.influencer")


@pytest.fixture
def app(settings: Settings, warehouse: Warehouse) -> Dash:
    """The app as the demo serves it, with the demo's accounts."""
    auth.ensure_demo_accounts(warehouse)
    return create_app(replace(settings, demo=True), warehouse)


@pytest.fixture
def app_url(app: Dash, warehouse: Warehouse) -> Iterator[str]:
    """Where a real server serves the app."""
    with served(app, warehouse) as url:
        yield url


@contextmanager
def served(app: Dash, warehouse: Warehouse) -> Iterator[str]:
    """Serve an app for a while."""
    with running(worker.in_front(app)) as port:
        yield f"http://127.0.0.1:{port}"
    warehouse.close()  # its threads' connections a test would soon be all that the server has


@pytest.fixture(scope="session")
def demo_url(
    new_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[str]:
    """A demo with something on every page, which no test changes; a running one if the command line names it."""
    if running := request.config.getoption("--demo", None):
        yield running
        return
    request.getfixturevalue("spark")
    url = new_database()
    home = tmp_path_factory.mktemp("demo")
    settings = Settings.from_env({"OVERTONE_HOME": str(home), "OVERTONE_DATABASE_URL": url, "OVERTONE_DEMO": "1"})
    warehouse = Warehouse.open(settings)
    fill_catalogue(settings, warehouse)
    fill_audience(settings, warehouse, home)
    auth.ensure_demo_accounts(warehouse)
    with served(create_app(settings, warehouse), warehouse) as address:
        yield address


def fill_audience(settings: Settings, warehouse: Warehouse, folder: Path) -> None:
    """Load five weeks of made listens, Lena's and her friends' too, and build what is shown of them."""
    sunday = date(2020, 12, 20)
    tracks = activity.catalogue(1, 12).to_pylist()
    for place, track in enumerate(tracks):
        track["track_id"] += 1000
        track["artist_id"] = auth.DEMO_ACCOUNTS[place % 2].artist_id
        warehouse.execute(
            "INSERT INTO core.track (track_id, title, artist_id, artist_name, genre, genre_ids, duration_s, day) VALUES"
            " (%(track_id)s, %(title)s, %(artist_id)s, 'Somebody', %(genre)s, '{}', %(duration_s)s, '2020-01-01')",
            track | {"title": f"Song {place}"},
        )
    made = activity.Population.of(1, 400, pa.Table.from_pylist(tracks), full=sunday)
    listens = pa.concat_tables([made.listens(sunday - timedelta(days=number)) for number in range(35)])
    lena = next(one.listener_id for one in auth.DEMO_ACCOUNTS if one.listener_id)
    place = listens.schema.get_field_index("listener_id")
    others = pc.add(listens["listener_id"], lena - 3)  # she is the third of them
    listens = listens.set_column(place, listens.schema.field(place), others.cast(pa.int64()))
    warehouse.execute(
        "INSERT INTO activity.listener (listener_id, name, country, synthetic, day, joined, sharing)"
        " SELECT n, 'Listener ' || n, 'SWE', TRUE, '2020-12-20', '2020-01-01', 'name'"
        " FROM generate_series(%s, %s) AS n",
        (lena, lena + 9),
    )
    warehouse.execute(
        "INSERT INTO activity.friendship"
        " SELECT %s, n, '2020-01-01', TRUE, '2020-12-20' FROM generate_series(%s, %s) AS n",
        (lena, lena + 1, lena + 9),
    )
    pq.write_table(listens, folder / f"listens_{sunday}.parquet")
    land(Storage(settings.storage_url), "listens", [folder / f"listens_{sunday}.parquet"])
    for job in ("ingest_listens", "build_audience", "build_tastes", "build_recommender"):
        run_job(settings, job, sunday)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        reason = "no chromium here: install Debian's package of that name"
        if os.environ.get("OVERTONE_REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


def choose_from_menu(card: Locator, item: str) -> None:
    """Choose what the menu of a card has."""
    card.locator(".card-foot > .more > summary").click()
    card.get_by_role("button", name=item, exact=True).click()


def file_of(page: Page, card: str) -> list[list[str]]:
    """The rows of the file of a card."""
    with page.expect_download() as download:
        choose_from_menu(page.locator(card), "Download CSV")
    return list(csv.reader(io.StringIO(Path(download.value.path()).read_text(encoding="utf-8-sig"))))


@dataclass
class Visit:
    """A browser that came to the app, and what it noticed."""

    page: Page
    url: str
    problems: list[str] = field(default_factory=list)  #: what the console called an error
    requests: list[str] = field(default_factory=list)  #: addresses that were asked for

    def log_in(self, login: str = "ada", path: str = "/") -> Page:
        """Come to a page through the login page."""
        password = {demo.login: demo.password for demo in auth.DEMO_ACCOUNTS}[login]
        self.page.goto(self.url + path)
        self.page.get_by_label("Login").fill(login)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Log in", exact=True).click()
        self.page.get_by_role("heading", level=1).wait_for()
        return self.page

    def answer_late(self) -> None:
        """From the next page on, each answer to a choice comes 700 ms after it was there."""
        self.page.add_init_script("""
            const ask = window.fetch;
            window.fetch = async (...what) => {
              const answer = await ask(...what);
              if (String(what[0]).includes("_dash-update")) await new Promise((go) => setTimeout(go, 700));
              return answer;
            };
        """)

    def answer_together(self, many: int, output: str) -> None:
        """From now on, the next answers for an output come in one moment, once so many of them are there."""
        script = """([many, output]) => {
            const ask = window.fetch;
            const kept = [];
            window.fetch = async (...what) => {
              const answer = await ask(...what);
              if (kept.length < many && String(what[1]?.body).includes(output)) {
                await new Promise((go) => kept.push(go) === many && kept.forEach((one) => one()));
              }
              return answer;
            };
        }"""
        self.page.evaluate(script, [many, output])

    def follow_late(self, ms: int) -> None:
        """From now on, what an address sets choices to comes so many ms after it was there."""
        script = """(ms) => {
            const ask = window.fetch;
            window.fetch = async (...what) => {
              const answer = await ask(...what);
              if (String(what[1]?.body).includes('"came.data"')) await new Promise((go) => setTimeout(go, ms));
              return answer;
            };
        }"""
        self.page.evaluate(script, ms)

    def upload(self, data: bytes, name: str = "my song.mp3") -> Page:
        """Choose a file of this content on the page Similar music."""
        return self.choose({"name": name, "mimeType": "audio/mpeg", "buffer": data})

    def choose(self, file: Any) -> Page:
        """Choose a file, or the path of one, on the page Similar music."""
        with self.page.expect_file_chooser() as chooser:
            self.page.get_by_role("button", name="Choose a song").click()
        chooser.value.set_files(file)
        return self.page


@pytest.fixture
def browser_page(chromium: Browser, app_url: str) -> Iterator[Callable[..., Visit]]:
    """Come to the app with a browser of one's own: ``browser_page(width=360, color_scheme="dark")``."""
    contexts = []

    def visit(width: int = 1280, height: int = 860, **settings: Any) -> Visit:
        context = chromium.new_context(viewport={"width": width, "height": height}, **settings)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        seen = Visit(page, app_url)
        page.on("console", lambda message: message.type == "error" and seen.problems.append(message.text))
        page.on("pageerror", lambda error: seen.problems.append(str(error)))
        page.on("request", lambda request: seen.requests.append(request.url))
        return seen

    yield visit
    for context in contexts:
        context.close()
