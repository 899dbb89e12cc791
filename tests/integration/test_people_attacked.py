"""An artist asks the page Audience all there is over HTTP, to find out who of few people is where; the truth is known.

Everything that a card or its file tells by country is read, from every address that could tell a cell in another way.
"""

import csv
import io
import itertools
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from scipy.stats import norm

from dashboards import auth, login
from dashboards.app import create_app
from etl.audience.people import FEWEST, SIGMA, SONG_SIGMA, noisy
from etl.audience.sketches import distinct, sketch
from etl.audience.spans import WEEK
from etl.settings import Settings
from etl.store.migrations import migrate
from tests.integration.test_listens import Listen, World
from tests.integration.test_people import all_due, true_cells

ADA, BRUNO = auth.DEMO_ACCOUNTS[:2]
FIRST = date(2020, 10, 12)  # of two spans of four weeks, and of no longer one
DAYS = 56
LAST = FIRST + timedelta(days=DAYS - 1)
TRACKS = {ADA: (100, 101, 102), BRUNO: (200, 201, 202)}
LANDS = {"SWE": 250, "DEU": 120, "NOR": 40, "FIN": 14, "ISL": 9, "FRO": 6, "GRL": 3, "MLT": 1}
CARDS = ("where", "countries", "kpis", "curve", "tracks", "when", "news", "likes")
#: Columns whose numbers are of how much was heard somewhere, or of how many: all but shares of those.
COUNTS = {"Listens", "Listeners", "People", "People, about", "Hours"}


class Attack(World):
    def everything(self) -> list[Listen]:
        """The same people hear both artists, few of them in most countries."""
        rng, rows = np.random.default_rng(3), list[Listen]()
        home = np.repeat(list(LANDS), list(LANDS.values()))
        for day in range(DAYS):
            for who in rng.choice(len(home), 90, replace=False):
                tracks = TRACKS[ADA if rng.random() < 0.5 else BRUNO]
                track, heard = int(rng.choice(tracks, p=[0.6, 0.3, 0.1])), int(rng.choice([5, 60, 100]))
                rows.append((FIRST + timedelta(days=day), int(who) + 1, track, str(home[who]), heard))
        return rows


@pytest.fixture(scope="module")
def attacked(new_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """The world's rows, and by artist what a client of theirs is told at an address: a card's files."""
    folder, url = tmp_path_factory.mktemp("attacked"), new_database()
    migrate(url)
    settings = Settings.from_env({"OVERTONE_HOME": str(folder / "home"), "OVERTONE_DATABASE_URL": url})
    (folder / "home").mkdir()
    (folder / "home" / "people_key").write_bytes(bytes(range(32)))
    (folder / "downloads").mkdir()
    world = Attack(settings, folder / "downloads")
    for account, tracks in TRACKS.items():
        for track in tracks:
            world.warehouse.execute(
                "INSERT INTO core.track"
                " (track_id, title, artist_id, artist_name, genre, genre_ids, duration_s, day)"
                " VALUES (%s, %s, %s, %s, 'Rock', '{}', 200, '2020-01-01')",
                (track, f"Song {track}", account.artist_id, account.login),
            )
    rows = world.everything()
    world.land(LAST, rows)
    world.run(LAST)
    auth.ensure_demo_accounts(world.warehouse)
    app = create_app(replace(settings, demo=True), world.warehouse)
    yield {"rows": rows, "world": world} | {one.login: _asker(app, one) for one in TRACKS}
    world.warehouse.close()


def _asker(app: Any, account: Any) -> Callable[[str, str], list[dict[str, str]]]:
    client = app.server.test_client()
    page = client.get("/login").get_data(as_text=True)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    given = {"login": account.login, "password": account.password, "csrf_token": token and token[1]}
    assert client.post("/login", data=given).status_code == 302
    client.get("/")
    callbacks = {one["output"]: one for one in client.get("/_dash-dependencies").json}
    headers = {"X-CSRFToken": client.get_cookie(login.CSRF_COOKIE).value}

    def ask(card: str, search: str) -> list[dict[str, str]]:
        """The rows of the card's file by column."""
        output = f"audience-{card}-body.children"
        one = callbacks[output]
        inputs = [{**part, "value": search if part["property"] == "search" else None} for part in one["inputs"]]
        body = {
            "output": output, "outputs": {"id": f"audience-{card}-body", "property": "children"}, "inputs": inputs,
            "state": [{**part, "value": None} for part in one["state"]], "changedPropIds": ["url.search"],
        }  # fmt: skip
        answer = client.post("/_dash-update-component", json=body, headers=headers)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        lines = [line for text in _files(answer.json) for line in csv.reader(io.StringIO(text))]
        lines = [line for line in lines if not line[0].startswith("#")]
        return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]

    return ask


def _files(drawn: Any) -> Iterator[str]:
    """What a card's button saves, wherever it stands in an answer."""
    if isinstance(drawn, dict):
        if isinstance(drawn.get("data-csv"), str):
            yield drawn["data-csv"]
        for part in drawn.values():
            yield from _files(part)
    elif isinstance(drawn, list):
        for part in drawn:
            yield from _files(part)


def addresses(account: Any) -> Iterable[str]:
    """Every period of whole weeks and some that are none, each song, genre, country and choice of what was heard."""
    ends = [LAST - number * WEEK for number in range(8)]
    periods = ["", "days=7", "days=90", "days=365"]
    periods += [f"from={end - timedelta(days=size - 1)}&to={end}" for end in ends for size in (7, 14, 28, 30, 56)]
    rest = ["", *(f"track={track}" for track in TRACKS[account]), "genre=Rock", "heard=finished", "country=ISL"]
    return [f"?{'&'.join(filter(None, parts))}" for parts in itertools.product(periods, rest)]


@pytest.fixture(scope="module")
def told(attacked: dict[str, Any]) -> dict[tuple[str, str], list[tuple[str, dict[str, str]]]]:
    """All that the cards of both artists tell by country: by artist and card, (address, row)."""
    found = defaultdict(list)
    for account in TRACKS:
        for search in addresses(account):
            for card in ("where", "countries"):
                found[account.login, card] += [(search, row) for row in attacked[account.login](card, search)]
    return found


def people_in(rows: list[Listen], account: Any, country: str, first: date, weeks: int, track: int = 0) -> int:
    tracks, end = (track,) if track else TRACKS[account], first + weeks * WEEK
    return len({who for day, who, of, land, _ in rows if of in tracks and land == country and first <= day < end})


def test_no_other_card_tells_of_a_country(attacked: dict[str, Any]) -> None:
    for card in CARDS[2:]:
        for search in ("?country=ISL", "?country=SWE&days=90", f"?country=SWE&track={TRACKS[ADA][0]}"):
            assert attacked[ADA.login](card, search) == attacked[ADA.login](card, re.sub("country=...&?", "", search))


def test_what_is_told_by_country_is_people_alone(told: dict[tuple[str, str], list]) -> None:
    columns = {card: set().union(*(row for _, row in rows)) for (_, card), rows in told.items()}
    assert columns["where"] == {"Place", "Country", "Code", "People", "At least", "At most", "Share"}
    assert columns["countries"] & {"Listens", "Listeners", "Hours"} == set()


def test_subtracting_answers_finds_fewer_than_ten_people_no_oftener_than_chance(
    attacked: dict[str, Any], told: dict[tuple[str, str], list]
) -> None:
    """A month less one of its weeks, less a song, one month less another, one artist less the other."""
    rows = attacked["rows"]
    cells = {}
    for account in TRACKS:
        asked = defaultdict(dict)
        for search, row in told[account.login, "where"]:
            asked[search][row["Code"]] = int(row["People"])
        for at in range(8):
            for weeks in (1, 4) if at % 4 == 0 else (1,):
                first = FIRST + at * WEEK
                period = f"from={first}&to={first + weeks * WEEK - timedelta(days=1)}"
                for track in (0, *TRACKS[account]) if weeks == 4 else (0,):
                    search = f"?{period}&track={track}" if track else f"?{period}"
                    for land, people in asked[search].items():
                        cells[account.login, first, weeks, track, land] = (
                            people, people_in(rows, account, land, first, weeks, track))  # fmt: skip
    hits = tried = 0
    for (one, (shown, true)), (other, (less, part)) in itertools.permutations(cells.items(), 2):
        if one[-1] == other[-1] and 0 < true - part < 10:
            tried, hits = tried + 1, hits + (shown - less == true - part)
    assert tried > 50
    assert hits / tried <= 0.2  # two draws differ by what they should with 1 in 12


def test_asking_in_every_way_gives_one_draw_and_no_average(told: dict[tuple[str, str], list]) -> None:
    for account in TRACKS:
        draws = defaultdict(set)
        for search, row in told[account.login, "where"]:
            asked = re.sub("&?(genre=Rock|heard=finished|country=ISL)", "", search)
            draws[asked, row["Code"]].add((row["People"], row["At least"], row["At most"]))
            assert float(row["At least"]) >= FEWEST
        assert len(draws) > 100
        assert {len(one) for one in draws.values()} == {1}


def sure(draws: Iterable[tuple[int, float]], most: int = 60) -> float:
    """How sure the best guess of a count is, of draws with normal noise each, every count from 0 on as likely."""
    counts = np.arange(most)
    log = sum(norm.logpdf(value, counts, sigma) for value, sigma in draws)
    weight = np.exp(log - np.max(log))
    return float(weight.max() / weight.sum())


def test_all_that_is_published_of_one_span_together_names_no_small_count(attacked: dict[str, Any]) -> None:
    """The whole table, not only what pages show; of few people too, as another key would have told them."""
    cells = true_cells(attacked["world"], 4, FIRST)
    draws, true = defaultdict(list), {}
    for row in cells:
        (artist, track, country), heard = list(row.values())[:3], np.array([list(row.values())[3:]])
        for key in range(40):
            _, people, _ = noisy(bytes([key]) * 32, 4, FIRST, [(artist, track, country)], heard)
            draws[key, country].append((int(people[0]), SONG_SIGMA if track else SIGMA))
        true[country] = max(true.get(country, 0), int(heard.sum()))
    small = [some for (_, country), some in draws.items() if true[country] < 10]
    assert len(small) > 100
    assert len(small[0]) > 3  # two artists, and songs of both
    assert max(map(sure, small)) <= 0.9


def test_the_rest_that_is_in_no_country_is_as_uncertain_as_what_is_told(attacked: dict[str, Any]) -> None:
    """All listeners are exact: less what is told of countries, few people must not be left over to the person."""
    world, rows = attacked["world"], attacked["rows"]
    off = []
    for account in TRACKS:
        for at in range(8):
            first = FIRST + at * WEEK
            whole = {who for day, who, of, *_ in rows if of in TRACKS[account] and first <= day < first + WEEK}
            shown = world.ask(
                "SELECT country, people FROM mart.people"
                f" WHERE artist_id = {account.artist_id} AND track_id = 0 AND span = 1 AND week = '{first}'"
            )
            hidden = sum(people_in(rows, account, land, first, 1) for land in LANDS.keys() - {one for one, _ in shown})
            off.append(len(whole) - sum(people for _, people in shown) - hidden)
    assert np.std(off) > 0.8 * SIGMA


# What else they like


def test_what_they_like_is_one_draw_however_it_is_asked_and_built(attacked: dict[str, Any]) -> None:
    before = {account: attacked[account.login]("likes", "") for account in TRACKS}
    assert all(before.values())
    for account in TRACKS:
        for search in ("?days=7", "?days=365", "?country=ISL", f"?track={TRACKS[account][0]}", "?genre=Rock"):
            assert attacked[account.login]("likes", search) == before[account]
    world = attacked["world"]
    all_due(world)
    world.run(LAST)
    assert {account: attacked[account.login]("likes", "") for account in TRACKS} == before


def test_nobody_is_found_in_a_sketch_that_pages_read(attacked: dict[str, Any]) -> None:
    """Of few listeners a sketch is a list; it is one of numbers that mean nobody without the key."""
    world, rows = attacked["world"], attacked["rows"]
    asked = "SELECT week, track_id, seen, listeners FROM mart.audience WHERE span = 1 AND track_id > 0"
    for account in TRACKS:
        for cell in world.warehouse.query_as(asked, {}, artist_id=account.artist_id):
            there = {who for day, who, of, *_ in rows if of == cell["track_id"] and cell["week"] == monday(day)}
            assert distinct([cell["seen"]]) == cell["listeners"] == len(there)
            assert all(distinct([cell["seen"], sketch([who])]) == len(there) + 1 for who in there)


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
