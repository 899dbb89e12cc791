"""How long a visitor waits: from the last byte of a 10 MB mp3 to the tracks that sound like it, by one and by eight.

The app is the product's own, in processes of its own over a scratch server with a made catalogue.
Visitors are logged in, each to an account; they speak HTTP over the loopback, as a browser does: POST /upload, then the
search of the page Similar music.
"""

import http.client
import io
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import numpy as np
import soundfile
from argon2 import PasswordHasher

from etl.audio import parts
from etl.audio.stream import hear, held
from etl.audio.worker import describe
from etl.jobs.run import run_job
from etl.machine.process import get
from etl.settings import CHECKOUT, Settings
from etl.store.warehouse import Warehouse
from lab.bench.archive import DAY, FMA, SEED, make_archive, scratch, store
from lab.bench.clock import in_turns
from lab.figures import Figure, Goal, Report

VISITORS, ROUNDS, ALONE = 8, 4, 10
READY_S = 5  #: what the app gets ready behind its first page, such as what hears songs
FRAMES_S = 4  #: between two rounds: what follows an answer is no part of the next one
MEGABYTES = 10
KBIT_S = 320  #: of the song, the best that mp3 has: 10 MB last 4 minutes 22 seconds
RATE = 44_100
TRACKS = {"Rock": 6000, "Electronic": 4000, "Folk": 2000, "Jazz": 571, "Classical": 1230}
PASSWORD = "a password of the bench"


@dataclass(frozen=True)
class Wait:
    """What one upload took, in seconds from its last byte."""

    described: float  #: until its id came
    found: float  #: until similar tracks came


def run(full: bool, data: Path | None) -> Report:
    """Upload one song after the other, then eight at a time.

    Args:
        full: with the FMA's 106,574 tracks to search.
        data: folder of real data; not used.
    """
    tracks = FMA if full else TRACKS
    archive = make_archive(tracks, np.random.default_rng(SEED))
    song = made_song()
    with scratch() as (settings, warehouse):
        store(warehouse, archive, ~archive.asked)
        run_job(settings, "scale_features", DAY)
        accounts(warehouse, 1 + VISITORS)
        with Served(settings) as app:
            visitors = [Visitor(app.port, f"visitor{number}") for number in range(1 + VISITORS)]
            alone = [visitors[0].upload(song) for _ in range(ALONE)]
            time.sleep(FRAMES_S)
            crowd = at_once(visitors[1:], song)
    return Report("Cost of an upload", _about(song, sum(tracks.values())), _figures(alone, crowd, cpu_seconds(song)))


def made_song() -> bytes:
    """Ten megabytes of mp3, of which every second is another."""
    rng, count = np.random.default_rng(SEED), MEGABYTES * 8000 // KBIT_S * RATE
    hertz = np.repeat(rng.choice([110, 146.8, 164.8, 220, 329.6], -(-count // RATE)), RATE)[:count]
    phase = 2 * np.pi * np.cumsum(hertz) / RATE
    tone = sum(np.sin(number * phase) / number for number in (1, 2, 3, 5)) * (0.6 + 0.4 * np.sin(phase / 50))
    both = np.stack([tone, np.roll(tone, 300)], axis=1) * 0.2 + rng.normal(0, 0.03, (count, 2))
    file = io.BytesIO()
    with soundfile.SoundFile(file, "w", RATE, 2, format="MP3", bitrate_mode="CONSTANT", compression_level=0) as out:
        out.write(both.astype(np.float32))
    return file.getvalue()


def accounts(warehouse: Warehouse, count: int) -> None:
    """Let so many visitors log in."""
    hashed = PasswordHasher(time_cost=1, memory_cost=64).hash(PASSWORD)
    for number in range(count):
        warehouse.execute(
            "INSERT INTO app.account (login, password_hash, role, display_name) VALUES (%s, %s, 'artist', 'Visitor')",
            (f"visitor{number}", hashed),
        )


class Served:
    """The app in a process of its own, as ``overtone app`` serves it."""

    def __init__(self, settings: Settings) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        env = {**settings.environment(), "OVERTONE_APP_PORT": str(self.port), "OPENBLAS_NUM_THREADS": "1"}
        command = [sys.executable, "-m", "overtone.cli", "app"]
        self._process = subprocess.Popen(command, cwd=CHECKOUT, env=env, stdout=subprocess.DEVNULL)

    def __enter__(self) -> "Served":
        for _ in range(600):
            if get(f"http://127.0.0.1:{self.port}/healthz") is not None:
                time.sleep(READY_S)
                return self
            time.sleep(0.1)
        raise TimeoutError("the app does not answer")

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(20)


class Visitor:
    """Somebody who is logged in, on one connection."""

    def __init__(self, port: int, login: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self._cookies: dict[str, str] = {}
        form = self._ask("GET", "/login")
        token = form.split(b'name="csrf_token" type="hidden" value="')[1].split(b'"')[0].decode()
        given = urlencode({"login": login, "password": PASSWORD, "csrf_token": token})
        self._ask("POST", "/login", given.encode(), {"Content-Type": "application/x-www-form-urlencoded"})
        self._ask("GET", "/similar")

    def upload(self, song: bytes, together: threading.Barrier | None = None) -> Wait:
        """Send a song and ask what sounds like it; the clock runs from the last byte on."""
        connection = self._connection
        connection.putrequest("POST", "/upload?name=song.mp3")
        head = {**self.headers, "Content-Type": "application/octet-stream", "Content-Length": str(len(song))}
        for name, value in head.items():
            connection.putheader(name, value)
        connection.endheaders(song[:-1])
        if together:
            together.wait()
        begin = time.perf_counter()
        connection.send(song[-1:])
        answer = connection.getresponse()
        said = json.loads(answer.read())
        described = time.perf_counter() - begin
        search = {
            "output": "..music-body.children...music-key.data..",
            "outputs": [{"id": "music-body", "property": "children"}, {"id": "music-key", "property": "data"}],
            "inputs": [
                {"id": "url", "property": "search", "value": f"?upload={said['upload']}"},
                {"id": "music-again", "property": "data", "value": None},
            ],
            "state": [{"id": "music-key", "property": "data", "value": None}],
            "changedPropIds": ["url.search"],
        }
        headers = {**self.headers, "Content-Type": "application/json"}
        found = self._ask("POST", "/_dash-update-component", json.dumps(search).encode(), headers)
        if b"Track " not in found:
            raise ValueError(f"no similar track was found: {found[:200]!r}")
        return Wait(described, time.perf_counter() - begin)

    @property
    def headers(self) -> dict[str, str]:
        """What every request of theirs has."""
        cookie = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        return {"Cookie": cookie, "X-CSRFToken": self._cookies.get("_csrf_token", "")}

    def _ask(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> bytes:
        self._connection.request(method, path, body, {**self.headers, **(headers or {})})
        answer = self._connection.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, value = cookie.split(";")[0].split("=", 1)
            self._cookies[name] = value
        return answer.read()


def at_once(visitors: Sequence[Visitor], song: bytes) -> list[Wait]:
    """All visitors send their last byte at the same moment, some times over."""
    waits: list[Wait] = []
    with ThreadPoolExecutor(len(visitors)) as pool:
        for _ in range(ROUNDS):
            together = threading.Barrier(len(visitors))
            waits += pool.map(lambda visitor, gate=together: visitor.upload(song, gate), visitors)
            time.sleep(FRAMES_S)
    return waits


def cpu_seconds(song: bytes) -> dict[str, float]:
    """CPU seconds of what is done to a song, each the median of five."""
    with held(song) as clip:
        heard = hear(clip)
        spent = in_turns(
            {
                "decode": hear,
                "describe": lambda _: describe(heard),
                "frames": lambda _: parts.Frames.of(parts.frames(heard.samples)).to_bytes(),
            },
            [clip],
            rounds=5,
        )
    return {name: float(np.median(times)) for name, times in spent.items()}


def _figures(alone: Sequence[Wait], crowd: Sequence[Wait], cpu: Mapping[str, float]) -> list[Figure]:
    single, many = ([wait.found for wait in waits] for waits in (alone, crowd))
    limit, first, tenth = Goal("value", at_most=2), single[0], single[9]
    figures = [
        Figure(
            "upload.1_visitor", float(np.percentile(single, 95)), "s, p95", "its median",
            float(np.percentile(single, 95) / np.median(single)), len(single), limit,
        ),
        Figure(
            f"upload.{VISITORS}_visitors", float(np.percentile(many, 95)), "s, p95", "p95 of one visitor",
            float(np.percentile(many, 95) / np.percentile(single, 95)), len(many), limit,
        ),
        Figure(
            "upload.first", first, "s, the first after the start", "the tenth", first / tenth, 1,
            Goal("ratio", at_most=1.25),
        ),
        Figure(
            "upload.search", float(np.median([wait.found - wait.described for wait in alone])),
            "s of which the search, median", n=len(alone),
        ),
    ]  # fmt: skip
    return figures + [Figure(f"upload.{name}.cpu", spent, "CPU s a song, median", n=5) for name, spent in cpu.items()]


def _about(song: bytes, tracks: int) -> str:
    return f"""
One made mp3 of {len(song) / 1e6:.1f} MB ({KBIT_S} kbit/s, {len(song) * 8 / KBIT_S / 1000:.0f} s, stereo) is sent to
`overtone app`, which runs in a process of its own over a scratch server with {tracks:,} made tracks. Seconds from its
last byte to the answer with similar tracks, as the server gives it: `POST /upload`, then the search of the page Similar
music; drawing it is the browser's. *1_visitor* sends {ALONE} songs one after the other, the first once the app has
answered its health check and had {READY_S} s to get ready. *{VISITORS}_visitors* send their last byte at the same
moment, {ROUNDS} times. The visitors' own work falls on the same cores.

A song that long is described by two minutes of it, spread evenly (*describe*); the *frames* of all of it, of which any
part can be described, follow after the answer, once no other song is heard or after 3 s, at the lowest priority.
"""
