"""Who may see what: every page, every callback and every route, asked as everybody, with honest and with forged bodies.

Nothing here knows the pages: what there is to ask comes from the app, what to ask it with from what its pages show.
A world is loaded twice, the second time with other rows of everybody but the one who asks: whatever they ask, each
answer must be the same to the letter. So a number leaks as visibly as a name does.

A new page needs nothing. A new table of tenants needs a line in ``ROWS``, an input that no page shows at first one in
``VALUES``, a route's new kind of argument one in ``ARGUMENTS``: the tests say so.
"""

import hashlib
import itertools
import json
import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import partial
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pyarrow as pa
import pytest
from dash import Dash
from flask.testing import FlaskClient

from dashboards import auth, login
from dashboards.app import create_app
from dashboards.pages import Page, pages
from etl.audience.sketches import sketch
from etl.audio.features import EXTRACTOR
from etl.jobs.run import run_job
from etl.settings import Settings
from etl.store.storage import Storage
from etl.store.warehouse import Warehouse
from etl.tables import LISTENED
from lab.worlds import lake

pytestmark = pytest.mark.usefixtures("spark")

ADA, BRUNO, LENA, MIKA, OLGA = auth.DEMO_ACCOUNTS
#: The first track of each artist; who is which artist, which listener.
TRACKS = {ADA.login: 100, BRUNO.login: 822_100}
ARTISTS = {one.login: one.artist_id for one in auth.DEMO_ACCOUNTS if one.artist_id}
LISTENERS = {one.login: one.listener_id for one in auth.DEMO_ACCOUNTS if one.listener_id}
SUNDAY = date(2020, 12, 20)
WEEKS = "generate_series(date '2020-11-23', date '2020-12-14', INTERVAL '7 days') AS w (week)"

#: Everybody's: what is no tenant's own.
COMMON = (
    "INSERT INTO core.genre (genre_id, title, top_genre_id, top_genre, day)"
    " VALUES (1, 'Rock', 1, 'Rock', '2020-12-20'), (2, 'Folk', 2, 'Folk', '2020-12-20')",
    "INSERT INTO ops.watermark (table_name, through)"
    " SELECT schemaname || '.' || tablename, date '2020-12-20' FROM pg_tables"
    " WHERE schemaname IN ('core', 'activity', 'mart') UNION ALL SELECT 'lake/listens', '2020-12-20'",
    "INSERT INTO activity.influencer"
    " SELECT 'creator-' || n, NULL, 'creator' || n, 'Creator ' || n, 'SWE', 'Rock', 'micro',"
    " 1000 * n, 20, 500, 50, 5, 1, array_fill(0.0625::real, ARRAY[16]), '{SWE,DEU}', '{0.75,0.25}', TRUE, '2020-12-20'"
    " FROM generate_series(1, 3) AS n",
    "INSERT INTO core.creator (creator_id, handle, name, first_day, day)"
    " VALUES ('c', 'dances', 'Dances', '2020-12-01', '2020-12-20')",
    "INSERT INTO core.sound (sound_id, letter, title, artist_name, covers, first_day, day)"
    " SELECT 's' || n, 's', 'sound ' || n, 'Somebody', '{}', '2020-12-01', '2020-12-20'"
    " FROM generate_series(0, 1) AS n",
    "INSERT INTO core.video"
    " (video_id, sound_id, creator_id, url, caption, covers, plays, created_at, first_day, day)"
    " SELECT 'v' || n, 's' || n, 'c', 'https://www.tiktok.com/v/' || n, '', '{https://p16.tiktokcdn.com/x}', 1000,"
    " '2020-12-10T10:00Z', '2020-12-10', '2020-12-20' FROM generate_series(0, 1) AS n",
)

SONGS = """
    INSERT INTO core.track (track_id, title, artist_id, artist_name, genre, genre_ids, duration_s, day)
    SELECT %(track)s + t, %(login)s || ' song ' || t, %(artist)s, %(login)s, 'Rock', '{1}', 180, '2020-12-20'
    FROM generate_series(0, 2) AS t"""

#: Rows of an artist in each table that belongs to one: %(n)s is a number and %(word)s a word that are theirs alone.
OF_AN_ARTIST = {
    "mart.audience": f"""
        INSERT INTO mart.audience
        SELECT w.week, %(artist)s, c.track, 100 * %(n)s, 20 * %(n)s, 90 * %(n)s, 80 * %(n)s, 70 * %(n)s, 65 * %(n)s,
            60 * %(n)s, 55 * %(n)s, 50 * %(n)s, 45 * %(n)s, 40 * %(n)s, 35 * %(n)s, 9000 * %(n)s, 1, TRUE,
            %(seen)s, %(seen)s, %(seen)s, 100 * %(n)s
        FROM {WEEKS}
        CROSS JOIN (VALUES (0), (%(track)s), (%(track)s + 1)) AS c (track)
        """,
    "mart.people": f"""
        INSERT INTO mart.people
        SELECT %(artist)s, c.track, c.span, w.week, c.country, 20 * %(n)s, array_fill(2 * %(n)s, ARRAY[12])
        FROM {WEEKS}
        CROSS JOIN (VALUES (0, 1, 'SWE'), (0, 4, 'SWE'), (0, 4, 'NOR'), (%(track)s, 4, 'SWE'))
            AS c (track, span, country)""",
    "mart.audience_day": f"""
        INSERT INTO mart.audience_day SELECT %(artist)s, 0, w.week, 10 * %(n)s, 10 * %(n)s FROM {WEEKS}""",
    "mart.interest": """
        INSERT INTO mart.interest
        VALUES (%(artist)s, 'genre', 'Folk', 1 + %(n)s / 100.0, 1, 9, '2020-12-20', .1, .1),
            (%(artist)s, 'track', (%(track)s + 1)::text, 1 + %(n)s / 100.0, 1, 9, '2020-12-20', .1, .1)""",
}
#: The same of a listener.
OF_A_LISTENER = {
    "activity.listener": """
        INSERT INTO activity.listener (listener_id, name, country, synthetic, day, joined, sharing)
        VALUES (%(listener)s, %(word)s, 'SWE', TRUE, '2020-12-20', '2020-01-01', 'off'),
            (%(listener)s + 1, %(word)s || ' friend', 'SWE', TRUE, '2020-12-20', '2020-01-01', 'name'),
            (%(listener)s + 2, %(word)s || ' asked', 'SWE', TRUE, '2020-12-20', '2020-01-01', 'off')""",
    "activity.friendship": """
        INSERT INTO activity.friendship VALUES (%(listener)s, %(listener)s + 1, '2020-01-01', TRUE, '2020-12-20')""",
    "app.listener": "INSERT INTO app.listener VALUES (%(listener)s, 'off', NULL)",
    "app.friendship": """
        INSERT INTO app.friendship VALUES
            (%(listener)s, %(listener)s + 2, 'asked', %(listener)s + 2, date '2020-12-01' + %(n)s)""",
    "app.block": "INSERT INTO app.block VALUES (%(listener)s, 100000 + %(n)s, '2020-12-01')",
    "app.heard": """
        INSERT INTO app.heard VALUES (%(listener)s, %(word)s, now() - make_interval(hours => 1), 100, %(n)s, NULL)""",
    "app.song_said": """
        INSERT INTO app.song_said VALUES (%(listener)s, 100, CASE %(n)s %% 2 WHEN 0 THEN 'up' ELSE 'down' END)""",
    "app.genre_never": """
        INSERT INTO app.genre_never VALUES (%(listener)s, CASE %(n)s %% 2 WHEN 0 THEN 'Blues' ELSE 'Jazz' END)""",
    "app.weekly_list": """
        INSERT INTO app.weekly_list
        VALUES (%(listener)s, date_trunc('week', now())::date, ARRAY[100 + %(n)s %% 2, 102], now())""",
    "mart.taste": """
        INSERT INTO mart.taste
        SELECT %(listener)s + friend, ARRAY[100, 101 + friend], ARRAY[0.9, %(n)s / 100.0],
            array_fill(%(n)s, ARRAY[16]), ARRAY[1], '2020-12-20'
        FROM generate_series(0, 1) AS friend""",
    "app.stand_in": """
        INSERT INTO app.stand_in
        SELECT %(listener)s + friend, ARRAY[100, 101], ARRAY[100 + %(n)s %% 3, 101]
        FROM generate_series(0, 1) AS friend""",
    "mart.variety": """
        INSERT INTO mart.variety
        SELECT %(listener)s, date_trunc('week', now())::date - 7 * w, array_fill(%(n)s + w, ARRAY[16])
        FROM generate_series(0, 3) AS w""",
}
#: The same of whoever has an account.
OF_AN_ACCOUNT = {
    "app.account": "UPDATE app.account SET display_name = %(word)s WHERE login = %(login)s",
    "app.session": """
        INSERT INTO app.session
        SELECT sha256(convert_to(%(word)s, 'UTF8')), account_id, session_key, now() + make_interval(mins => %(n)s)
        FROM app.account WHERE login = %(login)s""",
    "app.upload": """
        INSERT INTO app.upload (upload_id, account_id, name, features, duration_s, waveform)
        SELECT 'upload-of-' || login, account_id, %(word)s || '.mp3', array_fill(%(n)s::real, ARRAY[245]), %(n)s, '{1}'
        FROM app.account WHERE login = %(login)s""",
    "app.upload_attempt": """
        INSERT INTO app.upload_attempt (upload_id, account_id, ended_at)
        SELECT 'upload-of-' || login, account_id, now() FROM app.account WHERE login = %(login)s""",
    "app.shortlist": """
        INSERT INTO app.shortlist (account_id, influencer_id, note, added_at)
        SELECT account_id, 'creator-' || (1 + %(n)s %% 2), %(word)s || %(n)s, '2020-12-20'
        FROM app.account WHERE login = %(login)s""",
    "app.saved_result": """
        INSERT INTO app.saved_result (saved_id, account_id, name, search, upload_id, saved_at)
        SELECT 'saved-of-' || login, account_id, %(word)s, '?upload=upload-of-' || login, NULL, '2020-12-20'
        FROM app.account WHERE login = %(login)s""",
    "app.wrong_match": """
        INSERT INTO app.wrong_match (account_id, track_id, sound_id, probability)
        SELECT account_id, 101, 's1', 0.97 FROM app.account WHERE login = %(login)s""",
    "app.consent": """
        INSERT INTO app.consent (account_id, what, given_at)
        SELECT account_id, 'tiktok', '2020-12-20' FROM app.account WHERE login = %(login)s AND %(n)s %% 2 = 0""",
}

#: Tables with a tenant's column and no policy, and why.
UNGUARDED = {
    "app.account": "who may log in is asked before there is a tenant; the app's role may not read it",
    "app.session": "whose session it is is asked before there is a tenant; the app's role may not read it",
    "app.stand_in": "sums alone are made of it, by functions of its owner; the app's role may not read it",
}
#: Of values that are not part of what a page shows at first: input → values to try.
VALUES: dict[str, list[Any]] = {
    "url.search": [f"?upload=upload-of-{ADA.login}", ""],
    "url.hash": ["#creator=creator-1"],
}
#: Of the arguments that routes have.
ARGUMENTS = {
    "path": "similar",
    "filename": "app.css",
    "key": "x",
    "package_name": "dash",
    "fingerprinted_path": "deps/prop-types@15.8.1.min.js",
    "track_id": TRACKS[BRUNO.login],
    "upload_id": f"upload-of-{BRUNO.login}",
}

#: What only somebody else's page would ask for.
FOREIGN = [
    BRUNO.artist_id,
    str(TRACKS[BRUNO.login]),
    f"upload-of-{BRUNO.login}",
    MIKA.listener_id,
    [TRACKS[BRUNO.login], str(TRACKS[BRUNO.login] + 1)],
    "' OR TRUE --",
]
#: What no page would ask for.
ABSURD = [None, True, -1, 10**30, 1.5, "x" * 5_000, "\0", "2020-13-45", [], {}, [[{}]], {"a": {"b": [None]}}, [None]]
IDS = (
    *("track", "compare", "upload", "artist", "artist_id", "account", "account_id", "listener", "listener_id"),
    *("track_id", "influencer", "creator", "friend", "song", "id"),
)

#: What tells of the inside: statements, files, tracebacks.
INSIDE = re.compile(r"Traceback|psycopg2|SELECT |INSERT |site-packages|/dashboards/|\.py\b|File \"")
#: What is another with every answer, and says nothing.
FLEETING = re.compile(
    r'(?<="children": ")[0-9a-f]{8}(?=")'  # a request's number
    r"|[\w-]{40,}\.[\w-]{6}\.[\w-]{27}"  # a form's token
    r'|(?<="end_id":")[^"]+'
    r"|\b\d{10}\.\d+"  # a moment
    r"|chance-[0-9a-f]{12}"
    r'|(?<=upload=)[\w-]{16}(?=")'  # the name of what was just kept
)


@dataclass
class World:
    """The app over a warehouse, and a client for everybody."""

    app: Dash
    warehouse: Warehouse
    clients: dict[str, FlaskClient] = field(default_factory=dict)

    def client(self, name: str) -> FlaskClient:
        """Somebody who is logged in; anybody else is nobody."""
        if name not in self.clients:
            client = self.clients[name] = self.app.server.test_client()
            page = client.get("/login").get_data(as_text=True)
            for one in auth.DEMO_ACCOUNTS:
                if one.login == name:
                    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
                    given = {"login": one.login, "password": one.password, "csrf_token": token and token[1]}
                    assert client.post("/login", data=given).status_code == 302
            client.get("/")
        return self.clients[name]

    def post(self, name: str, body: Any, path: str = "/_dash-update-component") -> tuple[int, str]:
        """What a callback answers to somebody: the status, and the text without what says nothing."""
        client = self.client(name)
        token = client.get_cookie(login.CSRF_COOKIE)
        answer = client.post(path, json=body, headers={"X-CSRFToken": token.value} if token else {})
        text = answer.get_data(as_text=True)
        return answer.status_code, FLEETING.sub("0", json.dumps(answer.json) if answer.is_json else text)


def listens(tells: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """What was heard of an artist and by a listener: the same ones with another share and by another name."""
    who, artist, track = tells["listener"], tells["artist"], tells["track"]
    made = [(2, minute, 5000 + minute, artist, track) for minute in range(1, 6)] if artist else []
    made += [(3, minute, who, 1, 100 + minute) for minute in range(3)] if who else []
    for day, minute, listener, of, song in made:
        yield {
            "listened_at": datetime(2020, 12, day, 0, minute, tzinfo=UTC),
            "listener_id": listener,
            "artist_id": of,
            "track_id": song,
            "day": SUNDAY,
            "heard_pct": tells["n"],
            "origin": "made",
            "country": "SWE",
            "listen_id": f"{tells['word']}{minute}",
        }


def fill(settings: Settings, warehouse: Warehouse, changed: Iterable[str]) -> None:
    """Load everybody's rows, other ones for those who are ``changed``."""
    for statement in COMMON:
        warehouse.execute(statement)
    for name in ARTISTS:
        warehouse.execute(SONGS, {"login": name, "artist": ARTISTS[name], "track": TRACKS[name]})
    warehouse.execute(
        "INSERT INTO core.track_match"
        " (fma_track_id, tiktok_track_id, title_score, artist_score, total_score, probability, vocabulary, day)"
        " SELECT %s + n, 's' || n, 1, 0.75, 0.9, 0.97, 'v', '2020-12-20' FROM generate_series(0, 1) AS n",
        (TRACKS[ADA.login],),
    )
    run_job(settings, "build_recommender", SUNDAY)  # of nobody's listens: it is the same in every world
    auth.ensure_demo_accounts(warehouse)
    heard: list[dict[str, Any]] = []
    for kinds, people in ((OF_AN_ARTIST, ARTISTS), (OF_A_LISTENER, LISTENERS), (OF_AN_ACCOUNT, ARTISTS | LISTENERS)):
        for name in people:
            number = sum(map(ord, name)) % 20 + 11
            tells = {
                "login": name,
                "artist": ARTISTS.get(name),
                "track": TRACKS.get(name),
                "listener": LISTENERS.get(name),
                "n": (n := number + 17 if name in changed else number),
                "seen": sketch(range(20 * n)),
                "word": f"{'changed' if name in changed else 'secret'} {name}",
            }
            for statement in kinds.values():
                warehouse.execute(statement, tells)
            if kinds is not OF_AN_ACCOUNT:
                heard += listens(tells)
    lake.put(warehouse, Storage(settings.storage_url), pa.Table.from_pylist(heard, LISTENED))
    for row in warehouse.query("SELECT track_id, genre FROM core.track"):
        sound = np.random.default_rng(row["track_id"]).normal(size=245).tolist()
        warehouse.execute(
            "INSERT INTO core.track_feature"
            " (track_id, genre, clip_id, features, duration_s, rate_hz, silent, extractor, day) VALUES"
            " (%(track_id)s, %(genre)s, %(track_id)s, %(sound)s, 30, 22050, FALSE, %(extractor)s, '2020-12-20')",
            row | {"sound": sound, "extractor": EXTRACTOR},
        )
    run_job(settings, "scale_features", SUNDAY)
    warehouse.execute("TRUNCATE ops.load")  # each has times of its own


@pytest.fixture(scope="module")
def worlds(new_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, World]]:
    """The world as it is, and as it is to somebody if everybody else's rows were others."""
    made = {}
    people = {*ARTISTS, *LISTENERS}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(secrets, "token_urlsafe", lambda *_: f"chance-{secrets.token_hex(6)}")  # FLEETING knows them
        # In the first all is tried out; only of the others are answers compared, so each is asked the same in two.
        for name, changed in {
            "try": set(),
            "": set(),
            ADA.login: people - {ADA.login},
            "others": people - {LENA.login},
        }.items():
            url = new_database()
            warehouse = Warehouse(url)
            home = tmp_path_factory.mktemp("matrix")
            settings = Settings.from_env({"OVERTONE_HOME": str(home), "OVERTONE_DATABASE_URL": url})
            fill(settings, warehouse, changed)
            demo = replace(settings, demo=True)
            made[name] = World(create_app(demo, warehouse), warehouse)
        yield made
    for world in made.values():
        world.warehouse.close()


class Asked:
    """Every callback of the app, and bodies to ask it with."""

    def __init__(self, world: World) -> None:
        self.app = world.app
        self.callbacks = [
            one for one in world.client(ADA.login).get("/_dash-dependencies").json if not one["clientside_function"]
        ]
        here = {name for name, one in self.app.callback_map.items() if "callback" in one}
        assert {one["output"] for one in self.callbacks} == here
        self.shown: dict[str, dict[str, Any]] = {}
        self.acts: dict[str, dict[str, Any]] = {}  #: what buttons carry, one of each kind
        #: The pages on which a callback says something.
        self.answers: dict[str, list[Page]] = {one["output"]: [] for one in self.callbacks}
        for account in auth.DEMO_ACCOUNTS:
            self._learn(world.client(account.login).get("/_dash-layout").json)
            for page in pages():
                for body in self.honest(self.turn, page.path):
                    self._learn(json.loads(world.post(account.login, body)[1] or "null"))
        waiting = list(self.callbacks)
        while waiting:
            ready = [one for one in waiting if not self.unknown(one)]
            assert ready, "\n".join(
                f"{name} of the callback {one['output']} is on no page at first. Add what it may be to VALUES."
                for one in waiting
                for name in self.unknown(one)
            )
            for callback in ready:
                for page in pages():
                    told = [
                        json.loads(world.post(account.login, body)[1] or "null")
                        for account in auth.DEMO_ACCOUNTS
                        for body in self.honest(callback, page.path)
                    ]
                    self._learn(told)
                    if any(told):
                        self.answers[callback["output"]].append(page)
                    if "url.pathname" not in _names(callback):
                        break
            waiting = [one for one in waiting if one not in ready]

    @property
    def turn(self) -> dict[str, Any]:
        """The router."""
        [found] = [one for one in self.callbacks if one["output"].startswith("..page.children.")]
        return found

    def _learn(self, shown: Any) -> None:
        """Remember what the components of an answer are set to."""
        if isinstance(shown, dict):
            props = shown.get("props")
            if isinstance(props, dict) and "id" in props:
                known = self.shown.setdefault(_name(props["id"]), {})
                known |= props | known  # the first who saw it: Ada sends no words of Bruno's
            if isinstance(props, dict) and "data-act" in props:
                act = json.loads(props["data-act"])
                kind = " ".join(str(act.get(part)) for part in ("do", "act", "said", "on", "sure", "back"))
                self.acts.setdefault(kind, act)
        for part in shown.values() if isinstance(shown, dict) else shown if isinstance(shown, list) else ():
            self._learn(part)

    def unknown(self, callback: dict[str, Any]) -> list[str]:
        """Inputs of a callback that no page has shown yet."""
        asked = zip(_names(callback), _inputs(callback), strict=True)
        return [name for name, one in asked if name not in VALUES and not self._matching(one["id"])]

    def _matching(self, wanted: str) -> list[str]:
        """Names of the components that an id, or a pattern of ids, stands for."""
        if not wanted.startswith("{"):
            return [wanted] if wanted in self.shown else []
        pattern = json.loads(wanted)
        return [
            name
            for name in self.shown
            if name.startswith("{")
            and (known := json.loads(name)).keys() == pattern.keys()
            and all(isinstance(value, list) or known[part] == value for part, value in pattern.items())
        ]

    def honest(self, callback: dict[str, Any], path: str | None = None) -> Iterator[dict[str, Any]]:
        """What a browser would ask, on each page that there is."""
        paths = [path] if path else [page.path for page in pages()]
        searches = VALUES["url.search"] if {"url.search", "came.data"} & set(_names(callback)) else [""]
        for here in paths if "url.pathname" in _names(callback) else paths[:1]:
            for search, button in itertools.product(searches, self.buttons(callback)):
                own = {"url.pathname": here, "url.search": search, "came.data": search}
                own["act.data"] = self.act(button, VALUES["url.search"][0])
                yield self.body(callback, lambda name, value, own=own: own.get(name, value), button)

    def forged(self, callback: dict[str, Any], values: Iterable[Any], singly: bool) -> Iterator[dict[str, Any]]:
        """What nobody's browser would ask: a value in the place of all inputs, and in the place of each."""
        names = [f"{one['id']}.{one['property']}" for one in _inputs(callback)]
        open_to = [name for name in names if name != "url.pathname"]
        for value in values:
            for place in ["", *(open_to if singly and len(open_to) > 1 else ())]:
                for page in self.answers[callback["output"]] if "url.pathname" in names else pages()[:1]:
                    for button in self.buttons(callback):
                        yield self.body(callback, partial(self._forge, place, value, page, button), button)

    def _forge(self, place: str, value: Any, page: Page, button: str, name: str, honest: Any) -> Any:
        """What stands in the place of an honest value."""
        if name == "url.pathname":
            return page.path
        if place not in ("", name):
            return honest
        address = f"?{urlencode(dict.fromkeys(IDS, value))}" if isinstance(value, str | int | float) else value
        if name == "act.data" and button:  # what is said of whom is in what the button carries
            act = self.act(button, address) or {}
            return {one: value if re.search(r"\d", str(old)) else old for one, old in act.items()}
        return address if name in ("url.search", "came.data") else value

    def buttons(self, callback: dict[str, Any]) -> list[str]:
        """One button of each kind where a callback answers to buttons; and what it answers to without one."""
        return [*(self.acts if "act.data" in _names(callback) else ()), ""]

    def act(self, button: str, search: Any) -> dict[str, Any] | None:
        """What the browser sends of a button."""
        return self.acts[button] | {"place": "done-1", "search": search} if button else None

    def body(self, callback: dict[str, Any], value: Callable[[str, Any], Any], button: str) -> dict[str, Any]:
        """The body of a request for a callback, because of a button or of its first input."""

        def given(one: dict[str, Any]) -> Any:
            name = f"{one['id']}.{one['property']}"
            if "ALL" in one["id"]:
                return [fill_in(known, one["property"], name) for known in self._matching(one["id"])]
            return fill_in(next(iter(self._matching(one["id"])), one["id"]), one["property"], name)

        def fill_in(component: str, prop: str, name: str) -> dict[str, Any]:
            known, known_id = self.shown.get(component, {}), _id(component)
            honest = known[prop] if prop in known else VALUES.get(name, [None])[0]
            forged = value(name, honest)
            if forged != honest and isinstance(known_id, dict):  # what is said of whom is in the id
                known_id = {part: forged if re.search(r"\d", str(old)) else old for part, old in known_id.items()}
            return {"id": known_id, "property": prop, "value": forged}

        inputs, state = ([given(one) for one in callback[part]] for part in ("inputs", "state"))
        output = callback["output"]
        many = output.startswith("..")
        outputs = [_output(one) for one in output.strip(".").split("...")]
        for one in outputs:  # a pattern's output is that of the input
            if isinstance(one["id"], dict) and isinstance(own := _flat(inputs)[0]["id"], dict):
                one["id"] |= {part: own[part] for part, known in one["id"].items() if isinstance(known, list)}
        return {
            "output": output,
            "outputs": outputs if many else outputs[0],
            "inputs": inputs,
            "state": state,
            "changedPropIds": [f"{_name(one['id'])}.{one['property']}" for one in _flat(inputs)[:1]],
        }


def _inputs(callback: dict[str, Any]) -> list[dict[str, Any]]:
    return [*callback["inputs"], *callback["state"]]


def _names(callback: dict[str, Any]) -> list[str]:
    return [f"{one['id']}.{one['property']}" for one in _inputs(callback)]


def _flat(inputs: list[Any]) -> list[dict[str, Any]]:
    return [one for part in inputs for one in (part if isinstance(part, list) else [part])]


def _name(component: Any) -> str:
    return json.dumps(component, sort_keys=True, separators=(",", ":")) if isinstance(component, dict) else component


def _id(name: str) -> Any:
    return json.loads(name) if name.startswith("{") else name


def _output(output: str) -> dict[str, Any]:
    name, _, prop = output.rpartition(".")
    return {"id": _id(name), "property": prop.partition("@")[0]}


@pytest.fixture(scope="module")
def asked(worlds: dict[str, World]) -> Asked:
    return Asked(worlds["try"])


def test_a_tenants_own_numbers_are_shown_to_them_and_are_others_in_a_world_where_they_are(
    worlds: dict[str, World], asked: Asked
) -> None:
    """What the other tests hold apart is there to be seen."""
    bodies = [body for callback in asked.callbacks for body in asked.honest(callback)]
    mine, changed = ([worlds[world].post(BRUNO.login, body) for body in bodies] for world in ("", ADA.login))
    assert {status for status, _ in mine} <= {200, 204}
    assert sum(one != two for one, two in zip(mine, changed, strict=True)) >= 3


@pytest.mark.parametrize(("name", "other"), [(ADA.login, ADA.login), (LENA.login, "others"), (OLGA.login, "others")])
def test_no_answer_depends_on_rows_of_anybody_else(
    worlds: dict[str, World], asked: Asked, name: str, other: str
) -> None:
    before = of_others(worlds[""].warehouse, name)
    for callback in asked.callbacks:
        for body in [*asked.honest(callback), *asked.forged(callback, FOREIGN, singly=name != OLGA.login)]:
            here, there = worlds[""].post(name, body), worlds[other].post(name, body)
            assert here == there, f"{name} learns something of others from {body}"
            told = here[1].replace(f"secret {name}", "")
            assert "secret" not in told or "secret" in str(body), body
    assert of_others(worlds[""].warehouse, name) == before


def test_a_callback_that_is_asked_absurd_things_says_nothing_of_the_inside(
    worlds: dict[str, World], asked: Asked
) -> None:
    for callback in asked.callbacks:
        for body in asked.forged(callback, ABSURD, singly=False):
            for name in (ADA.login, LENA.login):
                status, text = worlds["try"].post(name, body)
                assert status in (200, 204, 400), f"{status} for {body}"
                assert not INSIDE.search(text), f"{text} for {body}"
    for body in (
        None,
        [],
        {},
        "x",
        {"output": "nothing.children"},
        {"output": ["a"], "inputs": 1, "changedPropIds": 2},
    ):
        status, text = worlds["try"].post(ADA.login, body)
        assert status in (400, 415)
        assert not INSIDE.search(text), f"{text} for {body}"


def test_a_character_that_no_text_has_is_refused_by_every_callback_and_is_no_defect(
    worlds: dict[str, World], asked: Asked
) -> None:
    for callback in asked.callbacks:
        for body in asked.forged(callback, ["a\0b"], singly=False):
            status, text = worlds["try"].post(LENA.login, body)
            # In an address it is written as %00, and left out.
            assert status in ((400,) if "\\x00" in repr(body) else (200, 204)), f"{status} for {body}"
            assert "a defect of ours" not in text, body


def test_nobody_gets_nothing(worlds: dict[str, World], asked: Asked) -> None:
    for callback in asked.callbacks:
        for body in [*asked.honest(callback), *asked.forged(callback, FOREIGN[:2], singly=False)]:
            assert worlds["try"].post("nobody", body)[0] == 401
    for account in auth.DEMO_ACCOUNTS:  # a login is no token: without it, a request comes from somewhere else
        answer = (
            worlds["try"].client(account.login).post("/_dash-update-component", json=next(asked.honest(asked.turn)))
        )
        assert answer.status_code == 400


def test_a_page_is_opened_by_its_roles_alone(worlds: dict[str, World], asked: Asked) -> None:
    for account in auth.DEMO_ACCOUNTS:
        for page in pages():
            body = next(asked.honest(asked.turn, page.path))
            answer = json.loads(worlds["try"].post(account.login, body)[1])["response"]
            opened = answer["arrived"]["data"]["title"] == f"{page.title} · Overtone"
            assert opened == (account.role in page.roles), f"{page.path} for {account.role}"
            links = {link["props"]["href"] for link in answer["nav"]["children"]}
            assert links == {page.path for page in pages() if account.role in page.roles}


def test_no_route_depends_on_rows_of_anybody_else_and_strangers_get_none(worlds: dict[str, World]) -> None:
    query = urlencode(dict.fromkeys(IDS, TRACKS[BRUNO.login]))
    for rule in worlds["try"].app.server.url_map.iter_rules():
        for argument in rule.arguments:
            assert argument in ARGUMENTS, f"{rule.rule}: add what {argument} may be to ARGUMENTS"
        _, path = rule.build({name: ARGUMENTS[name] for name in rule.arguments}) or ("", rule.rule)
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            stranger = worlds["try"].app.server.test_client().open(f"{path}?{query}", method=method)
            assert rule.endpoint in login.OPEN or stranger.status_code in (302, 401), f"{method} {path}"
            if method != "GET":
                before = of_others(worlds["try"].warehouse, ADA.login)
                client = worlds["try"].client(ADA.login)
                if not path.startswith(("/logout", "/account")):  # these end the session
                    token = client.get_cookie(login.CSRF_COOKIE)
                    client.open(f"{path}?{query}", method=method, headers={"X-CSRFToken": token.value})
                assert of_others(worlds["try"].warehouse, ADA.login) == before, f"{method} {path}"
                continue
            for name, other in ((ADA.login, ADA.login), (LENA.login, "others"), (OLGA.login, "others")):
                here, there = (worlds[world].client(name).get(f"{path}?{query}") for world in ("", other))
                assert here.status_code == there.status_code, f"{method} {path} for {name}"
                if here.mimetype in ("text/html", "application/json"):
                    texts = [FLEETING.sub("0", one.get_data(as_text=True)) for one in (here, there)]
                    assert texts[0] == texts[1], f"{method} {path} for {name}"


def of_others(warehouse: Warehouse, name: str) -> dict[str, str]:
    """A hash over what is somebody else's, by table."""
    [mine] = warehouse.query("SELECT account_id, artist_id FROM app.account WHERE login = %s", (name,))
    mine |= dict.fromkeys(("listener_id", "listener_a", "listener_b", "blocker"), LISTENERS.get(name))
    hashes = {}
    for table in sorted(of_tenants(warehouse)):
        row = f"SELECT row_to_json(t) AS row FROM {table} AS t"
        rows = [one["row"] for one in warehouse.query(row)]
        theirs = [row for row in rows if not any(own is not None and row.get(who) == own for who, own in mine.items())]
        hashes[table] = hashlib.sha256(repr(sorted(map(repr, theirs))).encode()).hexdigest()
    return hashes


def of_tenants(warehouse: Warehouse, unguarded: bool = False) -> set[str]:
    """Tables with a column that names a tenant; or only those without row-level security, forced, with a policy."""
    return {
        row["name"]
        for row in warehouse.query(
            """
            SELECT n.nspname || '.' || c.relname AS name
            FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p', 'm', 'v', 'f') AND n.nspname IN ('activity', 'mart', 'app')
                AND EXISTS (
                    SELECT FROM pg_attribute AS a
                    WHERE a.attrelid = c.oid AND NOT a.attisdropped
                        AND a.attname ~ '^(artist_id|account_id|listener_(id|[a-z])|friend_id|blocker)$'
                )
                AND NOT (
                    %(unguarded)s AND c.relrowsecurity AND c.relforcerowsecurity
                    AND EXISTS (
                        SELECT FROM pg_policy AS p
                        WHERE p.polrelid = c.oid AND 'overtone_app'::regrole = ANY (p.polroles)
                    )
                )
                AND (%(unguarded)s OR NOT c.relispartition)""",
            {"unguarded": unguarded},
        )
    }


def test_every_table_of_tenants_is_guarded_or_says_why_not(worlds: dict[str, World]) -> None:
    warehouse = worlds[""].warehouse
    assert of_tenants(warehouse, unguarded=True) == set(UNGUARDED)
    readable = "SELECT has_table_privilege('overtone_app', %(name)s, 'SELECT, INSERT, UPDATE, DELETE') AS may"
    for name in UNGUARDED:
        assert warehouse.query(readable, {"name": name}) == [{"may": False}]
    for schema, column in (("mart", "artist_id"), ("activity", "listener_id"), ("app", "account_id")):
        warehouse.execute(f"CREATE TABLE {schema}.leak ({column} bigint)")
        assert f"{schema}.leak" in of_tenants(warehouse, unguarded=True)
        warehouse.execute(f"DROP TABLE {schema}.leak")


def test_every_table_of_tenants_has_rows_of_several_here(worlds: dict[str, World]) -> None:
    filled = {name.strip() for kind in (OF_AN_ARTIST, OF_A_LISTENER, OF_AN_ACCOUNT) for name in kind}
    missing = of_tenants(worlds[""].warehouse) - filled
    assert not missing, f"Add rows of {missing} to OF_AN_ARTIST, OF_A_LISTENER or OF_AN_ACCOUNT."
