"""Sending a song to the app: stages, limits of an account, cancelling, parts, what is kept and who sees it."""

import http.client
import io
import json
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import pytest
import soundfile
from flask import Flask

from dashboards import auth, login, worker
from dashboards import uploads as desks
from dashboards.app import create_app
from dashboards.queries import uploads
from dashboards.uploads import LARGEST_CLIP, LINES, MOST_IN_HAND, Desk
from etl.audio import parts, sandbox
from etl.audio.stream import hear, held
from etl.errors import ArgumentInvalid
from etl.settings import Settings
from etl.store.warehouse import Warehouse
from tests.served import log_in, running, until

World = tuple[str, int, Flask, Warehouse]  #: host, port, the app, its warehouse
ADA, BRUNO = auth.DEMO_ACCOUNTS[:2]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, new_database: Callable[[], str]) -> Iterator[World]:
    """The app behind a real server, and its warehouse."""
    url = new_database()
    home = tmp_path_factory.mktemp("home")
    settings = Settings.from_env({"OVERTONE_HOME": str(home), "OVERTONE_DATABASE_URL": url})
    warehouse = Warehouse(url)
    auth.ensure_demo_accounts(warehouse)
    app = create_app(replace(settings, demo=True), warehouse)
    with running(worker.in_front(app)) as port:
        yield "127.0.0.1", port, app.server, warehouse
    warehouse.close()


@pytest.fixture
def world(served: World) -> World:
    """The same, with nothing sent so far."""
    served[3].execute("TRUNCATE app.upload, app.upload_attempt CASCADE")
    return served


class Visitor:
    """Somebody who is logged in, as a browser would be."""

    def __init__(self, world: World, who: auth.DemoAccount = ADA) -> None:
        self.host, self.port, server, warehouse = world
        client = server.test_client()
        log_in(client, who.login)
        cookies = {name: client.get_cookie(name).value for name in ("overtone", login.CSRF_COOKIE)}  # type: ignore[union-attr]
        self.headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
            "X-CSRFToken": cookies[login.CSRF_COOKIE],
            "Content-Type": "application/octet-stream",
        }
        [row] = warehouse.query("SELECT account_id FROM app.account WHERE login = %s", (who.login,))
        self.account_id = row["account_id"]

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """Send a request and read its answer: JSON, a list of what each line says, or text."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=60)
        connection.request(method, path, body, {**self.headers, **headers})
        answer = connection.getresponse()
        text, kind = answer.read().decode(), answer.getheader("Content-Type", "")
        connection.close()
        if kind.startswith(LINES):
            return answer.status, [json.loads(line) for line in text.splitlines()]
        return answer.status, json.loads(text) if kind.startswith("application/json") else text

    def send(self, data: Any, name: str = "song.mp3", **headers: str) -> tuple[int, Any]:
        """Upload a song."""
        return self.ask("POST", f"/upload?name={quote(name)}", data, **headers)


def song(seconds: float = 30, rate: int = 44_100) -> bytes:
    rng, count = np.random.default_rng(8), int(seconds * rate)
    tone = np.sin(np.arange(count) * np.linspace(0.02, 0.09, count))
    file = io.BytesIO()
    soundfile.write(file, 0.5 * tone + rng.normal(0, 0.02, count), rate, format="MP3")
    return file.getvalue()


def test_each_stage_is_named_as_it_begins_and_the_last_one_leads_on(world) -> None:
    ada = Visitor(world)
    status, stages = ada.send(song(), Accept=LINES)
    upload_id = stages[0]["upload"]
    assert status == 200
    assert [stage["stage"] for stage in stages] == ["sent", "waiting", "decoding", "describing", "comparing"]
    assert stages[-1]["upload"] == upload_id
    found = uploads.read(world[3], ada.account_id, upload_id)
    assert found is not None
    assert (found.name, round(found.duration_s), len(found.features), len(found.waveform)) == ("song.mp3", 30, 245, 160)
    status, stages = ada.send(b"<html>", "page.mp3", Accept=LINES)
    assert (status, stages[-1]["stage"], stages[-1]["status"]) == (200, "failed", 422)
    assert (stages[-1]["thing"], stages[-1]["reason"]) == ("page.mp3", "it is a web page, which no decoder here reads")


def test_more_than_20_mb_are_refused_whatever_the_header_says(world) -> None:
    ada = Visitor(world)
    assert ada.send(bytes(LARGEST_CLIP + 1))[0] == 413
    for body in (bytes(LARGEST_CLIP + 5), (bytes(1 << 20) for _ in range(25))):  # the second without a length
        with suppress(BrokenPipeError, ConnectionResetError):  # hung up on in the middle of it
            assert ada.send(body)[0] == 413
    assert ada.send(song()[at : at + 5000] for at in range(0, 60_000, 5000))[0] == 200, "chunks are taken"
    with socket.create_connection((ada.host, ada.port), timeout=60) as raw:  # a length that is a lie: the rest is lost
        head = {**ada.headers, "Host": "x", "Content-Length": "100", "Connection": "close"}
        lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
        raw.sendall(f"POST /upload?name=a.mp3 HTTP/1.1\r\n{lines}\r\n".encode() + song(1)[:100] + bytes(3000))
        assert raw.makefile("rb").readline().split()[1] == b"422"
    rows = world[3].query("SELECT count(*) FROM app.upload")
    assert rows[0]["count"] == 1


def test_the_eleventh_within_an_hour_is_refused_and_another_account_is_not(world) -> None:
    ada, warehouse = Visitor(world), world[3]
    for _ in range(10):
        assert ada.send(b"no song")[0] == 422
    status, said = ada.send(song())
    assert (status, said["reason"]) == (429, "you sent 10 songs within an hour, which is the most")
    assert said["next_step"] == "Try again in 60 minutes"
    assert Visitor(world, BRUNO).send(song(3))[0] == 200
    warehouse.execute("UPDATE app.upload_attempt SET began_at = began_at - interval '1 hour' WHERE account_id = %s",
                      (ada.account_id,))  # fmt: skip
    assert ada.send(song(3))[0] == 200


def test_a_third_at_once_is_refused_on_any_worker_and_a_dead_worker_is_forgotten(world, tmp_path) -> None:
    ada, warehouse = Visitor(world), world[3]
    elsewhere = Warehouse(warehouse.url)
    with ExitStack() as leave:
        for _ in range(2):
            Desk(elsewhere, tmp_path).begin(ada.account_id, leave)
        status, said = ada.send(song(3), Accept=LINES)
        assert (status, said["reason"]) == (429, "2 of your songs are being listened to already")
        warehouse.execute("UPDATE app.upload_attempt SET began_at = began_at - interval '3 minutes'")
        assert ada.send(song(3))[0] == 200
    elsewhere.close()


def test_ten_that_begin_in_the_same_moment_are_two(world) -> None:
    ada = Visitor(world)
    begun, refused = [], []

    def begin() -> None:
        try:
            begun.append(uploads.begin(world[3], ada.account_id))
        except uploads.TooManyUploads as error:
            refused.append(error)

    threads = [threading.Thread(target=begin) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(begun), len(refused)) == (2, 8)


def test_a_full_house_asks_to_come_again(world, tmp_path) -> None:
    desk, warehouse = Desk(world[3], tmp_path), world[3]
    account_id = Visitor(world).account_id
    with ExitStack() as leave:
        for _ in range(MOST_IN_HAND):
            _, place = desk.begin(account_id, leave)
            warehouse.execute("DELETE FROM app.upload_attempt")
        with pytest.raises(sandbox.NotHeard, match="many songs are being listened to just now"):
            desk.begin(account_id, leave)
        place.close()
        warehouse.execute("DELETE FROM app.upload_attempt")
        assert desk.begin(account_id, leave)[0]


def test_the_frames_of_a_song_wait_while_others_are_heard(world, monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    monkeypatch.setattr(desks, "_FRAMES_WAIT_S", 60.0)
    desk, warehouse = Desk(world[3], tmp_path), world[3]
    with ExitStack() as leave:

        def come(who: auth.DemoAccount) -> Iterator[dict[str, Any]]:
            account_id = Visitor(world, who).account_id
            upload_id, place = desk.begin(account_id, leave)
            clip = leave.enter_context(held(song()))
            return desk.stages(account_id, upload_id, who.login, clip, lambda: False, place)

        def with_frames() -> set[str]:
            return {row["name"] for row in warehouse.query("SELECT name FROM app.upload WHERE frames IS NOT NULL")}

        brunos = come(BRUNO)
        while next(brunos)["stage"] != "decoding":
            pass
        *_, last = come(ADA)
        assert last["stage"] == "comparing", "her answer waits for nobody"
        time.sleep(1)
        assert with_frames() == set()
        *_, last = brunos
        assert last["stage"] == "comparing"
        assert until(lambda: with_frames() == {"ada", "bruno"})


def test_hanging_up_and_cancelling_both_end_the_process_that_hears(world) -> None:
    ada, warehouse = Visitor(world), world[3]
    worker = sandbox.shared()
    worker.start()
    ada.send(song(3))

    def forks() -> int:
        return len(Path(f"/proc/{worker.pid}/task/{worker.pid}/children").read_text().split())

    assert until(lambda: forks() == 0)
    long = song(300, 22_050)
    connection = http.client.HTTPConnection(ada.host, ada.port, timeout=60)
    connection.request("POST", "/upload?name=long.mp3", long, {**ada.headers, "Accept": LINES})
    answer = connection.getresponse()
    while json.loads(answer.readline())["stage"] != "decoding":
        pass
    assert forks() == 1
    answer.close()
    connection.close()
    assert until(lambda: forks() == 0)
    assert until(lambda: not warehouse.query("SELECT FROM app.upload_attempt WHERE ended_at IS NULL"))
    connection = http.client.HTTPConnection(ada.host, ada.port, timeout=60)
    connection.request("POST", "/upload?name=long.mp3", long, {**ada.headers, "Accept": LINES})
    answer = connection.getresponse()
    upload_id = json.loads(answer.readline())["upload"]
    assert ada.ask("DELETE", f"/upload/{upload_id}")[0] == 204
    last = json.loads(answer.read().splitlines()[-1])
    connection.close()
    assert last["reason"] == "it was cancelled"
    assert until(lambda: forks() == 0)
    assert warehouse.query("SELECT FROM app.upload WHERE name = 'long.mp3'") == []


def test_a_part_is_described_kept_and_seen_by_its_account_alone(world) -> None:
    ada, bruno, warehouse = Visitor(world), Visitor(world, BRUNO), world[3]
    data = song(40)
    upload_id = ada.send(data)[1]["upload"]
    mine = (warehouse, ada.account_id, upload_id)
    cut = uploads.part(*mine, 10, 30)
    assert cut is not None
    assert cut.part == (10, 30)
    kept_frames = parts.Frames.of(parts.frames(parts_of(data)))
    np.testing.assert_array_equal(cut.features, parts.describe_part(kept_frames, 10, 30))
    for start, end in ((0, 5), (0, 70), (30, 20), (-5, 20), (25, 45)):
        with pytest.raises(ArgumentInvalid, match="the song lasts 40 s, and a part 10 to 60"):
            uploads.part(*mine, start, end)
    kept_id, whole_id = uploads.keep(*mine, 10, 30), uploads.keep(*mine)
    assert kept_id
    assert whole_id
    theirs = (warehouse, bruno.account_id, upload_id)
    assert (uploads.read(*theirs), uploads.part(*theirs, 10, 30), uploads.keep(*theirs)) == (None, None, None)
    uploads.forget(*theirs)
    bruno.ask("DELETE", f"/upload/{upload_id}")
    assert uploads.read(*mine) is not None
    warehouse.execute("UPDATE app.upload SET created_at = now() - interval '25 hours'")
    assert uploads.read(*mine) is None
    ada.send(data)
    rows = warehouse.query(
        "SELECT upload_id, frames IS NULL AS bare FROM app.upload WHERE kept_at IS NOT NULL ORDER BY part"
    )
    assert rows == [{"upload_id": kept_id, "bare": True}, {"upload_id": whole_id, "bare": True}]
    assert warehouse.query("SELECT FROM app.upload WHERE upload_id = %s", (upload_id,)) == []
    again = uploads.read(warehouse, ada.account_id, kept_id)
    assert again is not None
    np.testing.assert_array_equal(again.features, cut.features)
    same = uploads.part(warehouse, ada.account_id, kept_id, 10, 30)
    assert same is not None
    np.testing.assert_array_equal(same.features, again.features)
    assert uploads.part(warehouse, ada.account_id, kept_id, 5, 30) is None
    assert ada.ask("DELETE", f"/upload/{kept_id}")[0] == 204
    assert uploads.read(warehouse, ada.account_id, kept_id) is not None, "what is saved is not cancelled"
    uploads.forget(warehouse, ada.account_id, kept_id)
    assert uploads.read(warehouse, ada.account_id, kept_id) is None


def parts_of(data: bytes) -> np.ndarray:
    with held(data) as clip:
        return hear(clip).samples


def test_no_row_is_written_for_somebody_else(world) -> None:
    ada, bruno = Visitor(world), Visitor(world, BRUNO)
    upload_id = uploads.begin(world[3], ada.account_id)
    uploads.cancel(world[3], bruno.account_id, upload_id)
    assert not uploads.cancelled(world[3], ada.account_id, upload_id)
    uploads.end(world[3], bruno.account_id, upload_id)
    assert world[3].query("SELECT ended_at FROM app.upload_attempt") == [{"ended_at": None}]
    with pytest.raises(Exception, match="row-level security"):
        world[3].query_as(
            "INSERT INTO app.upload_attempt (upload_id, account_id) VALUES ('x', %(whose)s::bigint)",
            {"whose": ada.account_id},
            account_id=bruno.account_id,
        )
