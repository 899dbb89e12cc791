"""Songs that nobody should send, sent to the app: what is refused and how, and what the app looks like afterwards."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import soundfile
from flask.testing import FlaskClient

from dashboards import auth, login
from dashboards.app import create_app
from etl.audio import sandbox
from etl.audio.stream import held
from etl.errors import AudioError
from etl.settings import Settings
from etl.store.warehouse import Warehouse

ACCEPTED, UNREADABLE, SHORT, LONG, SILENT, NOT_FINITE = (
    "accepted",
    "AudioUnreadable",
    "AudioTooShort",
    "AudioTooLong",
    "AudioSilent",
    "AudioNotFinite",
)
RATE = 22_050


@cache
def encoded(kind: str, subtype: str | None = None, rate: int = RATE, channels: int = 1, seconds: float = 1.0) -> bytes:
    """Noise of a kind."""
    noise = np.random.default_rng(3).uniform(-0.5, 0.5, (int(rate * seconds), channels)).astype(np.float32)
    file = io.BytesIO()
    soundfile.write(file, noise, rate, format=kind, subtype=subtype)
    return file.getvalue()


def wav(
    data: bytes, rate: int = RATE, channels: int = 1, bits: int = 16, kind: int = 1, size: int | None = None,
    riff: int | None = None, align: int | None = None, fmt_size: int = 16,
) -> bytes:  # fmt: skip
    """A wav whose header says what it is told to."""
    align = channels * bits // 8 if align is None else align
    fmt = struct.pack("<HHIIHH", kind, channels & 0xFFFF, rate, rate * align & 0xFFFFFFFF, align & 0xFFFF, bits)
    body = b"WAVEfmt " + struct.pack("<I", fmt_size) + fmt + b"data"
    body += struct.pack("<I", len(data) if size is None else size) + data
    return b"RIFF" + struct.pack("<I", len(body) if riff is None else riff) + body


def noise(count: int = RATE) -> bytes:
    """Samples of 16 bits."""
    return np.random.default_rng(4).integers(-9000, 9000, count).astype("<i2").tobytes()


def floats(value: float) -> bytes:
    """A second of noise as floats, one of them being this."""
    samples = np.random.default_rng(5).uniform(-0.5, 0.5, RATE).astype("<f4")
    samples[RATE // 2] = value
    return wav(samples.tobytes(), bits=32, kind=3)


def flac_claiming(samples: int, rate: int | None = None) -> bytes:
    """A FLAC whose header counts ``samples``."""
    data = bytearray(encoded("FLAC"))
    data[21] = data[21] & 0xF0 | samples >> 32
    data[22:26] = struct.pack(">I", samples & 0xFFFFFFFF)
    if rate is not None:
        data[18:20] = struct.pack(">H", rate >> 4)
        data[20] = data[20] & 0x0F | (rate & 15) << 4
    return bytes(data)


def xing_claiming(frames: int) -> bytes:
    """An mp3 whose first frame counts ``frames``."""
    data = bytearray(encoded("MP3"))
    at = max(data.find(b"Xing"), data.find(b"Info"))
    if at >= 0:
        data[at + 8 : at + 12] = struct.pack(">I", frames)
    return bytes(data)


def id3(size: int, body: bytes = b"") -> bytes:
    """A tag that says it is so large."""
    parts = bytes((size >> shift) & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x04\0\0" + parts + body


def zipped(size: int) -> bytes:
    """An archive of so many zeros."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("song.mp3", bytes(size))
    return file.getvalue()


def png(side: int) -> bytes:
    """A picture that says it has so many pixels a side."""
    head = b"IHDR" + struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head)) + bytes(4000)


@cache
def silence_flac(seconds: int) -> bytes:
    """A bomb: some kilobytes of as much digital silence."""
    file = io.BytesIO()
    with soundfile.SoundFile(file, "w", 8000, 1, format="FLAC", subtype="PCM_16") as out:
        for _ in range(seconds // 100):
            out.write(np.zeros(800_000, np.int16))
    return file.getvalue()


def misnumbered(data: bytes) -> bytes:
    """Ogg pages of which the second is numbered wrongly."""
    second = data.find(b"OggS", 4)
    return data[: second + 18] + b"\xff\xff\xff\x7f" + data[second + 22 :]


MP3, WAV, OGG, FLAC, AIFF = (lambda kind=kind: encoded(kind) for kind in ("MP3", "WAV", "OGG", "FLAC", "AIFF"))

#: What it is called, what it is, what becomes of it.
CORPUS: list[tuple[str, Callable[[], bytes], str]] = [
    # what is no audio, whatever its name says
    ("nothing.mp3", lambda: b"", UNREADABLE),
    ("one byte.mp3", lambda: b"\xff", UNREADABLE),
    ("zeros.wav", lambda: bytes(100_000), UNREADABLE),
    ("noise.mp3", lambda: np.random.default_rng(1).bytes(200_000), UNREADABLE),
    ("text.mp3", lambda: b"la la la " * 9000, UNREADABLE),
    ("page.mp3", lambda: b"<!DOCTYPE html><html><script>alert(1)</script>" + bytes(5000), UNREADABLE),
    ("drawing.wav", lambda: b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", UNREADABLE),
    ("entities.mp3", lambda: b'<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><a>&c;</a>', UNREADABLE),
    ("archive.mp3", lambda: zipped(10_000_000), UNREADABLE),
    ("gzip.mp3", lambda: b"\x1f\x8b\x08\0\0\0\0\0" + zlib.compress(bytes(10_000_000)), UNREADABLE),
    ("paper.mp3", lambda: b"%PDF-1.7\n1 0 obj<</JS(app.alert(1))>>endobj\n" + bytes(5000), UNREADABLE),
    ("picture.mp3", lambda: png(60_000), UNREADABLE),
    ("gif.wav", lambda: b"GIF89a" + bytes(5000), UNREADABLE),
    ("program.mp3", lambda: b"\x7fELF\x02\x01\x01" + bytes(5000), UNREADABLE),
    ("windows.wav", lambda: b"MZ\x90\0" + bytes(5000), UNREADABLE),
    ("script.mp3", lambda: b"#!/bin/sh\nrm -rf /\n" * 100, UNREADABLE),
    (
        "pickle.wav",
        lambda: b"\x80\x04\x95\x1e\0\0\0\0\0\0\0\x8c\x05posix\x8c\x06system\x93\x8c\x02id\x85R.",
        UNREADABLE,
    ),
    ("film.mp3", lambda: b"\0\0\0\x20ftypisom" + bytes(5000), UNREADABLE),
    ("film.avi.wav", lambda: b"RIFF" + struct.pack("<I", 5000) + b"AVI LIST" + bytes(5000), UNREADABLE),
    ("picture.webp.wav", lambda: b"RIFF" + struct.pack("<I", 5000) + b"WEBPVP8 " + bytes(5000), UNREADABLE),
    ("notes.mid.mp3", lambda: b"MThd\0\0\0\x06\0\x01\0\x01\x01\xe0MTrk" + bytes(500), UNREADABLE),
    ("playlist.mp3", lambda: b"#EXTM3U\nfile:///etc/passwd\nhttp://169.254.169.254/\n", UNREADABLE),
    # containers that a decoder here would read and that nobody's song comes in
    ("sun.mp3", lambda: encoded("AU"), UNREADABLE),
    ("apple.wav", lambda: encoded("CAF"), UNREADABLE),
    ("matlab.wav", lambda: encoded("MAT5"), UNREADABLE),
    ("creative.mp3", lambda: encoded("VOC"), UNREADABLE),
    ("sony.wav", lambda: encoded("W64"), UNREADABLE),
    ("psion.wav", lambda: encoded("PVF"), UNREADABLE),
    # audio by another name is what it is
    ("wav called.mp3", WAV, ACCEPTED),
    ("mp3 called.wav", MP3, ACCEPTED),
    ("ogg called.mp3", OGG, ACCEPTED),
    ("flac called.exe", FLAC, ACCEPTED),
    ("aiff called.php", AIFF, ACCEPTED),
    ("opus called.mp3", lambda: encoded("OGG", "OPUS", 48_000), ACCEPTED),
    # two things at once: what decodes is heard, the rest is never looked at
    ("archive behind.mp3", lambda: MP3() + zipped(100_000), ACCEPTED),
    ("archive behind.wav", lambda: WAV() + zipped(100_000), ACCEPTED),
    ("page in a tag.mp3", lambda: id3(46, b"<html><script>alert(1)</script></html>" + bytes(8)) + MP3(), ACCEPTED),
    ("archive before.mp3", lambda: zipped(100_000) + MP3(), UNREADABLE),
    ("paper before.wav", lambda: b"%PDF-1.4\n" + WAV(), UNREADABLE),
    # cut, and ends of files missing
    ("riff alone.wav", lambda: b"RIFF", UNREADABLE),
    ("half a header.wav", lambda: WAV()[:30], UNREADABLE),
    ("header alone.wav", lambda: WAV()[:44], SHORT),
    ("half.mp3", lambda: MP3()[: len(MP3()) // 2], ACCEPTED),
    ("half.flac", lambda: FLAC()[: len(FLAC()) // 2], UNREADABLE),
    ("header alone.flac", lambda: FLAC()[:42], SHORT),
    ("header alone.ogg", lambda: OGG()[:58], UNREADABLE),
    ("sync alone.mp3", lambda: b"\xff\xfb\x90\0" * 3000, UNREADABLE),
    ("marker alone.flac", lambda: b"fLaC", UNREADABLE),
    # headers without an end, and sizes that are lies
    ("a tag that never ends.mp3", lambda: id3(0x0FFFFFFF) + bytes(100_000), UNREADABLE),
    ("tags and tags.mp3", lambda: id3(0) * 100_000 + MP3(), UNREADABLE),
    ("tags alone.mp3", lambda: id3(0) * 100_000, UNREADABLE),
    ("chunks and chunks.wav", lambda: b"RIFF\xff\xff\xff\x7fWAVE" + b"junk\0\0\0\0" * 100_000, UNREADABLE),
    ("pages and pages.ogg", lambda: b"OggS\0\x02" + bytes(20) + b"OggS\0\0" * 50_000, UNREADABLE),
    ("blocks and blocks.flac", lambda: b"fLaC" + b"\x01\0\0\x04pads" * 50_000, UNREADABLE),
    ("more than there is.wav", lambda: wav(noise(), size=0xFFFFFFFF), ACCEPTED),
    ("4 GB of nothing.wav", lambda: wav(b"", size=0xFFFFFFF0), SHORT),
    ("size 0.wav", lambda: wav(noise(), riff=0, size=0), SHORT),
    ("a format of 4 GB.wav", lambda: wav(noise(), fmt_size=0xFFFFFFF0), UNREADABLE),
    ("a format of nothing.wav", lambda: wav(noise(), fmt_size=0), UNREADABLE),
    ("68 billion samples.flac", lambda: flac_claiming((1 << 36) - 1), ACCEPTED),
    ("4 billion frames.mp3", lambda: xing_claiming(0xFFFFFFFF), ACCEPTED),
    ("a page out of turn.ogg", lambda: misnumbered(OGG()), UNREADABLE),
    # absurd rates, channels, depths
    ("0 Hz.wav", lambda: wav(noise(), rate=0), UNREADABLE),
    ("1 Hz.wav", lambda: wav(noise(), rate=1), UNREADABLE),
    ("4 GHz.wav", lambda: wav(noise(), rate=0xFFFFFFFF), UNREADABLE),
    ("2 GHz.wav", lambda: wav(noise(), rate=0x7FFFFFFF), UNREADABLE),
    ("655 kHz.flac", lambda: flac_claiming(RATE, rate=655_350), UNREADABLE),
    ("no channel.wav", lambda: wav(noise(), channels=0, align=2), UNREADABLE),
    ("a thousand channels.wav", lambda: wav(noise(200_000), channels=1000), UNREADABLE),
    ("65535 channels.wav", lambda: wav(noise(200_000), channels=65_535, align=2), UNREADABLE),
    ("nine channels.wav", lambda: wav(noise(90_000), channels=9), UNREADABLE),
    ("0 bits.wav", lambda: wav(noise(), bits=0, align=2), UNREADABLE),
    ("65528 bits.wav", lambda: wav(noise(), bits=65_528, align=2), UNREADABLE),
    ("an unknown code.wav", lambda: wav(noise(), kind=0x7777), UNREADABLE),
    ("frames of nothing.wav", lambda: wav(noise(), align=0), ACCEPTED),
    # bombs
    ("an hour of silence.flac", lambda: silence_flac(3600), LONG),
    ("20 MB at 2 kHz.wav", lambda: wav(bytes(4_000_000), rate=2000, bits=8), LONG),
    # samples that are none
    ("not a number.wav", lambda: floats(np.nan), NOT_FINITE),
    ("endless.wav", lambda: floats(np.inf), NOT_FINITE),
    ("minus endless.wav", lambda: floats(-np.inf), NOT_FINITE),
    ("a scream.wav", lambda: floats(1e30), NOT_FINITE),
    ("silence.wav", lambda: wav(bytes(2 * RATE)), SILENT),
    ("a constant.wav", lambda: wav(b"\x10\x27" * RATE), SILENT),
    ("one sample.wav", lambda: wav(noise(1)), SHORT),
    ("a click.wav", lambda: wav(noise(2000)), SHORT),
    # chains and odd joints
    ("two in a chain.ogg", lambda: OGG() + OGG(), ACCEPTED),
    ("two kinds.mp3", lambda: MP3() + WAV(), ACCEPTED),
    ("a thousand beginnings.ogg", lambda: OGG()[:4000] * 1000, SHORT),
]

#: Names that want to be elsewhere, or look like something else; each is sent with a song that is one.
NAMES = {
    "../../../../etc/passwd": "passwd",
    "..\\..\\windows\\win.ini": "win.ini",
    "/dev/null": "null",
    "song\0.mp3.exe": "song.mp3.exe",
    "song\r\nSet-Cookie: a=b.mp3": "songSet-Cookie: a=b.mp3",
    "song\u202e3pm.exe": "song3pm.exe",
    "\u2066\u200fsong\u2069.mp3": "song.mp3",
    "....//....//": "your clip",
    "..": "your clip",
    "": "your clip",
    "-rf.mp3": "-rf.mp3",
    "<script>alert(1)<b>.mp3": "<script>alert(1)<b>.mp3",
    "'; DROP TABLE app.upload; --.mp3": "'; DROP TABLE app.upload; --.mp3",
    "%s%n%x.mp3": "%s%n%x.mp3",
    "a" * 5000: "a" * 120,
    "שיר.mp3": "שיר.mp3",
}

#: Of ../shared/data/odd_audio, what has sound in it and is of a kind that is heard.
ODD_HEARD = {"apev2-lyricsv2.mp3", "bad-TYER-frame.mp3", "lame.mp3"}


@pytest.fixture(scope="module")
def world(
    tmp_path_factory: pytest.TempPathFactory, new_database: Callable[[], str]
) -> Iterator[tuple[FlaskClient, Warehouse]]:
    """Somebody who is logged in to the app, and its warehouse."""
    url = new_database()
    home = tmp_path_factory.mktemp("home")
    settings = Settings.from_env({"OVERTONE_HOME": str(home), "OVERTONE_DATABASE_URL": url})
    warehouse = Warehouse(url)
    auth.ensure_demo_accounts(warehouse)
    client = create_app(replace(settings, demo=True), warehouse).server.test_client()
    token = client.get("/login").get_data(as_text=True).split('name="csrf_token" type="hidden" value="')[1]
    ada = auth.DEMO_ACCOUNTS[0]
    client.post("/login", data={"login": ada.login, "password": ada.password, "csrf_token": token.split('"')[0]})
    client.get("/")
    yield client, warehouse
    warehouse.close()


def sent(world: tuple[FlaskClient, Warehouse], name: str, data: bytes) -> tuple[int, dict]:
    """Send a song as a page does, whatever was sent before within the hour."""
    client, warehouse = world
    warehouse.execute("DELETE FROM app.upload_attempt")
    cookie = client.get_cookie(login.CSRF_COOKIE)
    assert cookie
    answer = client.post(
        "/upload", query_string={"name": name}, data=data, headers={"X-CSRFToken": cookie.value},
        content_type="application/octet-stream",
    )  # fmt: skip
    return answer.status_code, answer.json


def resident() -> int:
    """Bytes of memory that this process has."""
    rows = Path("/proc/self/status").read_text().splitlines()
    return 1024 * next(int(row.split()[1]) for row in rows if row.startswith("VmRSS"))


def heard(data: bytes) -> str:
    """What becomes of a file: accepted, or an error's name."""
    try:
        with held(data) as clip:
            for message in sandbox.shared().hear(clip):
                if hasattr(message, "features"):
                    return ACCEPTED
    except AudioError as error:
        return type(error).__name__
    return "nothing was said"


def test_of_hostile_files_none_is_taken_that_should_not_be_and_the_app_neither_falls_nor_grows(
    world: tuple[FlaskClient, Warehouse],
) -> None:
    sent(world, "first.wav", WAV())
    sandbox.shared().start()
    worker, before, grown = sandbox.shared().pid, resident(), 0
    assert len(CORPUS) >= 60
    outcome, wanted = {}, {}
    for name, make, expected in CORPUS:
        wanted[name] = 200 if expected == ACCEPTED else 422
        outcome[name], said = sent(world, name, make())
        assert ("upload" in said) == (outcome[name] == 200), name
        assert outcome[name] == 200 or (said["thing"] == name and said["reason"] and said["next_step"]), name
        grown = max(grown, resident() - before)
    assert outcome == wanted
    assert grown <= 32 * 1024 * 1024
    assert sandbox.shared().pid == worker, "the worker survives every file"
    assert world[0].get("/healthz").status_code == 200
    rows = world[1].query("SELECT name FROM app.upload WHERE name <> 'first.wav'")
    assert sorted(row["name"] for row in rows) == sorted(name for name, _, expected in CORPUS if expected == ACCEPTED)


@pytest.mark.parametrize(("name", "make", "expected"), CORPUS, ids=[name for name, _, _ in CORPUS])
def test_each_is_refused_for_its_own_reason(name: str, make: Callable[[], bytes], expected: str) -> None:
    assert heard(make()) == expected


def test_a_name_is_shown_and_leads_nowhere(world: tuple[FlaskClient, Warehouse]) -> None:
    world[1].execute("DELETE FROM app.upload")
    for name in NAMES:
        assert sent(world, name, WAV())[0] == 200, name
    shown = [row["name"] for row in world[1].query("SELECT name FROM app.upload ORDER BY created_at")]
    assert shown == list(NAMES.values())


def test_real_odd_files_are_heard_or_refused(real_data: Path) -> None:
    files = sorted((real_data / "odd_audio").iterdir())
    assert len(files) == 29
    assert {file.name for file in files if heard(file.read_bytes()) == ACCEPTED} == ODD_HEARD
