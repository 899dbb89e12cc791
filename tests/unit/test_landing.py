"""Drops: kept as received, known by their content, and refused before anything is kept."""

import gzip
import hashlib
import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import zstandard

from etl.drops.landing import land, landed
from etl.errors import ArgumentInvalid, DiskFull, SourceMalformed, SourceMissing, SourceTruncated
from etl.sources import fma
from etl.store.storage import Storage

DAY = date(2020, 12, 21)
POSTS = b'{"itemInfos": {}}\n' * 9
Table = Callable[..., bytes]


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage(f"file://{tmp_path}/storage")


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    """Makes a file, with its folders."""

    def make(name: str, content: bytes = POSTS) -> Path:
        path = tmp_path / "downloads" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    return make


@pytest.fixture
def metadata(file: Callable, tracks_csv: Table, genres_csv: Table) -> Path:
    """FMA's metadata, unpacked."""
    file("fma_metadata/genres.csv", genres_csv())
    file("fma_metadata/raw_genres.csv", b"anything")
    return file("fma_metadata/tracks.csv", tracks_csv({})).parent


def zipped(**members: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, member in members.items():
            archive.writestr(name, member)
    return content.getvalue()


def read(storage: Storage, path: str) -> bytes:
    with storage.open(path) as stream:
        return stream.read()


def contents(storage: Storage, source: str = "tiktok") -> dict[str, bytes]:
    """What every landed file holds, by its name within its drop."""
    return {one.path.split("/", 4)[4]: read(storage, one.path) for one in landed(storage, source)}


def left(storage: Storage) -> list[Path]:
    return [path for path in Path(storage.root).rglob("*") if path.is_file()]


# What is kept


def test_a_file_is_kept_as_received_below_its_source_and_day(storage: Storage, file: Callable) -> None:
    [one] = land(storage, "tiktok", [file("posts.ndjson")], DAY)
    assert (one.day, one.kind, one.size) == (DAY, "posts", len(POSTS))
    assert one.sha256 == hashlib.sha256(POSTS).hexdigest()
    assert one.path.startswith("landing/tiktok/day=2020-12-21/")
    assert read(storage, one.path) == POSTS
    assert landed(storage, "tiktok") == [one]
    assert landed(storage, "fma") == []


@pytest.mark.parametrize("name", ["posts.ndjson", "the same under another name.json"])
def test_landing_a_file_twice_is_nothing(storage: Storage, file: Callable, name: str) -> None:
    land(storage, "tiktok", [file("posts.ndjson")], DAY)
    before = {path: path.stat().st_mtime_ns for path in left(storage)}
    assert land(storage, "tiktok", [file(name)], DAY) == []
    assert {path: path.stat().st_mtime_ns for path in left(storage)} == before


def test_the_same_content_twice_in_one_landing_is_kept_once(storage: Storage, file: Callable) -> None:
    assert len(land(storage, "tiktok", [file("a.ndjson"), file("b.ndjson")], DAY)) == 1


def test_a_file_that_changed_is_a_new_drop_and_the_old_one_stays(storage: Storage, file: Callable) -> None:
    [old] = land(storage, "tiktok", [file("posts.ndjson")], DAY)
    [new] = land(storage, "tiktok", [file("posts.ndjson", POSTS * 2)], DAY)
    assert landed(storage, "tiktok") == [old, new]
    assert [read(storage, one.path) for one in (old, new)] == [POSTS, POSTS * 2]


def test_the_same_file_of_another_day_is_a_drop_of_that_day(storage: Storage, file: Callable) -> None:
    land(storage, "tiktok", [file("posts.ndjson")], DAY)
    land(storage, "tiktok", [file("posts.ndjson")], DAY - timedelta(days=1))
    assert [one.day for one in landed(storage, "tiktok")] == [DAY - timedelta(days=1), DAY]


def test_a_drop_is_synthetic_if_it_was_landed_as_that(storage: Storage, file: Callable) -> None:
    [made] = land(storage, "tiktok", [file("made.ndjson")], DAY, synthetic=True)
    [observed] = land(storage, "tiktok", [file("posts.ndjson", POSTS * 2)], DAY)
    assert [(one.path, one.synthetic) for one in landed(storage, "tiktok")] == [
        (made.path, True),
        (observed.path, False),
    ]
    assert land(storage, "tiktok", [file("made.ndjson")], DAY, synthetic=True) == []


@pytest.mark.parametrize(("first", "was", "flag"), [(True, "synthetic", "with"), (False, "observed", "without")])
def test_no_file_of_a_day_is_both_made_and_observed(
    storage: Storage, file: Callable, first: bool, was: str, flag: str
) -> None:
    [one] = land(storage, "tiktok", [file("posts.ndjson")], DAY, synthetic=first)
    before = left(storage)
    fresh, again = file("a.ndjson", POSTS * 2), file("again.ndjson")
    with pytest.raises(ArgumentInvalid) as error:
        land(storage, "tiktok", [fresh, again], DAY, synthetic=not first)
    assert str(error.value) == (
        f"{again}: it was landed for 2020-12-21 before, as {was}. Land it {flag} --synthetic, or take that drop back"
        f" first: remove {Path(one.path).parent}."
    )
    assert left(storage) == before
    land(storage, "tiktok", [again], DAY - timedelta(days=1), synthetic=not first)  # another day's is another drop


def test_a_manifest_from_before_there_was_the_word_takes_it_when_it_is_first_said(
    storage: Storage, file: Callable
) -> None:
    land(storage, "tiktok", [file("a.ndjson"), file("b.ndjson", POSTS * 2)], DAY)
    [manifest] = [path for path in storage.files("landing") if path.endswith("/manifest.json")]
    old = storage.read_json(manifest)
    for one in old["files"]:
        del one["synthetic"]
    storage.write_json(manifest, old)
    assert [one.synthetic for one in landed(storage, "tiktok")] == [False, False]
    assert land(storage, "tiktok", [file("a.ndjson")], DAY) == []
    assert storage.read_json(manifest) == old
    assert land(storage, "tiktok", [file("a.ndjson")], DAY, synthetic=True) == []
    assert {Path(one.path).name: one.synthetic for one in landed(storage, "tiktok")} == {
        "a.ndjson": True,
        "b.ndjson": False,
    }
    with pytest.raises(ArgumentInvalid, match="as synthetic"):
        land(storage, "tiktok", [file("a.ndjson")], DAY)


def test_a_folder_lands_what_we_read_of_it_under_its_own_name(storage: Storage, file: Callable, metadata: Path) -> None:
    file("fma_metadata/README.txt", b"read me")
    file("fma_metadata/more/000002.mp3", b"")  # a bad clip is one bad row, not a bad drop
    file("fma_metadata/more/._000002.mp3", b"of macOS")
    assert [(one.kind, one.path.split("/", 4)[4]) for one in land(storage, "fma", [metadata])] == [
        ("genres", "fma_metadata/genres.csv"),
        ("clip", "fma_metadata/more/000002.mp3"),
        ("tracks", "fma_metadata/tracks.csv"),
    ]


@pytest.mark.parametrize("folder", ["fma_metadata/", ""])
@pytest.mark.parametrize("member", ["tracks.csv", "genres.csv"])
def test_an_archive_is_kept_as_it_is(
    storage: Storage, file: Callable, metadata: Path, folder: str, member: str
) -> None:
    content = zipped(**{f"{folder}{member}": (metadata / member).read_bytes(), f"{folder}raw_{member}": b"anything"})
    [one] = land(storage, "fma", [file("fma_metadata.zip", content)])
    assert (one.kind, read(storage, one.path)) == ("archive", content)


def test_an_archive_of_clips_is_not_looked_into(storage: Storage, file: Callable) -> None:
    [one] = land(storage, "fma", [file("fma_small.zip", zipped(**{"fma_small/000/000002.mp3": b"no mp3"}))])
    assert one.kind == "archive"


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress, lambda content: zipped(posts=content)])
def test_compressed_posts_are_kept_compressed(storage: Storage, file: Callable, pack: Callable) -> None:
    packed = pack(POSTS)
    [one] = land(storage, "tiktok", [file("posts", packed)], DAY)
    assert read(storage, one.path) == packed


# The day


def test_fma_is_as_of_its_release_unless_a_day_is_given(storage: Storage, metadata: Path) -> None:
    assert {one.day for one in land(storage, "fma", [metadata])} == {fma.RELEASED}
    assert {one.day for one in land(storage, "fma", [metadata], DAY)} == {DAY}


def test_the_day_of_posts_may_stand_in_their_names(storage: Storage, file: Callable) -> None:
    paths = [file("posts_2020-12-21.ndjson"), file("more_2020-12-21_b.ndjson", POSTS * 2)]
    assert {one.day for one in land(storage, "tiktok", paths)} == {DAY}


@pytest.mark.parametrize(
    "names", [["posts.ndjson"], ["a_2020-12-21.ndjson", "b_2020-12-22.ndjson"], ["2020-13-41.ndjson"]]
)
def test_a_name_that_does_not_tell_one_day_is_no_guess(storage: Storage, file: Callable, names: list[str]) -> None:
    paths = [file(name, POSTS * number) for number, name in enumerate(names, start=1)]
    with pytest.raises(ArgumentInvalid, match=r"^--day: .* --day 2020-12-21\.$"):
        land(storage, "tiktok", paths)
    assert left(storage) == []


def test_a_day_that_has_not_come_is_refused(storage: Storage, file: Callable) -> None:
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    with pytest.raises(ArgumentInvalid, match=f"day {tomorrow}: it has not come yet"):
        land(storage, "tiktok", [file("posts.ndjson")], tomorrow)
    assert left(storage) == []


# Names


def test_files_of_one_name_from_several_folders_do_not_write_over_each_other(storage: Storage, file: Callable) -> None:
    paths = [file(f"{folder}/posts.ndjson", POSTS * times) for folder, times in (("a", 1), ("b", 2), ("c", 3))]
    land(storage, "tiktok", paths, DAY)
    assert sorted(map(len, contents(storage).values())) == [len(POSTS), 2 * len(POSTS), 3 * len(POSTS)]


def test_folders_of_one_name_do_not_either(storage: Storage, file: Callable) -> None:
    folders = [file(f"{place}/x/posts.ndjson", POSTS * times).parent for place, times in (("a", 1), ("b", 2))]
    land(storage, "tiktok", folders, DAY)
    assert sorted(map(len, contents(storage).values())) == [len(POSTS), 2 * len(POSTS)]


@pytest.mark.parametrize("name", ["manifest.json", "x/manifest.json", "a/b/manifest.json"])
def test_posts_in_a_file_called_manifest_are_posts(storage: Storage, file: Callable, name: str) -> None:
    path = file(f"downloads/{name}")
    top = path.parents[name.count("/")]
    land(storage, "tiktok", [path, top], DAY)
    assert list(contents(storage).values()) == [POSTS]
    assert land(storage, "tiktok", [path], DAY) == []


@pytest.mark.parametrize(
    "name",
    ["a b.json", "new\nline.json", "原聲 é.json", "50% #1?.json", "a::b.json", "~.json", "-rf.json", ".json",
     "x.json.part", "[red].json", "dots...json", "e\u0301.json"],
)  # fmt: skip
def test_a_file_may_have_any_name(storage: Storage, file: Callable, name: str) -> None:
    land(storage, "tiktok", [file(name)], DAY)
    assert contents(storage) == {name: POSTS}
    assert land(storage, "tiktok", [file(name)], DAY) == []


def test_a_name_that_is_no_text_gets_one(storage: Storage, file: Callable) -> None:
    land(storage, "tiktok", [file(os.fsdecode(b"caf\xe9.json"))], DAY)
    assert contents(storage) == {"caf\N{REPLACEMENT CHARACTER}.json": POSTS}


@pytest.mark.parametrize("path", [".", "..", "../x", "../../downloads/x"])
def test_a_folder_is_known_by_its_own_name_however_it_is_written(
    storage: Storage, file: Callable, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    inside = file("x/posts.ndjson").parent / "deeper"
    inside.mkdir()
    monkeypatch.chdir(inside if ".." in path else inside.parent)
    if path.startswith("../"):
        monkeypatch.chdir(inside.parent)
    land(storage, "tiktok", [Path(path)], DAY)
    assert contents(storage) == {"x/posts.ndjson": POSTS}


def test_a_link_to_a_file_is_that_file_under_the_name_of_the_link(
    storage: Storage, file: Callable, tmp_path: Path
) -> None:
    link = tmp_path / "posts_2020-12-21.ndjson"
    link.symlink_to(file("blob"))
    land(storage, "tiktok", [link])
    assert contents(storage) == {"posts_2020-12-21.ndjson": POSTS}


def test_links_within_a_folder_are_read_to_files_and_not_to_folders(storage: Storage, file: Callable) -> None:
    """A link to a folder may lead in a circle."""
    folder = file("x/posts.ndjson").parent
    (folder / "link.ndjson").symlink_to(file("elsewhere.ndjson", POSTS * 2))
    (folder / "circle").symlink_to(folder)
    (folder / "dangling.ndjson").symlink_to(folder / "gone")
    land(storage, "tiktok", [folder], DAY)
    assert contents(storage) == {"x/link.ndjson": POSTS * 2, "x/posts.ndjson": POSTS}


# What is refused

CUT = "it ends in the middle of its compressed content"
NO_OBJECT = "none of its first 100 lines is a JSON object"
HEADER = "line 1: it is the header of neither"
HTML = b"<!DOCTYPE html><html><body>404</body></html>\n" * 9


@pytest.mark.parametrize(
    ("name", "content", "error", "said"),
    [
        ("posts.ndjson", b"", SourceMalformed, "it is empty"),
        ("posts.ndjson", b"\n" * 200, SourceMalformed, NO_OBJECT),
        ("posts.ndjson", HTML, SourceMalformed, NO_OBJECT),
        ("posts.json", b'{\n "itemInfos": 1,\n "b": 2\n}\n', SourceMalformed, NO_OBJECT),
        ("posts.json", b'[{"itemInfos": {}}]', SourceMalformed, NO_OBJECT),
        ("posts.json", b'{"itemInfos": {}', SourceMalformed, NO_OBJECT),
        ("posts.zip", HTML, SourceMalformed, NO_OBJECT),
        ("posts.zip", zipped(), SourceMalformed, NO_OBJECT),
        ("posts.gz", gzip.compress(POSTS, mtime=0)[:-9], SourceTruncated, CUT),
        ("posts.gz", gzip.compress(POSTS, mtime=0)[:1], SourceMalformed, NO_OBJECT),
        ("posts.zst", zstandard.compress(POSTS)[:-3], SourceTruncated, CUT),
        ("posts.zip", zipped(posts=POSTS)[:-3], SourceTruncated, "it ends before the directory with which a zip ends"),
    ],
)  # fmt: skip
def test_posts_that_could_not_be_loaded_are_refused(
    storage: Storage, file: Callable, name: str, content: bytes, error: type, said: str
) -> None:
    path = file(name, content)
    with pytest.raises(error) as raised:
        land(storage, "tiktok", [path], DAY)
    assert str(raised.value).startswith(f"{path}: {said}. ")
    assert left(storage) == []


def test_a_file_that_is_cut_far_behind_its_beginning_is_refused(storage: Storage, file: Callable) -> None:
    lines = b"".join(b'{"itemInfos": "%s"}\n' % os.urandom(30).hex().encode() for _ in range(20_000))
    with pytest.raises(SourceTruncated):
        land(storage, "tiktok", [file("posts.gz", gzip.compress(lines, 1)[:-1])], DAY)
    assert left(storage) == []


@pytest.mark.parametrize(
    ("name", "change", "error", "said"),
    [
        ("tracks.csv", lambda whole: whole[:-40], SourceTruncated, "line 4: the file ends at line 4 in the middle"),
        ("tracks.csv", lambda whole: whole[:150], SourceMalformed, ""),
        ("tracks.csv", lambda _: HTML, SourceMalformed, HEADER),
        ("tracks.csv", lambda _: b"", SourceMalformed, "it is empty"),
        ("my_table.csv", lambda _: HTML, SourceMalformed, HEADER),
        ("song.mp3", lambda _: b"\xff\xfb\x90d", SourceMalformed, HEADER),
        ("fma.zip", lambda _: HTML, SourceMalformed, "it is not a whole zip archive"),
        ("fma.zip", lambda whole: zipped(**{"tracks.csv": whole})[:-9], SourceMalformed, "it is not a whole zip"),
        ("fma.zip", lambda whole: zipped(**{"f/tracks.csv": whole[:-40]}), SourceTruncated, "line 4: the file ends"),
        ("fma.zip", lambda whole: zipped(**{"f/raw_tracks.csv": whole}), SourceMalformed, "it holds neither FMA"),
        ("fma.zip", lambda _: zipped(), SourceMalformed, "it holds neither FMA"),
    ],
)  # fmt: skip
def test_metadata_that_could_not_be_loaded_is_refused(
    storage: Storage, file: Callable, tracks_csv: Table, name: str, change: Callable, error: type, said: str
) -> None:
    path = file(name, change(tracks_csv({})))
    with pytest.raises(error) as raised:
        land(storage, "fma", [path])
    assert str(raised.value).startswith(str(path))
    assert said in str(raised.value)
    assert left(storage) == []


@pytest.mark.parametrize("at", [6, 8, 41], ids=["encrypted", "packed strangely", "damaged"])
def test_an_archive_that_we_cannot_unpack_is_refused(
    storage: Storage, file: Callable, tracks_csv: Table, at: int
) -> None:
    content = bytearray(zipped(**{"tracks.csv": tracks_csv({})}))
    if at == 41:
        content[at] ^= 0xFF
    else:
        content[at] = content[content.find(b"PK\x01\x02") + at + 2] = 9  # in the member's header, and in the directory
    with pytest.raises(
        SourceMalformed, match=r"fma.zip/tracks.csv: we cannot unpack it \(.*\). Download the archive again"
    ):
        land(storage, "fma", [file("fma.zip", bytes(content))])
    assert left(storage) == []


@pytest.mark.parametrize("source", ["fma", "tiktok"])
def test_what_is_not_there_is_refused(storage: Storage, file: Callable, tmp_path: Path, source: str) -> None:
    (tmp_path / "dangling").symlink_to(tmp_path / "gone")
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    (tmp_path / "empty").mkdir()
    for name, said in [
        ("gone", "there is no such file or folder. Check the path."),
        ("dangling", "there is no such file or folder. Check the path."),
        ("circle", "it cannot be read: Too many levels of symbolic links."),
        ("x" * 300, "it cannot be read: File name too long."),
        ("empty", f"nothing in it is a file of {source}."),
    ]:
        with pytest.raises(SourceMissing) as error:
            land(storage, source, [tmp_path / name], DAY)
        assert str(error.value).startswith(f"{tmp_path / name}: {said}")
    assert left(storage) == []


def test_one_bad_file_refuses_the_whole_drop(storage: Storage, file: Callable) -> None:
    good, bad = file("x/a.ndjson"), file("x/b.ndjson", HTML)
    for paths in ([good, bad], [good.parent]):
        with pytest.raises(SourceMalformed, match=r"b\.ndjson"):
            land(storage, "tiktok", paths, DAY)
    assert left(storage) == []


LAND = """
import sys
from datetime import date
from pathlib import Path
from etl.drops.landing import land
from etl.store.storage import Storage
for path in sys.argv[3:]:
    try:
        land(Storage(sys.argv[1]), sys.argv[2], [Path(path)], date(2020, 12, 21))
    except Exception as error:
        print(type(error).__name__, error)
"""


def test_what_we_may_not_read_is_refused_and_named(storage: Storage, file: Callable) -> None:
    posts, clip, deep = file("posts.ndjson"), file("clips/000002.mp3"), file("x/closed/posts.ndjson")
    file("x/open.ndjson")
    posts.chmod(0)
    clip.chmod(0)
    deep.parent.chmod(0)
    # Root may read everything; under another name within a namespace of its own it may not.
    user = ["unshare", "--user", "--map-user=1000", "--map-group=1000"] if os.geteuid() == 0 else []
    if user and subprocess.run([*user, "true"], check=False).returncode:
        pytest.skip("root may read everything, and this machine gives it no namespace")
    said = ""
    for source, paths in (("tiktok", [posts, deep, deep.parents[1]]), ("fma", [clip, clip.parent])):
        command = [*user, sys.executable, "-c", LAND, storage.url, source, *map(str, paths)]
        said += subprocess.run(command, check=True, capture_output=True, text=True).stdout
    deep.parent.chmod(0o700)
    denied = "it cannot be read: Permission denied. Check its permissions."
    assert said.splitlines() == [f"SourceMissing {path}: {denied}" for path in (posts, deep, deep.parent, clip, clip)]
    assert left(storage) == []


def test_what_does_not_fit_is_refused_before_it_is_copied(
    storage: Storage, file: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Usage:
        free = len(POSTS) - 1

    monkeypatch.setattr("shutil.disk_usage", lambda _: Usage)
    with pytest.raises(DiskFull, match="Free some space, or set OVERTONE_STORAGE_URL elsewhere"):
        land(storage, "tiktok", [file("posts.ndjson")], DAY)
    assert left(storage) == []


# What is interrupted


def test_a_landing_that_was_interrupted_did_not_arrive_and_the_next_one_completes_it(
    storage: Storage, file: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = file("x/a.ndjson").parent
    file("x/b.ndjson", POSTS * 2)
    put, calls = Storage.put, []

    def interrupted(self: Storage, source: Path, path: str) -> None:
        calls.append(path)
        if len(calls) == 2:
            raise KeyboardInterrupt
        put(self, source, path)

    with monkeypatch.context() as patch:
        patch.setattr(Storage, "put", interrupted)
        with pytest.raises(KeyboardInterrupt):
            land(storage, "tiktok", [folder], DAY)
    assert landed(storage, "tiktok") == []
    fresh = land(storage, "tiktok", [folder], DAY)
    assert [one.path for one in fresh] == calls
    assert contents(storage) == {"x/a.ndjson": POSTS, "x/b.ndjson": POSTS * 2}


def test_landed_files_count_by_day_and_then_in_the_order_of_their_landing(storage: Storage, file: Callable) -> None:
    landings = [("z", DAY), ("a", DAY), ("m", DAY - timedelta(days=1))]
    for number, (name, day) in enumerate(landings, start=1):
        land(storage, "tiktok", [file(f"{name}.ndjson", POSTS * number)], day)
    assert [one.path.rsplit("/", 1)[1] for one in landed(storage, "tiktok")] == ["m.ndjson", "z.ndjson", "a.ndjson"]
