"""Landing and lake on S3, on moto's server: the same rows as on local files, no half-written object, clear errors."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from moto.server import ThreadedMotoServer
from s3fs import S3FileSystem

from etl.drops.landing import land, landed
from etl.errors import SettingInvalid, SourceMissing, StorageUnavailable, TooManyBadRows
from etl.jobs.run import run_job
from etl.machine import postgres
from etl.settings import Settings
from etl.store.storage import Storage
from etl.store.warehouse import Warehouse, content_hash

DAY = date(2020, 12, 21)
Make = Callable[..., bytes]


@pytest.fixture(scope="module")
def server() -> Iterator[dict[str, str]]:
    """A store; what the environment must say to reach it."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "ann",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    server.stop()


@pytest.fixture
def bucket(server: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a bucket that this test alone uses; it appears with its first object."""
    for name, value in server.items():
        monkeypatch.setenv(name, value)
    S3FileSystem.clear_instance_cache()
    yield f"s3://bucket-{os.urandom(6).hex()}/overtone"
    S3FileSystem.clear_instance_cache()


@pytest.fixture
def storage(bucket: str, monkeypatch: pytest.MonkeyPatch) -> Storage:
    """A storage whose blocks are as small as S3 allows: what is larger goes and comes in parts."""
    storage = Storage(bucket)
    monkeypatch.setattr(storage.fs, "default_block_size", 5 << 20)
    return storage


@pytest.fixture
def gone(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Takes the store away: nothing listens where it was."""

    def go() -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{probe.getsockname()[1]}")
        S3FileSystem.clear_instance_cache()

    return go


def test_a_bucket_that_does_not_exist_yet_is_empty(storage: Storage) -> None:
    assert storage.files("landing") == []
    assert not storage.exists("landing/x")
    storage.delete("lake")
    with pytest.raises(
        SourceMissing, match=r"/overtone/landing/x: there is no such file\. Land it again, or check OVERT"
    ):
        storage.read_json("landing/x")


def test_objects_come_back_as_they_were_written(storage: Storage, tmp_path: Path) -> None:
    large = tmp_path / "large"
    large.write_bytes(os.urandom(12 << 20))
    storage.put(large, "a/large")
    storage.write_json("a/b/é #1?%20.json", {"é": 1})
    assert storage.files("a") == ["a/b/é #1?%20.json", "a/large"]
    assert storage.files("") == storage.files("a")
    assert storage.read_json("a/b/é #1?%20.json") == {"é": 1}
    assert b"".join(storage.read_members("a/large", [None])) == large.read_bytes()
    with storage.open("a/large") as file:
        file.seek(-9, os.SEEK_END)
        assert file.read() == large.read_bytes()[-9:]
    storage.write_json("a/large", {"replaced": True})
    assert storage.read_json("a/large") == {"replaced": True}
    storage.delete("a/b")
    assert storage.files("a") == ["a/large"]
    assert storage.folder is None


@pytest.mark.parametrize("size", [10, 12 << 20], ids=["small", "in parts"])
def test_a_write_that_is_aborted_publishes_nothing(storage: Storage, size: int) -> None:
    storage.write_json("old", {"old": True})

    def write(path: str) -> None:
        with storage.write(path) as file:
            file.write(os.urandom(size))
            raise KeyboardInterrupt

    for path in ("new", "old"):
        with pytest.raises(KeyboardInterrupt):
            write(path)
    assert storage.files("") == ["old"]
    assert storage.read_json("old") == {"old": True}
    uploads = storage.fs.call_s3("list_multipart_uploads", Bucket=storage.root.split("/")[0])
    assert uploads.get("Uploads", []) == []


def test_the_whole_ingest_gives_the_same_rows_as_on_local_files(
    settings: Settings, bucket: str, database_home: Path, tmp_path: Path, post: Make, tracks_csv: Make, genres_csv: Make
) -> None:
    there = replace(
        settings,
        storage_url=bucket,
        database_url=postgres.database_url(database_home, f"test_{os.urandom(6).hex()}"),
        app_database_url=None,
    )
    (tmp_path / "fma").mkdir()
    (tmp_path / "fma" / "tracks.csv").write_bytes(tracks_csv({}, {"track_id": "3", "track.title": "two\nlines"}))
    (tmp_path / "fma" / "genres.csv").write_bytes(genres_csv())
    posts = tmp_path / "posts of today.ndjson"
    posts.write_bytes(b"".join(post({"itemInfos.id": str(number)}) for number in range(1, 200)) + b"no post\n")
    hashes, changed = [], []
    for one in (settings, there):
        storage = Storage(one.storage_url)
        for _ in range(2):
            land(storage, "fma", [tmp_path / "fma"], DAY)
            land(storage, "tiktok", [posts], DAY)
            changed.append(
                [
                    books.inserted + books.updated
                    for job in ("ingest_fma", "ingest_tiktok")
                    for books in run_job(one, job, DAY)
                ]
            )
        hashes.append(content_hash(Warehouse.open(one)))
    assert changed == [[3, 2, 199], [0, 0, 0]] * 2
    assert hashes[0] == hashes[1]
    names = [Storage(one.storage_url).files("lake") for one in (settings, there)]
    assert names[0] == names[1]
    assert [len(landed(Storage(one.storage_url), "fma")) for one in (settings, there)] == [2, 2]


def test_a_refused_file_leaves_no_object_in_the_lake(
    settings: Settings, bucket: str, tmp_path: Path, post: Make
) -> None:
    there = replace(settings, storage_url=bucket)
    (tmp_path / "posts.ndjson").write_bytes(post() + b"no post\n")
    land(Storage(bucket), "tiktok", [tmp_path / "posts.ndjson"], DAY)
    with pytest.raises(TooManyBadRows):
        run_job(there, "ingest_tiktok", DAY)
    assert Storage(bucket).files("lake") == []


def test_a_store_that_does_not_answer_is_worth_another_try(
    settings: Settings, bucket: str, tmp_path: Path, gone: Callable, post: Make
) -> None:
    gone()
    storage = Storage(bucket)
    attempts: list[Callable[[], Any]] = [
        lambda: storage.files("landing"),
        lambda: storage.exists("landing/x"),
        lambda: storage.read_json("landing/x"),
        lambda: storage.write_json("landing/x", {}),
        lambda: storage.delete("landing"),
        lambda: run_job(replace(settings, storage_url=bucket), "ingest_tiktok", DAY),
    ]
    for attempt in attempts:
        with pytest.raises(
            StorageUnavailable, match=r"^s3://.*: .*Check that the storage can be reached and run it again"
        ):
            attempt()
    assert StorageUnavailable.retry
    assert StorageUnavailable.exit_code == 1


def test_a_store_that_goes_away_while_it_is_read_is_the_same_error(
    bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://{}:{}".format(*server.get_host_and_port()))
    storage = Storage(bucket)
    monkeypatch.setattr(storage.fs, "default_block_size", 5 << 20)  # more than that it does not read ahead
    storage.put(_file(tmp_path / "large", os.urandom(12 << 20)), "large")

    def read() -> None:
        with storage.open("large") as file:
            file.read(10)
            server.stop()
            file.read()

    with pytest.raises(StorageUnavailable, match="Check that the storage can be reached"):
        read()


def _file(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_keys_that_are_missing_are_the_callers_to_mend(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    S3FileSystem.clear_instance_cache()
    with pytest.raises(SettingInvalid, match="Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"):
        Storage(bucket).write_json("x", {})


@pytest.mark.parametrize("url", ["gs://bucket", "nosuch://bucket"])
def test_a_kind_of_storage_that_we_do_not_know_is_the_callers_to_mend(url: str) -> None:
    with pytest.raises(
        SettingInvalid, match=r"^OVERTONE_STORAGE_URL: .* cannot be opened: .*\. Use file:// or s3://\.$"
    ):
        Storage(url)


def overtone(settings: Settings, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "overtone.cli", *map(str, arguments)]
    return subprocess.run(command, env=os.environ | settings.environment(), capture_output=True, text=True, check=False)


def test_the_command_line_on_s3_needs_nothing_but_the_environment(
    settings: Settings, bucket: str, tmp_path: Path, post: Make, gone: Callable
) -> None:
    there = replace(settings, storage_url=bucket)
    landing = overtone(there, "land", "tiktok", _file(tmp_path / "posts.ndjson", post()), "--day", DAY)
    assert (landing.returncode, landing.stdout) == (0, "Landed 1 file (0.0 MB) of tiktok for 2020-12-21.\n")
    assert overtone(there, "run", "ingest_tiktok", "--day", DAY).stdout == (
        "ingest_tiktok → core.video: 1 in = 1 inserted + 0 updated + 0 unchanged + 0 quarantined\n"
    )
    gone()
    done = overtone(there, "run", "ingest_tiktok", "--day", DAY, "--error-json")
    line, verdict = done.stderr.splitlines()
    assert (done.returncode, done.stdout) == (1, "")
    assert line.startswith(f"overtone: {bucket}/landing/tiktok: Could not connect to the endpoint URL")
    assert json.loads(verdict) == {
        "error": "StorageUnavailable",
        "retry": True,
        "message": line.removeprefix("overtone: "),
    }
