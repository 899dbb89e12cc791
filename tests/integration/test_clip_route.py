"""The route that serves clips: ranges, what browsers may keep, strangers, what is missing."""

import zipfile
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient

from dashboards import auth, clips
from dashboards.app import create_app
from dashboards.queries import clips as ask
from etl.drops.clips import find_clips
from etl.drops.landing import land
from etl.settings import Settings
from etl.store.storage import Storage
from etl.store.warehouse import Warehouse

SOUND = np.random.default_rng(0).bytes(50_000)


@pytest.fixture
def client(
    settings: Settings, warehouse: Warehouse, tmp_path: Path, log_in: Callable[[FlaskClient, str], dict[str, str]]
) -> FlaskClient:
    """A visitor who is logged in; tracks 2 (a file) and 3 (in an archive) have audio, 5 one that no browser plays."""
    (tmp_path / "000002.mp3").write_bytes(SOUND)
    with zipfile.ZipFile(tmp_path / "fma_small.zip", "w") as archive:
        archive.writestr("fma_small/000/000003.mp3", SOUND[::-1])
        archive.writestr("fma_small/000/000005.mp3", b"FORM....AIFF")
    storage = Storage(settings.storage_url)
    land(storage, "fma", [tmp_path / "000002.mp3", tmp_path / "fma_small.zip"])
    for clip in find_clips(storage):
        kind = "aiff" if clip.track_id == 5 else "mp3"
        row = asdict(clip.audio) | {"track_id": clip.track_id, "clip_id": clip.clip_id, "format": kind}
        warehouse.execute(
            "INSERT INTO core.clip (track_id, clip_id, path, member, member_at, packing, bytes, format, duration_s,"
            " peaks, day) VALUES (%(track_id)s, %(clip_id)s, %(path)s, %(member)s, %(member_at)s, %(packing)s,"
            " %(bytes)s, %(format)s, 30, '{0.5,1}', '2017-05-09')",
            row,
        )
    auth.ensure_demo_accounts(warehouse)
    client = create_app(replace(settings, demo=True), warehouse).server.test_client()
    log_in(client, "ada")
    return client


def get(client: FlaskClient, path: str, **headers: str) -> Any:
    return client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})


@pytest.mark.parametrize(("track", "sound"), [(2, SOUND), (3, SOUND[::-1])])
def test_a_clip_is_served_whole_and_by_ranges_from_a_file_and_from_an_archive(
    client: FlaskClient, track: int, sound: bytes
) -> None:
    whole = get(client, f"/clip/{track}")
    assert (whole.status_code, whole.mimetype, whole.data) == (200, "audio/mpeg", sound)
    assert (whole.headers["Content-Length"], whole.headers["Accept-Ranges"]) == ("50000", "bytes")
    for asked, start, stop in (
        ("0-", 0, 50_000),
        ("100-199", 100, 200),
        ("-7", 49_993, 50_000),
        ("4-99999", 4, 50_000),
    ):
        part = get(client, f"/clip/{track}", Range=f"bytes={asked}")
        assert (part.status_code, part.data) == (206, sound[start:stop])
        assert part.headers["Content-Range"] == f"bytes {start}-{stop - 1}/50000"
    outside = get(client, f"/clip/{track}", Range="bytes=50000-")
    assert (outside.status_code, outside.headers["Content-Range"], outside.data) == (416, "bytes */50000", b"")
    for ignored in ("bytes=9-1", "lines=0-3", "bytes=0-1,5-6"):
        assert get(client, f"/clip/{track}", Range=ignored).status_code == 200


def test_an_answer_to_a_range_is_bounded_and_the_player_asks_on(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clips, "MOST", 20_000)
    heard = b""
    while len(heard) < 50_000:
        part = get(client, "/clip/3", Range=f"bytes={len(heard)}-")
        assert part.status_code == 206
        heard += part.data
    assert heard == SOUND[::-1]


def test_this_visitors_browser_may_keep_a_clip_and_nobody_else(client: FlaskClient) -> None:
    answer = get(client, "/clip/2", Range="bytes=0-9")
    assert "private" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "media-src 'self'" in answer.headers["Content-Security-Policy"]
    tag = answer.headers["ETag"]
    assert get(client, "/clip/2", If_None_Match=tag).status_code == 304
    assert get(client, "/clip/2", If_Range=tag, Range="bytes=0-9").status_code == 206
    assert get(client, "/clip/2", If_Range='"older"', Range="bytes=0-9").status_code == 200


def test_what_has_no_audio_is_said_and_nothing_tells_where_audio_lies(client: FlaskClient, settings: Settings) -> None:
    assert get(client, "/clip/2.svg").data.startswith(b"<svg")
    for path in ("/clip/5", "/clip/7", "/clip/99999999999", "/clip/7.svg"):
        answer = get(client, path)
        assert (answer.status_code, answer.json) == (404, {"message": "There is no audio of this track to play."})
    Storage(settings.storage_url).delete("landing")
    for asked in ({}, {"Range": "bytes=0-9"}):
        gone = get(client, "/clip/2", **asked)
        assert (gone.status_code, gone.json) == (404, {"message": "There is no audio of this track to play."})


def test_a_stranger_hears_nothing(client: FlaskClient) -> None:
    with client.session_transaction() as session:
        session.clear()
    for path in ("/clip/2", "/clip/2.svg", "/clip/7"):
        answer = get(client, path, Range="bytes=0-9")
        assert answer.status_code in (302, 401)
        assert SOUND[:10] not in answer.data


def test_pages_know_what_can_be_heard(client: FlaskClient, warehouse: Warehouse) -> None:
    assert ask.playable(warehouse, [2, 3, 5, 7]) == {2, 3}
    assert ask.playable(warehouse, []) == set()
    assert ask.wave(warehouse, 7) is None


def test_the_part_of_a_song_that_a_clip_is_follows_from_how_the_archive_cut_it(warehouse: Warehouse) -> None:
    [row] = warehouse.query(
        "SELECT core.clip_start_s(151, 30) AS middle, core.clip_start_s(151, 150.6) AS whole,"
        " core.clip_start_s(151, 90) AS another, core.clip_start_s(NULL, 30) AS unknown"
    )
    assert row == {"middle": 60, "whole": 0, "another": None, "unknown": None}
