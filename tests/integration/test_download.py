"""The download of FMA's archives, against a server on this machine that behaves as real ones do."""

import fcntl
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from etl.drops.download import ARCHIVES, BLOCK, OFFICIAL, RETRIES, Archive, download
from etl.errors import ArgumentInvalid, DiskFull, SourceMalformed, SourceMissing, StorageUnavailable

ZIP = bytes(range(256)) * 4096 * 3  # 3 MiB
OTHER_ZIP = ZIP[::-1]
HALF = 20 * BLOCK


@dataclass
class Server:
    """A file server whose manners a test sets, and what it was asked for."""

    url: str = ""
    content: bytes = ZIP
    etag: str = '"v1"'
    ranges: bool = True
    if_range: bool = True
    status: list[int] = field(default_factory=list)  # sent first, one an answer
    cut_after: int | None = None  # bytes of an answer after which the connection ends
    asked: list[dict[str, str]] = field(default_factory=list)

    def handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.answer(self)

            def log_message(self, *_: object) -> None:
                pass

        return Handler

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        self.asked.append({"path": request.path} | {k.lower(): v for k, v in request.headers.items()})
        if self.status:
            return request.send_error(self.status.pop(0))
        same = not self.if_range or request.headers.get("If-Range", self.etag) == self.etag
        start = first_byte(request.headers.get("Range")) if self.ranges and same else 0
        if start >= len(self.content):
            request.send_response(416)
            request.send_header("Content-Range", f"bytes */{len(self.content)}")
            request.send_header("Content-Length", "0")
            return request.end_headers()
        request.send_response(206 if start else 200)
        if start:
            request.send_header("Content-Range", f"bytes {start}-{len(self.content) - 1}/{len(self.content)}")
        if self.etag:
            request.send_header("ETag", self.etag)
        request.send_header("Content-Length", str(len(self.content) - start))
        request.end_headers()
        request.wfile.write(self.content[start:][: self.cut_after])
        request.close_connection = True

    def starts(self) -> list[int]:
        """Return the first byte that each request asked for."""
        return [first_byte(request.get("range")) for request in self.asked]


def first_byte(range_header: str | None) -> int:
    return int((range_header or "bytes=0-").removeprefix("bytes=").removesuffix("-"))


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    http = ThreadingHTTPServer(("127.0.0.1", 0), server.handler())
    server.url = f"http://127.0.0.1:{http.server_port}/fma"
    thread = Thread(target=http.serve_forever, args=(0.01,))
    thread.start()
    yield server
    http.shutdown()
    http.server_close()
    thread.join()


def published(content: bytes = ZIP, size: int = len(ZIP)) -> dict[str, Archive]:
    return {"tiny": Archive(hashlib.sha1(content).hexdigest(), size, size)}


def get(server: Server, folder: Path, name: str = "tiny", **options: Any) -> Path:
    return download(name, folder, server.url, **{"archives": published(), "wait": lambda _: None} | options)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def leave_part(folder: Path, content: bytes, etag: str = '"v1"') -> None:
    (folder / "fma_tiny.zip.part").write_bytes(content)
    (folder / "fma_tiny.zip.part.etag").write_text(etag)


def test_an_archive_arrives_whole_and_leaves_nothing_beside_it(server: Server, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    path = get(server, tmp_path / "new" / "folder", progress=lambda done, total: seen.append((done, total)))
    assert path.read_bytes() == ZIP
    assert names(path.parent) == ["fma_tiny.zip"]
    assert seen == [(done, len(ZIP)) for done in range(BLOCK, len(ZIP) + 1, BLOCK)]
    assert server.asked[0]["path"] == "/fma/fma_tiny.zip"


def test_a_part_that_is_there_is_continued(server: Server, tmp_path: Path) -> None:
    leave_part(tmp_path, ZIP[:1_000_000])
    assert get(server, tmp_path).read_bytes() == ZIP
    assert server.starts() == [1_000_000]
    assert server.asked[0]["if-range"] == '"v1"'
    assert names(tmp_path) == ["fma_tiny.zip"]


def test_a_part_that_is_whole_already_is_only_checked(server: Server, tmp_path: Path) -> None:
    leave_part(tmp_path, ZIP)
    assert get(server, tmp_path).read_bytes() == ZIP
    assert server.starts() == [len(ZIP)]


def test_a_part_longer_than_the_file_is_started_over(server: Server, tmp_path: Path) -> None:
    leave_part(tmp_path, ZIP + b"more")
    assert get(server, tmp_path).read_bytes() == ZIP
    assert server.starts() == [len(ZIP) + 4, 0]


def test_a_server_without_ranges_sends_all_of_it_again(server: Server, tmp_path: Path) -> None:
    server.ranges = False
    leave_part(tmp_path, ZIP[:1_000_000])
    assert get(server, tmp_path).read_bytes() == ZIP


@pytest.mark.parametrize("if_range", [True, False], ids=["honours If-Range", "ignores If-Range"])
def test_a_file_that_changed_is_not_stitched(server: Server, tmp_path: Path, if_range: bool) -> None:
    server.content, server.etag, server.if_range = OTHER_ZIP, '"v2"', if_range
    leave_part(tmp_path, ZIP[:1_000_000])
    assert get(server, tmp_path, archives=published(OTHER_ZIP)).read_bytes() == OTHER_ZIP


def test_a_part_whose_version_is_unknown_is_continued_and_the_checksum_decides(server: Server, tmp_path: Path) -> None:
    (tmp_path / "fma_tiny.zip.part").write_bytes(ZIP[:1_000_000])
    assert get(server, tmp_path).read_bytes() == ZIP
    assert "if-range" not in server.asked[0]


def test_a_connection_that_ends_half_way_is_taken_up_again(server: Server, tmp_path: Path) -> None:
    server.cut_after = HALF
    assert get(server, tmp_path).read_bytes() == ZIP
    assert server.starts()[:2] == [0, HALF]
    assert len(server.asked) == 3


def test_a_server_that_never_gets_further_is_given_up_and_the_part_stays(server: Server, tmp_path: Path) -> None:
    server.ranges, server.cut_after = False, HALF
    waits: list[float] = []
    with pytest.raises(StorageUnavailable, match="Run the same command again: it resumes") as caught:
        get(server, tmp_path, wait=waits.append)
    assert caught.value.retry
    assert len(server.asked) == 1 + RETRIES
    assert waits == [1, 2, 4, 8, 16]
    assert (tmp_path / "fma_tiny.zip.part").read_bytes() == ZIP[:HALF]
    server.ranges, server.cut_after = True, None
    assert get(server, tmp_path).read_bytes() == ZIP
    assert server.starts()[-1] == HALF


def test_a_server_in_trouble_is_asked_again(server: Server, tmp_path: Path) -> None:
    server.status = [500, 503, 429]
    assert get(server, tmp_path).read_bytes() == ZIP
    assert len(server.asked) == 4


def test_nobody_listening_is_temporary(server: Server, tmp_path: Path) -> None:
    with pytest.raises(StorageUnavailable, match=r"fma_tiny\.zip: it stopped after 0\.00 of"):
        download("tiny", tmp_path, "http://127.0.0.1:1", archives=published(), wait=lambda _: None)
    assert names(tmp_path) == []


def test_an_archive_that_is_not_there_is_said_at_once(server: Server, tmp_path: Path) -> None:
    server.status = [404]
    with pytest.raises(SourceMissing, match=r"fma_tiny\.zip: the server answered 404 Not Found"):
        get(server, tmp_path)
    assert len(server.asked) == 1
    assert names(tmp_path) == []


def test_a_mirror_that_lost_the_archive_does_not_cost_the_part(server: Server, tmp_path: Path) -> None:
    leave_part(tmp_path, ZIP[:1_000_000])
    server.status = [404]
    with pytest.raises(SourceMissing):
        get(server, tmp_path)
    assert (tmp_path / "fma_tiny.zip.part").read_bytes() == ZIP[:1_000_000]


def test_wrong_bytes_are_refused_and_removed(server: Server, tmp_path: Path) -> None:
    server.content = OTHER_ZIP
    with pytest.raises(SourceMalformed, match=hashlib.sha1(OTHER_ZIP).hexdigest()):
        get(server, tmp_path)
    assert names(tmp_path) == []


def test_an_archive_that_is_there_is_not_downloaded_again(server: Server, tmp_path: Path) -> None:
    (tmp_path / "fma_tiny.zip").write_bytes(ZIP)
    assert get(server, tmp_path) == tmp_path / "fma_tiny.zip"
    assert server.asked == []


def test_a_file_of_that_name_with_other_bytes_is_left_alone(server: Server, tmp_path: Path) -> None:
    (tmp_path / "fma_tiny.zip").write_bytes(b"mine")
    with pytest.raises(SourceMalformed, match="Move it away"):
        get(server, tmp_path)
    assert (tmp_path / "fma_tiny.zip").read_bytes() == b"mine"


def test_a_disk_that_is_too_small_is_said_before_anything_is_asked(server: Server, tmp_path: Path) -> None:
    with pytest.raises(DiskFull, match=r"931322574\.6 GiB are still to come"):
        get(server, tmp_path, archives=published(size=10**18))
    assert server.asked == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_disk_that_fills_up_on_the_way_is_said(server: Server, tmp_path: Path) -> None:
    (tmp_path / "fma_tiny.zip.part.etag").symlink_to("/dev/full")
    with pytest.raises(DiskFull, match="no space is left"):
        get(server, tmp_path)


def test_an_unknown_archive_is_refused_with_the_list(tmp_path: Path) -> None:
    with pytest.raises(ArgumentInvalid, match="Choose from metadata, small, medium, large, full"):
        download("huge", tmp_path)


def test_what_is_not_an_address_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArgumentInvalid, match="no address"):
        download("tiny", tmp_path, "ftp://127.0.0.1/fma", archives=published())


def test_a_folder_that_is_a_file_is_refused(server: Server, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ArgumentInvalid, match="we cannot write there"):
        get(server, tmp_path / "file")


def test_two_downloads_of_one_archive_do_not_write_into_one_file(server: Server, tmp_path: Path) -> None:
    with (tmp_path / "fma_tiny.zip.part").open("ab") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(ArgumentInvalid, match="another download is writing it"):
            get(server, tmp_path)
    assert get(server, tmp_path).read_bytes() == ZIP


def test_a_proxy_named_in_the_environment_is_used(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", server.url.removesuffix("/fma"))
    monkeypatch.setenv("no_proxy", "")
    path = download("tiny", tmp_path, "http://archives.invalid/fma", archives=published(), wait=lambda _: None)
    assert path.read_bytes() == ZIP
    assert server.asked[0]["path"] == "http://archives.invalid/fma/fma_tiny.zip"


def test_the_table_holds_what_fma_published() -> None:
    assert OFFICIAL == "https://os.unil.cloud.switch.ch/fma"
    assert {name: archive.sha1 for name, archive in ARCHIVES.items()} == {
        "metadata": "f0df49ffe5f2a6008d7dc83c6915b31835dfe733",
        "small": "ade154f733639d52e35e32f5593efe5be76c6d70",
        "medium": "c67b69ea232021025fca9231fc1c7c1a063ab50b",
        "large": "497109f4dd721066b5ce5e5f250ec604dc78939e",
        "full": "0f0ace23fbe9ba30ecb7e95f763e435ea802b8ab",
    }
    # FMA's README: 342 MiB, 7.2, 22, 93 and 879 GiB
    assert [f"{archive.size / 2**30:.1f}" for archive in ARCHIVES.values()] == [
        "0.3",
        "7.2",
        "22.2",
        "93.4",
        "879.0",
    ]


def test_the_cost_of_an_archive_is_told_in_a_line() -> None:
    assert ARCHIVES["large"].cost() == (
        "93.4 GiB to download, 93.4 GiB unpacked, 106,574 clips, about 3.0 CPU hours to describe"
    )
