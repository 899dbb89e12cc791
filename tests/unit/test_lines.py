"""Lines of a file as downloaded, whatever packs them: whole, in order, or refused."""

import gzip
import io
import zipfile
from collections.abc import Callable

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from etl.errors import SourceMalformed, SourceTruncated
from etl.sources import lines as module
from etl.sources.lines import lines

THREE = b'{"a": 1}\n{"b": 2}\n{"c": 3}\n'


def zipped(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


PACKED: dict[str, Callable[[bytes], bytes]] = {
    "plain": bytes,
    "gzip": gzip.compress,
    "zstandard": zstandard.compress,
    "zip": lambda content: zipped(posts=content),
}
COMPRESSED = ["gzip", "zstandard", "zip"]


def read(content: bytes) -> list[bytes]:
    return list(lines(io.BytesIO(content), "posts"))


@pytest.mark.parametrize("packing", PACKED)
def test_lines_are_the_same_however_they_are_packed(packing: str) -> None:
    assert read(PACKED[packing](THREE)) == [b'{"a": 1}', b'{"b": 2}', b'{"c": 3}']


@pytest.mark.parametrize("name", ["posts.zst", "posts.gz", "posts.zip", "posts"])
@pytest.mark.parametrize("packing", PACKED)
def test_what_packs_a_file_is_told_by_its_content_and_not_by_its_name(packing: str, name: str) -> None:
    assert len(list(lines(io.BytesIO(PACKED[packing](THREE)), name))) == 3


@given(content=st.lists(st.binary(max_size=9).map(lambda line: line.replace(b"\n", b""))), chunk=st.integers(1, 7))
@pytest.mark.parametrize("packing", PACKED)
def test_no_line_is_lost_or_split_wherever_a_chunk_ends(packing: str, content: list[bytes], chunk: int) -> None:
    text = b"#" + b"\n".join(content)  # bytes that no packing begins with
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "CHUNK", chunk)
        assert b"\n".join(read(PACKED[packing](text))) == text.removesuffix(b"\n")


@pytest.mark.parametrize("packing", PACKED)
def test_the_last_line_needs_no_newline(packing: str) -> None:
    assert read(PACKED[packing](THREE[:-1])) == [b'{"a": 1}', b'{"b": 2}', b'{"c": 3}']


def test_empty_lines_keep_their_place_so_that_a_position_is_the_line_of_an_editor() -> None:
    assert read(b"one\n\n\ntwo\n") == [b"one", b"", b"", b"two"]


def test_a_carriage_return_stays_with_its_line() -> None:
    assert read(b"one\r\ntwo\r\n") == [b"one\r", b"two\r"]


def test_an_empty_file_has_no_lines() -> None:
    assert read(b"") == []


@pytest.mark.parametrize("packing", ["gzip", "zstandard"])
def test_frames_after_one_another_are_one_file(packing: str) -> None:
    pack = PACKED[packing]
    assert read(pack(b"one\ntw") + pack(b"") + pack(b"o\nthree")) == [b"one", b"two", b"three"]


def test_frames_to_be_skipped_are_skipped_at_the_start_too() -> None:
    """As pzstd writes them, which packs with all processors."""
    skipped = b"\x50\x2a\x4d\x18" + (4).to_bytes(4, "little") + b"size"
    assert read(skipped + zstandard.compress(THREE) + skipped + zstandard.compress(THREE)) == 2 * read(THREE)


def test_a_window_of_two_gigabytes_is_read() -> None:
    """As ``zstd --long=31`` writes it. By hand: packing with such a window takes gigabytes of memory."""
    window = bytes([(31 - 10) << 3])
    last_raw_block = (len(THREE) << 3 | 1).to_bytes(3, "little")
    frame = b"\x28\xb5\x2f\xfd" + b"\x00" + window + last_raw_block + THREE
    with pytest.raises(zstandard.ZstdError, match="too much memory"):
        zstandard.ZstdDecompressor().decompressobj().decompress(frame)
    assert read(frame) == read(THREE)


@pytest.mark.parametrize("packing", COMPRESSED)
def test_a_compressed_file_is_refused_wherever_it_is_cut(packing: str) -> None:
    whole = PACKED[packing](THREE)
    for cut in range(4, len(whole)):
        with pytest.raises(SourceTruncated, match=r"^posts: it ends .*\. Fetch it again and land the whole file\.$"):
            read(whole[:cut])


@pytest.mark.parametrize("packing", ["gzip", "zstandard"])
def test_a_second_frame_is_refused_wherever_it_is_cut(packing: str) -> None:
    first, second = (PACKED[packing](content) for content in (THREE, b"more\n"))
    for cut in range(1, len(second)):
        with pytest.raises(SourceTruncated):
            read(first + second[:cut])


@pytest.mark.parametrize("packing", ["gzip", "zstandard"])
def test_a_cut_exactly_between_two_frames_cannot_be_seen(packing: str) -> None:
    assert read(PACKED[packing](THREE)) == read(THREE)  # and nothing says that another frame is missing


@pytest.mark.parametrize(
    ("whole", "at"),
    [
        (gzip.compress(THREE, mtime=0), -8),  # in the checksum
        (zipped(posts=THREE), 37),  # in the data
        (zstandard.ZstdCompressor(write_checksum=True).compress(THREE), -1),
    ],
    ids=["gzip", "zip", "zstandard"],
)
def test_a_damaged_byte_is_refused(whole: bytes, at: int) -> None:
    damaged = bytearray(whole)
    damaged[at] ^= 0xFF
    with pytest.raises(SourceMalformed, match="posts: its compression is damaged"):
        read(bytes(damaged))


def test_members_of_a_zip_follow_one_another_and_are_not_glued_together() -> None:
    assert read(zipped(a=b"one\ntwo\n", b=b"three", c=b"", d=b"four\n")) == [b"one", b"two", b"three", b"four"]


def test_what_macos_adds_to_a_zip_is_no_line() -> None:
    assert read(zipped(**{"posts": b"one\n", "__MACOSX/._posts": b"\x00\x05\x16\x07"})) == [b"one"]


def test_an_empty_zip_has_no_lines() -> None:
    assert read(zipped()) == []


@pytest.mark.parametrize(
    ("at", "value", "said"), [(6, 1, "encrypted"), (8, 9, "compression method")], ids=["encrypted", "deflate64"]
)
def test_a_zip_that_we_cannot_unpack_is_refused_and_says_what_to_do(at: int, value: int, said: str) -> None:
    content = bytearray(zipped(posts=THREE))
    content[at] = content[content.find(b"PK\x01\x02") + at + 2] = value  # in the member's header, and in the directory
    with pytest.raises(
        SourceMalformed, match=rf"we cannot unpack it \(.*{said}.*\)\. Unpack it and land what was in it"
    ):
        read(bytes(content))


@pytest.mark.parametrize("packing", PACKED)
@pytest.mark.parametrize("end", [b"", b"\n"])
def test_a_line_that_is_too_long_is_refused(packing: str, end: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_LINE", 9)
    assert read(PACKED[packing](b"x" * 9 + end)) == [b"x" * 9]
    with pytest.raises(SourceMalformed, match="posts: a line is longer than 16 MiB"):
        read(PACKED[packing](b"x" * 10 + end))


def test_a_line_of_16_mebibytes_is_read() -> None:
    assert [len(line) for line in read(b"x" * (16 << 20) + b"\ny\n")] == [16 << 20, 1]
