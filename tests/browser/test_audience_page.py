"""Audience, used as a musician uses it, over a small made world that came in through the jobs."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from playwright.sync_api import expect
from pyspark.sql import SparkSession

from dashboards import auth
from dashboards.app import create_app
from dashboards.auth import DEMO_ACCOUNTS
from dashboards.files import asset
from dashboards.pages import audience
from dashboards.pages.audience import answers
from etl.drops.landing import land
from etl.errors import DatabaseUnavailable
from etl.jobs.run import run_job
from etl.settings import Settings
from etl.store.storage import Storage
from etl.store.warehouse import Warehouse
from etl.synthetic.activity import Population, catalogue
from tests.browser.conftest import choose_from_menu, served

SUNDAY = date(2020, 12, 20)
DAYS = 70  #: ten whole weeks
ADA, BRUNO = (demo.artist_id for demo in DEMO_ACCOUNTS[:2])
TITLES = ("Quiet Harbour", "Copper Wires", "Slow Tide", "Iron Garden", "Paper Lanterns", "Northern Line")
CARDS = [card.name for card, _ in audience.CARDS]


@pytest.fixture(scope="module")
def world(new_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory, spark: SparkSession) -> Settings:
    """Two artists with six tracks each and four more, and ten weeks of made listens."""
    url = new_database()
    home = tmp_path_factory.mktemp("audience")
    settings = Settings.from_env({"OVERTONE_HOME": str(home / "home"), "OVERTONE_DATABASE_URL": url})
    settings.home.mkdir()
    (settings.home / "people_key").write_bytes(bytes(32))  # or chance would say which countries are told
    warehouse = Warehouse.open(settings)
    tracks = catalogue(1, 36).to_pylist()
    for place, track in enumerate(tracks):
        track["artist_id"] = (ADA, BRUNO, 3, 4, 5, 6)[place % 6]
        warehouse.execute(
            "INSERT INTO core.track (track_id, title, artist_id, artist_name, genre, genre_ids, duration_s, day) VALUES"
            " (%(track_id)s, %(title)s, %(artist_id)s, %(artist)s, %(genre)s, '{}', %(duration_s)s, '2020-01-01')",
            track | {"title": TITLES[place // 6], "artist": f"Artist {track['artist_id']}"},
        )
    made = Population.of(1, 1000, pa.Table.from_pylist(tracks), full=SUNDAY)
    listens = pa.concat_tables([made.listens(SUNDAY - timedelta(days=number)) for number in range(DAYS)])
    drop = home / f"listens_{SUNDAY}.parquet"
    pq.write_table(listens, drop)
    land(Storage(settings.storage_url), "listens", [drop])
    for job in ("ingest_listens", "build_audience"):
        run_job(settings, job, SUNDAY)
    return settings


@pytest.fixture(scope="module")
def app_url(world: Settings, cheap_hashes) -> Iterator[str]:
    """Where the app serves that world, which no test here changes, to all tests of this file."""
    warehouse = Warehouse.open(world)
    auth.ensure_demo_accounts(warehouse)
    with served(create_app(replace(world, demo=True), warehouse), warehouse) as url:
        yield url


@pytest.fixture(scope="module")
def logged_in() -> dict[str, Any]:
    """Logins by who was logged in before: one is enough for all tests."""
    return {}


@pytest.fixture
def come(browser_page, logged_in):
    """Come to the app as somebody, ``come("bruno", width=360)``: a visit whose page is still empty."""

    def visit(login="ada", **settings):
        if login not in logged_in:
            first = browser_page()
            logged_in[login] = first.log_in(login, "/status").context.storage_state()
        return browser_page(storage_state=logged_in[login], **settings)

    return visit


def arrive(visit, search=""):
    """Come to the page and wait until each card has its answer."""
    visit.page.goto(f"{visit.url}/audience{search}")
    answered(visit.page)
    return visit.page


def answered(page):
    """Wait until each card has an answer or says why not."""
    expect(page.locator(".card")).to_have_count(len(CARDS))
    expect(page.locator(".card:not(:has(.card-foot, .card-notice))")).to_have_count(0)
    expect(page.locator(".is-loading")).to_have_count(0)


def map_of(page):
    """Go where the map is and wait until it is drawn."""
    page.locator("#audience-where .map").scroll_into_view_if_needed()
    expect(page.locator(".choroplethlayer path").first).to_be_visible()


def choose(page, label, option):
    """Choose from a list as a mouse does."""
    page.get_by_role("textbox", name=label, exact=True).click()
    page.get_by_role("option", name=option, exact=True).click()


def first_track(page):
    """The title of the first track in the list of tracks, and its id from the address."""
    choose(page, "Track", TITLES[0])
    expect(page).to_have_url(re.compile("track="))
    return re.search(r"track=(\d+)", page.url)[1]


def test_each_card_answers_with_one_request_and_nothing_leaves_the_origin(come):
    visit = come()
    asked = []

    def note(request):
        if "/_dash-update-component" in request.url:
            asked.append(json.loads(request.post_data)["output"])

    visit.page.on("request", note)
    page = arrive(visit)
    expect(page.locator("#audience-kpis-answer")).to_contain_text(re.compile(r"About [\d.]+k? people listened"))
    expect(page.locator("#audience-curve-answer")).to_contain_text("half way through")
    expect(page.locator("#audience-where-answer")).to_contain_text("the most people are in")
    expect(page.locator("#audience-likes-answer")).to_be_visible()
    expect(page.locator("#audience-curve .js-plotly-plot")).to_be_visible()
    expect(page.locator("#audience-likes .js-plotly-plot")).to_have_count(0)  # nobody looks at it yet
    map_of(page)
    assert sorted(one for one in asked if "audience-" in one) == sorted(f"{card}-body.children" for card in CARDS)
    expect(page.locator(".audience .through")).to_contain_text("23 Nov – 20 Dec 2020, 4 whole weeks")
    expect(page.locator(".audience .through")).to_contain_text("Data through 20 Dec 2020")
    expect(page.locator(".badge")).to_have_text("Synthetic")
    assert [one for one in visit.requests if not one.startswith((visit.url, "data:"))] == []
    assert f"{visit.url}{asset('maps/world_110m.json')}" in visit.requests
    assert visit.problems == []


@pytest.mark.parametrize(("width", "color_scheme"), [(360, "dark"), (768, "light"), (1280, "dark")])
def test_it_fits_its_window_and_stays_where_it_is_in_both_colours(come, width, color_scheme):
    visit = come(width=width, color_scheme=color_scheme)
    page = arrive(visit)
    tick = page.locator("#audience-curve .xtick text").first
    page.locator("#audience-curve").scroll_into_view_if_needed()
    expect(tick).to_be_visible()
    map_of(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    ink = {"light": "rgb(115, 109, 99)", "dark": "rgb(147, 141, 132)"}
    expect(tick).to_have_css("fill", ink[color_scheme])
    asked = len([one for one in visit.requests if "_dash-update" in one])
    page.get_by_role("button", name="Switch between light and dark").click()
    expect(tick).to_have_css("fill", ink["dark" if color_scheme == "light" else "light"])
    assert len([one for one in visit.requests if "_dash-update" in one]) == asked
    assert visit.problems == []


def test_the_choices_are_in_the_address_and_back_and_forward_work(come):
    page = arrive(come())
    choose(page, "Period", "Last 7 days")
    expect(page).to_have_url(re.compile(r"/audience\?days=7$"))
    track = first_track(page)
    expect(page).to_have_url(re.compile(rf"\?days=7&track={track}$"))
    expect(page.locator(".key strong")).to_have_text(TITLES[0])
    answered(page)
    page.go_back()
    expect(page.get_by_role("textbox", name="Track", exact=True)).to_have_value("All tracks")
    expect(page.locator(".key strong")).to_have_text("All your songs")
    page.go_back()
    expect(page.get_by_role("textbox", name="Period", exact=True)).to_have_value("Last 28 days")
    expect(page.locator(".audience .through")).to_contain_text("4 whole weeks")
    page.go_forward()
    expect(page.get_by_role("textbox", name="Period", exact=True)).to_have_value("Last 7 days")
    expect(page.locator(".audience .through")).to_contain_text("14 Dec – 20 Dec 2020, 1 whole week")
    expect(page).to_have_url(re.compile(r"\?days=7$"))
    page.reload()
    answered(page)
    expect(page.get_by_role("textbox", name="Period", exact=True)).to_have_value("Last 7 days")


def test_a_free_range_is_chosen_from_what_is_shown(come):
    page = arrive(come())
    expect(page.locator("#audience-range")).to_be_hidden()
    choose(page, "Period", "Last 7 days")
    expect(page).to_have_url(re.compile(r"\?days=7$"))
    choose(page, "Period", "From … to …")
    expect(page).to_have_url(re.compile(r"\?from=2020-12-14&to=2020-12-20$"))
    expect(page.locator("#audience-range")).to_be_visible()
    expect(page.locator("#audience-range")).to_have_text("14 Dec 2020 – 20 Dec 2020")
    choose(page, "Heard", "To the end")
    expect(page).to_have_url(re.compile(r"\?from=2020-12-14&to=2020-12-20&heard=finished$"))
    page.locator("#audience-range").click()
    page.get_by_role("button", name="1 December 2020", exact=True).click()
    page.get_by_role("button", name="3 December 2020", exact=True).click()
    expect(page).to_have_url(re.compile(r"\?from=2020-12-01&to=2020-12-03&heard=finished$"))
    expect(page.locator(".audience .through")).to_contain_text("30 Nov – 6 Dec 2020, 1 whole week")


def test_a_song_that_is_chosen_before_the_answer_to_back_is_there_stays_though_a_genre_comes_back(come):
    visit = come()
    page = arrive(visit)
    page.get_by_role("textbox", name="Genre", exact=True).click()
    page.get_by_role("option").nth(1).click()
    expect(page).to_have_url(re.compile("genre="))
    answered(page)
    choose(page, "Track", TITLES[0])
    expect(page).to_have_url(re.compile("track="))
    answered(page)
    visit.follow_late(2500)
    page.go_back()
    expect(page).to_have_url(re.compile("genre="))
    choose(page, "Track", TITLES[1])
    expect(page).to_have_url(re.compile(r"\?track="))
    page.wait_for_timeout(3000)  # every answer has come
    expect(page).to_have_url(re.compile(r"\?track=\d+$"))
    expect(page.get_by_role("textbox", name="Track", exact=True)).to_have_value(TITLES[1])
    expect(page.get_by_role("textbox", name="Genre", exact=True)).to_have_value("All genres")


def test_a_chart_that_plotly_failed_to_come_for_is_drawn_when_it_comes_for_another(come):
    visit = come()
    page, loads = visit.page, []

    def fail_once(route):
        loads.append(route.request.url)
        route.abort() if len(loads) == 1 else route.continue_()

    page.route("**/plotly-geo.min.js*", fail_once)
    arrive(visit)
    expect(page.locator("script[src*=plotly-geo]")).to_have_count(0)  # it failed
    map_of(page)
    expect(page.locator("#audience-curve .main-svg").first).to_be_attached()
    assert len(loads) == 2


def test_up_to_five_tracks_are_compared_in_one_chart(come):
    page = arrive(come(), "?days=90")
    page.get_by_role("textbox", name="Compare up to five tracks").click()
    for title in TITLES[:2]:
        page.get_by_role("option", name=title, exact=True).click()
    expect(page).to_have_url(re.compile(r"compare=\d+,\d+"))
    expect(page.locator("#audience-curve .key strong")).to_have_count(2)
    expect(page.locator("#audience-curve-answer")).to_contain_text("People stay longest with")


def test_what_is_chosen_quickly_is_all_kept_and_back_leads_through_it(come):
    """Answers come late, and none of them takes back what was chosen while it was on its way."""
    visit = come()
    visit.answer_late()
    page = arrive(visit, "?days=90")
    page.get_by_role("textbox", name="Compare up to five tracks").click()
    for title in TITLES[:3]:
        page.get_by_role("option", name=title, exact=True).click()
    expect(page).to_have_url(re.compile(r"compare=\d+,\d+,\d+$"))
    page.wait_for_timeout(3000)  # every answer has come
    expect(page).to_have_url(re.compile(r"compare=\d+,\d+,\d+$"))
    expect(page.locator("#audience-curve .mantine-MultiSelect-pill")).to_have_count(3)
    choose(page, "Heard", "To the end")
    expect(page).to_have_url(re.compile(r"heard=finished&compare=\d+,\d+,\d+$"))
    page.go_back()
    expect(page.get_by_role("textbox", name="Heard")).to_have_value("Every listen")
    choose(page, "Heard", "To the end")  # the same as before
    expect(page).to_have_url(re.compile(r"heard=finished"))
    page.go_back()
    expect(page.get_by_role("textbox", name="Heard")).to_have_value("Every listen")
    page.go_forward()
    expect(page.get_by_role("textbox", name="Heard")).to_have_value("To the end")


def test_of_a_track_and_a_genre_the_one_chosen_last_counts(come):
    """Answers come late: one to the choice before must not take back what was chosen since."""
    visit = come()
    visit.answer_late()
    page = arrive(visit, "?days=90")
    track, genre = (page.get_by_role("textbox", name=name, exact=True) for name in ("Track", "Genre"))
    genre.click()
    first, second = page.get_by_role("option").all_text_contents()[1:3]
    page.get_by_role("option", name=first, exact=True).click()
    expect(page).to_have_url(re.compile("genre="))
    choose(page, "Track", TITLES[0])
    choose(page, "Genre", second)
    choose(page, "Heard", "To the end")
    page.wait_for_timeout(3000)  # every answer has come
    expect(page).to_have_url(re.compile(rf"\?days=90&genre={second}&heard=finished$"))
    expect(track).to_have_value("All tracks")
    expect(genre).to_have_value(second)


def test_songs_news_days_and_countries_lead_to_what_they_tell(come):
    visit = come()
    page = arrive(visit, "?days=90")
    small = page.locator("#audience-countries .multiples > li")
    small.first.scroll_into_view_if_needed()
    expect(small.locator(".plot .scatterlayer path").first).to_be_attached()
    assert 1 <= small.count() <= 8
    for text in small.locator("p").all_text_contents():
        assert re.search(r"about [\d.]+k? people(no measurable difference|different: \d+ points? (more|less))", text)
    expect(page.locator("#audience-when-answer")).to_contain_text("listens on a usual day.")
    page.locator("#audience-news .news a").first.click()
    expect(page).to_have_url(re.compile("#audience-"))
    expect(page.locator("#audience-kpis")).not_to_be_in_viewport()
    songs = page.locator("#audience-tracks tbody tr")
    expect(songs).to_have_count(6)
    first = songs.first.locator("a")
    title = first.text_content()
    first.click()
    expect(page.get_by_role("textbox", name="Track", exact=True)).to_have_value(title)
    expect(page.locator("#audience-curve .key strong")).to_have_text(title)
    expect(page.locator("#audience-when-answer")).to_contain_text(title)
    expect(page.locator(".hear")).to_have_count(0)  # no clip of it in this world
    assert visit.problems == []


def test_a_bad_address_is_explained_and_the_rest_is_shown(come):
    page = arrive(come(), "?days=90&track=999999&country=Atlantis")
    expect(page.get_by_role("status").filter(has_text="none of yours")).to_contain_text("Track “999999”")
    expect(page.locator(".wrong")).to_contain_text("“Atlantis” is no country’s code")
    expect(page.get_by_role("textbox", name="Period", exact=True)).to_have_value("Last 90 days")
    expect(page.locator("#audience-kpis-answer")).to_contain_text("people listened")


def test_too_narrow_says_so_and_its_button_shows_something(come):
    page = arrive(come(), "?from=2020-01-06&to=2020-01-12")
    card = page.locator("#audience-kpis")
    expect(card).to_contain_text("Nothing in these weeks")
    card.get_by_role("link", name="Show the last 28 days").click()
    expect(page).to_have_url(re.compile(r"/audience$"))
    expect(card.locator(".kpis")).to_be_visible()


def test_a_country_is_told_over_time_and_nothing_else_changes(come):
    page = arrive(come(), "?days=90")
    told = page.locator("#audience-kpis-answer").text_content()
    choose(page, "One over time", "United States")
    expect(page).to_have_url(re.compile(r"\?days=90&country=USA"))
    card = page.locator("#audience-where")
    expect(card.get_by_role("heading", level=3)).to_contain_text("United States, week by week: about")
    expect(card.locator(".ranked [aria-current=true]")).to_contain_text("United States")
    answered(page)
    expect(page.locator("#audience-kpis-answer")).to_have_text(told)
    card.locator(".ranked").get_by_role("link", name="Germany").click()
    expect(page.get_by_role("textbox", name="One over time")).to_have_value("Germany")
    expect(card.get_by_role("heading", level=3)).to_contain_text("Germany")
    page.go_back()
    expect(page.get_by_role("textbox", name="One over time")).to_have_value("United States")
    first_track(page)
    expect(card.get_by_role("heading", level=3)).to_contain_text(re.compile("4 weeks at a time|too few people"))


def test_the_file_has_the_rows_of_the_table_and_they_add_up_to_the_listens(come):
    page = arrive(come(), "?days=90")
    card = page.locator("#audience-where")
    choose_from_menu(card, "Table")
    expect(card.locator("#audience-where-table")).to_be_focused()
    table = [row.locator("td").all_text_contents() for row in card.locator("tbody tr").all()]
    with page.expect_download() as download:
        choose_from_menu(card, "Download CSV")
    assert download.value.suggested_filename == "audience-where-2020-12-20.csv"
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert [row[0] for row in rows[:4]] == [
        "# Where are they?",
        "# 2020-09-21 to 2020-12-20; all tracks; all genres; heard: every listen; people in 14 Sep – 6 Dec 2020",
        "# Data through 2020-12-20",
        "# Synthetic: listeners and listens are invented",
    ]
    assert [row[1] for row in rows[5:]] == [row[1] for row in table]
    assert [row[3] for row in rows[5:]] == [row[3].replace("\u202f", "") for row in table]
    assert all(int(row[4]) < int(row[3]) < int(row[5]) for row in rows[5:])
    assert all(int(row[4]) >= 10 for row in rows[5:])


def test_a_card_that_failed_says_its_number_and_is_tried_again(come, monkeypatch):
    told, failures = answers.ask.told, []

    def fail_once(*arguments):
        if not failures:
            failures.append(1)
            raise DatabaseUnavailable("Postgres", "it does not answer", "Wait a moment")
        return told(*arguments)

    monkeypatch.setattr(answers.ask, "told", fail_once)
    page = arrive(come(), "?country=USA")
    card = page.locator("#audience-where")
    expect(card.get_by_role("alert")).to_contain_text("It cannot reach what it knows just now. Try again in a minute.")
    expect(card.locator("code")).to_have_text(re.compile(r"^\w{8}$"))
    expect(page.locator("#audience-kpis .kpis")).to_be_visible()
    card.get_by_role("button", name="Try again").click()
    expect(card.locator(".ranked li").first).to_be_visible()


def test_another_artists_track_is_none_of_mine_and_others_have_no_such_page(come):
    bruno = arrive(come("bruno"))
    theirs = first_track(bruno)
    page = arrive(come(), f"?track={theirs}&artist_id={BRUNO}")
    expect(page.locator(".wrong")).to_contain_text(f"Track “{theirs}” is none of yours")
    mine = page.locator("#audience-kpis-answer").text_content()
    assert mine == arrive(come()).locator("#audience-kpis-answer").text_content()
    for login in ("lena", "olga"):
        visit = come(login)
        page = visit.page
        page.goto(f"{visit.url}/audience")
        expect(page.get_by_role("heading", name="This page is for others")).to_be_visible()
        expect(page.get_by_role("link", name="Audience")).to_have_count(0)


def test_a_request_that_is_sent_again_by_others_answers_with_nothing_of_mine(come):
    visit = come()
    sent = []
    visit.page.on("request", lambda request: "audience-kpis-body" in (request.post_data or "") and sent.append(request))
    mine = arrive(visit).locator("#audience-kpis-answer").text_content()
    path = sent[0].url.removeprefix(visit.url)
    body = json.loads(sent[0].post_data)
    body["inputs"][0]["value"] = f"?artist_id={ADA}"
    send = """async ([path, body]) => {
        const token = document.cookie.match(/_csrf_token=([^;]+)/)[1];
        const headers = {"Content-Type": "application/json", "X-CSRFToken": token};
        const answer = await fetch(path, {method: "POST", headers, body});
        return [answer.status, await answer.text()];
    }"""
    for login, said in (
        ("lena", "This page is for artists"),
        ("olga", "This page is for artists"),
        ("bruno", "listened"),
    ):
        visit = come(login)
        visit.page.goto(f"{visit.url}/status")
        visit.page.get_by_role("heading", level=1).wait_for()
        status, answer = visit.page.evaluate(send, [path, json.dumps(body)])
        assert status == 200
        assert said in answer
        assert mine.split(",")[0] not in answer


def test_everything_that_can_be_used_has_a_name(come):
    page = arrive(come())
    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    usable = {"button", "link", "textbox", "combobox", "region", "DisclosureTriangle"}
    assert [
        node["role"]["value"]
        for node in nodes
        if not node["ignored"] and node["role"]["value"] in usable and not node.get("name", {}).get("value")
    ] == []
    labels = [plot.get_attribute("aria-label") for plot in page.locator(".plot[role=img]").all()]
    assert len(labels) >= 3
    assert all(labels)
