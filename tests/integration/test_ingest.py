"""Ingest on a real Postgres: every row loaded or in quarantine, the latest wins in any order, a bad file is refused."""

import io
import itertools
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from etl.errors import DiskFull, SourceMissing, TooManyBadRows
from etl.jobs import lake
from etl.jobs.work import run_job
from etl.landing import land
from etl.loads import Books
from etl.local import postgres
from etl.settings import Settings
from etl.sources import tiktok
from etl.storage import Storage
from etl.warehouse import Warehouse, content_hash

DAYS = [date(2020, 12, day) for day in (19, 20, 21)]
DAY = DAYS[2]
Make = Callable[..., bytes]


@dataclass(frozen=True)
class World:
    """A home of one test: land files, run jobs, look at the rows."""

    settings: Settings
    folder: Path

    @property
    def warehouse(self) -> Warehouse:
        return Warehouse.open(self.settings)

    @property
    def storage(self) -> Storage:
        return Storage(self.settings.storage_url)

    def land(self, source: str, day: date, files: Mapping[str, bytes]) -> None:
        paths = []
        for name, content in files.items():
            paths.append(self.folder / f"{len(list(self.folder.iterdir()))}" / name)
            paths[-1].parent.mkdir()
            paths[-1].write_bytes(content)
        land(self.storage, source, paths, day)

    def posts(self, day: date, *lines: bytes) -> None:
        self.land("tiktok", day, {"posts.ndjson": b"".join(lines)})

    def run(self, job: str = "ingest_tiktok", day: date = DAY, share: float = 0.01) -> list[Books]:
        return run_job(self.settings, job, day, share)

    def ask(self, sql: str) -> list[tuple]:
        return [tuple(row.values()) for row in self.warehouse.query(sql)]

    def lake(self) -> dict[str, int]:
        """Every file in the lake, half-written ones too, and when it was written."""
        root = Path(self.storage.root) / "lake"
        return {str(path.relative_to(root)): path.stat().st_mtime_ns for path in root.rglob("*") if path.is_file()}

    def quarantine(self) -> list[tuple]:
        rows = self.ask("SELECT position, reason, raw, source FROM ops.quarantine ORDER BY source, position")
        return [(position, reason, bytes(raw)) for position, reason, raw, _ in rows]


@pytest.fixture
def world(settings: Settings, tmp_path: Path) -> World:
    folder = tmp_path / "downloads"
    folder.mkdir()
    return World(settings, folder)


@pytest.fixture
def elsewhere(world: World, database_home: Path) -> Callable[[], World]:
    """The same storage with another, empty database."""

    def make() -> World:
        url = postgres.database_url(database_home, f"test_{os.urandom(6).hex()}")
        return replace(world, settings=replace(world.settings, database_url=url))

    return make


def counts(books: Books) -> tuple[int, ...]:
    """Rows in, inserted, updated, unchanged, quarantined."""
    return books.rows_in, books.inserted, books.updated, books.unchanged, books.quarantined


# TikTok


def test_a_post_becomes_a_video_a_sound_and_a_creator(world: World, post: Make) -> None:
    world.posts(DAY, post())
    assert [counts(books) for books in world.run()] == [(1, 1, 0, 0, 0)]
    assert world.warehouse.query("SELECT * FROM core.video") == [
        {
            "video_id": "6900000000000000001",
            "sound_id": "6800000000000000001",
            "creator_id": "6700000000000000001",
            "url": "https://videos/1",
            "caption": "look at this",
            "covers": ["https://pics/v1.jpg"],
            "duration_s": 15.0,
            "plays": 100,
            "likes": 20,
            "shares": 3,
            "comments": 4,
            "created_at": datetime(2020, 12, 21, tzinfo=UTC),
            "first_day": DAY,
            "day": DAY,
        }
    ]
    [sound] = world.warehouse.query("SELECT tableoid::regclass::text AS partition, * FROM core.sound")
    assert {name: sound[name] for name in sound if name != "revision"} == {
        "partition": "core.sound_b",
        "sound_id": "6800000000000000001",
        "letter": "b",
        "title": "Blue Train",
        "artist_name": "The Larks",
        "play_url": "https://sounds/1",
        "covers": ["https://pics/s1.jpg"],
        "original": False,
        "first_day": DAY,
        "day": DAY,
    }
    assert world.warehouse.query("SELECT * FROM core.creator") == [
        {
            "creator_id": "6700000000000000001",
            "handle": "ann",
            "name": "Ann",
            "verified": False,
            "followers": 50,
            "likes": 70,
            "first_day": DAY,
            "day": DAY,
        }
    ]
    assert world.ask("SELECT table_name, through FROM ops.watermark ORDER BY table_name") == [
        ("core.creator", DAY),
        ("core.sound", DAY),
        ("core.video", DAY),
    ]


def test_all_of_a_thousand_real_posts_are_loaded_and_a_second_run_changes_nothing(
    world: World, real_data: Path
) -> None:
    land(world.storage, "tiktok", [real_data / "tiktok" / "posts_2020-12.ndjson"], DAY)
    [first] = world.run()
    assert (first.rows_in, first.quarantined) == (1000, 0)
    assert world.ask("SELECT count(*) FROM core.video") == [(first.inserted,)]
    before, files = content_hash(world.warehouse), world.lake()
    [second] = world.run()
    assert counts(second) == (1000, 0, 0, 1000, 0)
    assert content_hash(world.warehouse) == before
    assert world.lake() == files
    orphans = "FROM core.video AS v WHERE NOT EXISTS (SELECT FROM core.{0} AS o WHERE o.{0}_id = v.{0}_id)"
    for table in ("sound", "creator"):
        assert world.ask(f"SELECT count(*) {orphans.format(table)}") == [(0,)]


def test_awkward_texts_and_19_digits_arrive_as_they_were_posted(world: World, post: Make) -> None:
    text = 'tab\tnew\nline\r\n\\N \\. {"a",NULL} \'; DROP TABLE core.video; -- %s 👩‍👩‍👧 \u2028'
    lines = [
        post({"itemInfos.id": number, "itemInfos.text": text, "itemInfos.covers": [text, "NULL", ""]})
        for number in ("6907228749016714497", 6907228749016714498, 9007199254740993)
    ]
    world.posts(DAY, *lines)
    world.run()
    assert world.ask("SELECT video_id, caption, covers FROM core.video ORDER BY video_id") == [
        ("6907228749016714497", text, [text, "NULL"]),
        ("6907228749016714498", text, [text, "NULL"]),
        ("9007199254740993", text, [text, "NULL"]),
    ]


def plays(post: Make, count: int | None, **more: Any) -> bytes:
    return post({"itemInfos.playCount": count} | more)


def test_of_one_file_the_last_line_counts(world: World, post: Make) -> None:
    world.posts(DAY, plays(post, 300), plays(post, 200), plays(post, 250))
    assert [counts(books) for books in world.run()] == [(3, 1, 0, 2, 0)]
    assert world.ask("SELECT plays FROM core.video") == [(250,)]


def test_of_one_day_the_file_that_was_landed_last_counts_also_when_it_comes_after_a_run(
    world: World, post: Make
) -> None:
    world.posts(DAY, plays(post, 300))
    assert counts(world.run()[0]) == (1, 1, 0, 0, 0)
    world.posts(DAY, plays(post, 200))
    assert counts(world.run()[0]) == (2, 0, 1, 1, 0)
    assert world.ask("SELECT plays FROM core.video") == [(200,)]


@pytest.fixture
def three_days(world: World, post: Make) -> World:
    """Three days whose videos, sounds and creators overlap, change, and lose values."""
    for day, (count, title, followers) in zip(
        DAYS, ((100, "Blue Train", 50), (90, "Red Train", 60), (120, "Blue Train", None)), strict=True
    ):
        creator = {"authorStats.followerCount": followers}
        world.posts(
            day,
            plays(post, count, **creator | {"musicInfos.musicName": title}),
            plays(post, 1, **creator | {"itemInfos.id": f"{day.day}", "musicInfos.musicId": f"{day.day}"}),
            b"no post\n",
        )
    return world


def test_days_give_the_same_content_in_any_order(three_days: World, elsewhere: Callable[[], World]) -> None:
    hashes = []
    for order in itertools.permutations(DAYS):
        world = elsewhere()
        for day in (*order, order[0]):
            world.run(day=day, share=0.5)
        hashes.append(content_hash(world.warehouse))
    assert hashes[1:] == hashes[:1] * 5
    assert world.ask("SELECT plays, first_day, day FROM core.video WHERE length(video_id) = 19") == [
        (120, DAYS[0], DAYS[2])
    ]
    assert world.ask("SELECT title, letter, first_day, day FROM core.sound WHERE length(sound_id) = 19") == [
        ("Blue Train", "b", DAYS[0], DAYS[2])
    ]
    assert world.ask("SELECT followers FROM core.creator") == [(None,)]
    assert len(world.quarantine()) == 3


def test_two_days_at_the_same_time_give_the_same_content_as_one_after_the_other(
    three_days: World, elsewhere: Callable[[], World]
) -> None:
    one_by_one, together = elsewhere(), elsewhere()
    for day in DAYS[1:]:
        one_by_one.run(day=day, share=0.5)
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "etl.cli", "run", "ingest_tiktok", "--day", f"{day}", "--max-bad-share", "0.5"],
            env=os.environ | together.settings.environment(),
            stdout=subprocess.DEVNULL,
        )
        for day in reversed(DAYS[1:])
    ]
    assert [process.wait() for process in processes] == [0, 0]
    assert content_hash(together.warehouse) == content_hash(one_by_one.warehouse)


def test_a_day_without_a_drop_says_how_to_land_one(world: World) -> None:
    with pytest.raises(SourceMissing) as error:
        world.run()
    assert str(error.value) == (
        "landing/tiktok: no posts were landed for 2020-12-21. Land them: overtone land tiktok FILE --day 2020-12-21."
    )


# Bad rows


def test_a_refused_line_is_in_quarantine_with_its_bytes_its_place_and_its_reason(world: World, post: Make) -> None:
    bad = b'{"itemInfos": {"text": "\xff"}}\n'
    world.posts(DAY, post(), bad, b"\n", post({"musicInfos.musicId": None}), *[post()] * 197)
    assert counts(world.run(share=0.01)[0]) == (200, 1, 0, 197, 2)
    assert world.quarantine() == [
        (2, "not_utf8", bad.strip()),
        (4, "missing", post({"musicInfos.musicId": None}).strip()),
    ]
    [(job, day, source, detail)] = world.ask("SELECT job, day, source, detail FROM ops.quarantine WHERE position = 4")
    assert (job, day, detail) == ("ingest_tiktok", DAY, "musicInfos.musicId is missing")
    with world.storage.open(source) as file:
        assert file.read().splitlines()[3] == post({"musicInfos.musicId": None}).strip()


def test_a_second_run_does_not_refuse_a_line_twice(world: World, post: Make) -> None:
    world.posts(DAY, post(), b"no post\n")
    for _ in range(2):
        assert world.run(share=0.5)[0].quarantined == 1
        assert len(world.quarantine()) == 1


def test_exactly_one_percent_of_bad_rows_is_published(world: World, post: Make) -> None:
    world.posts(DAY, *[post()] * 99, b"no post\n")
    assert counts(world.run()[0]) == (100, 1, 0, 98, 1)


def test_over_one_percent_publishes_nothing(world: World, post: Make) -> None:
    world.posts(DAYS[1], post())
    world.run(day=DAYS[1])
    before, files = content_hash(world.warehouse), world.lake()
    world.posts(DAY, plays(post, 7), *[post()] * 97, b"no post\n")
    with pytest.raises(
        TooManyBadRows, match=r"posts.ndjson: 1 of 99 rows were refused \(1 not_json\), over 1 %; nothing"
    ):
        world.run()
    assert content_hash(world.warehouse) == before
    assert world.lake() == files
    assert world.ask("SELECT day FROM ops.load") == [(DAYS[1],)]
    assert world.ask("SELECT DISTINCT through FROM ops.watermark") == [(DAYS[1],)]


def test_one_file_over_the_limit_stops_the_whole_day(world: World, post: Make) -> None:
    world.posts(DAY, *[post()] * 1000)
    world.posts(DAY, post(), b"no post\n")
    with pytest.raises(TooManyBadRows, match="1 of 2 rows"):
        world.run()
    assert world.ask("SELECT count(*) FROM core.video") == [(0,)]


def test_a_higher_limit_publishes_it_and_the_default_then_stops_again(world: World, post: Make) -> None:
    world.posts(DAY, post(), b"no post\n")
    with pytest.raises(TooManyBadRows):
        world.run(share=0.49)
    assert counts(world.run(share=0.5)[0]) == (2, 1, 0, 0, 1)
    with pytest.raises(TooManyBadRows):
        world.run()
    assert world.ask("SELECT count(*) FROM core.video") == [(1,)]


def test_a_line_that_a_new_parser_understands_leaves_quarantine(
    world: World, post: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.posts(DAY, post(), post({"itemInfos.id": "2", "musicInfos.original": "ja"}))
    assert counts(world.run(share=0.5)[0]) == (2, 1, 0, 0, 1)
    monkeypatch.setitem(tiktok.FLAGS, "ja", True)
    assert counts(world.run(share=0.5)[0]) == (2, 0, 0, 1, 1)  # parsed once
    monkeypatch.setattr(tiktok, "PARSER", "tiktok-next")
    assert counts(world.run()[0]) == (2, 1, 0, 1, 0)
    assert world.quarantine() == []


def test_refused_lines_are_kept_however_many_there_are(
    world: World, post: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lake, "BATCH", 2)
    monkeypatch.setattr(lake, "BATCH_REFUSED", 2)
    bad = [b'{"no": %d}\n' % number for number in range(5)]
    world.posts(DAY, *bad, *(post({"itemInfos.id": str(number)}) for number in range(1, 6)))
    assert counts(world.run(share=0.5)[0]) == (10, 5, 0, 0, 5)
    assert world.quarantine() == [(number, "missing", line.strip()) for number, line in enumerate(bad, start=1)]


def test_what_a_killed_run_left_in_the_lake_is_replaced(world: World, post: Make) -> None:
    world.posts(DAY, post())
    world.run()
    before = set(world.lake())
    root = Path(world.storage.root) / "lake"
    [marker] = root.rglob("complete.json")
    marker.unlink()
    (marker.parent / "rows" / "000000000007.parquet").write_bytes(b"half")
    (marker.parent / "rows" / "000000000009.parquet.part").write_bytes(b"half")
    assert counts(world.run()[0]) == (1, 0, 0, 1, 0)
    assert set(world.lake()) == before


# FMA


def test_a_catalogue_becomes_genres_artists_and_tracks(world: World, tracks_csv: Make, genres_csv: Make) -> None:
    second = {"track_id": "3", "artist.id": "9", "artist.name": "Ben", "track.genre_top": "", "track.genres": "[25]"}
    world.land("fma", DAY, {"tracks.csv": tracks_csv({}, second), "genres.csv": genres_csv()})
    books = world.run("ingest_fma")
    assert [(one.table, counts(one)) for one in books] == [
        ("core.genre", (3, 3, 0, 0, 0)),
        ("core.track", (2, 2, 0, 0, 0)),
    ]
    assert world.ask("SELECT genre_id, title, parent_id, top_genre FROM core.genre ORDER BY genre_id") == [
        (12, "Rock", None, "Rock"),
        (21, "Hip-Hop", None, "Hip-Hop"),
        (25, "Punk", 12, "Rock"),
    ]
    assert world.ask("SELECT artist_id, name, location FROM core.artist ORDER BY artist_id") == [
        (1, "The Larks", None),
        (9, "Ben", None),
    ]
    assert world.ask(
        "SELECT track_id, title, artist_name, genre, genre_ids, day FROM core.track ORDER BY track_id"
    ) == [
        (2, "Blue Train", "The Larks", "Rock", [12, 25], DAY),
        (3, "Blue Train", "Ben", None, [25], DAY),
    ]
    assert [counts(one) for one in world.run("ingest_fma")] == [(3, 0, 0, 3, 0), (2, 0, 0, 2, 0)]


def test_the_real_catalogue_has_163_genres_and_682_tracks_folder_or_archive(
    world: World, elsewhere: Callable[[], World], real_data: Path
) -> None:
    folder = real_data / "fma" / "fma_metadata"
    land(world.storage, "fma", [folder])
    books = world.run("ingest_fma")
    assert [counts(one) for one in books] == [(163, 163, 0, 0, 0), (682, 682, 0, 0, 0)]
    assert world.ask("SELECT count(DISTINCT top_genre) FROM core.genre") == [(16,)]
    files = world.lake()
    assert [counts(one) for one in world.run("ingest_fma")] == [(163, 0, 0, 163, 0), (682, 0, 0, 682, 0)]
    assert world.lake() == files

    archive = world.folder / "fma_metadata.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out:
        for file in folder.iterdir():
            out.write(file, f"fma_metadata/{file.name}")
    zipped = elsewhere()
    zipped = replace(zipped, settings=replace(zipped.settings, storage_url=f"file://{world.folder}/zipped"))
    land(zipped.storage, "fma", [archive])
    zipped.run("ingest_fma")
    assert content_hash(zipped.warehouse) == content_hash(world.warehouse)


def test_a_track_that_comes_twice_is_one_track_as_its_last_row_says(
    world: World, tracks_csv: Make, genres_csv: Make
) -> None:
    world.land("fma", DAY, {"tracks.csv": tracks_csv({}, {"track.title": "Again"}), "genres.csv": genres_csv()})
    assert counts(world.run("ingest_fma")[1]) == (2, 1, 0, 1, 0)
    assert world.ask("SELECT title FROM core.track") == [("Again",)]


def test_bad_rows_at_the_same_line_of_both_tables_of_an_archive_are_both_kept(
    world: World, tracks_csv: Make, genres_csv: Make
) -> None:
    tracks = tracks_csv(*[{"track_id": str(number)} for number in range(1, 4)], {"track.listens": "many"})
    genres = genres_csv(*[(number, 0, "Rock", number) for number in (12, 25, 21, 4, 5)], (7, 0, "", 7))
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("fma_metadata/tracks.csv", tracks)
        archive.writestr("fma_metadata/genres.csv", genres)
    world.land("fma", DAY, {"fma_metadata.zip": content.getvalue()})
    books = world.run("ingest_fma", share=0.5)
    assert [counts(one) for one in books] == [(6, 5, 0, 0, 1), (4, 3, 0, 0, 1)]
    rows = world.ask("SELECT position, reason, split_part(source, '.zip/', 2) FROM ops.quarantine ORDER BY source")
    assert rows == [(7, "unknown_genre", "fma_metadata/genres.csv"), (7, "wrong_type", "fma_metadata/tracks.csv")]


@pytest.mark.parametrize("missing", ["tracks.csv", "genres.csv"])
def test_one_table_without_the_other_is_not_loaded(
    world: World, tracks_csv: Make, genres_csv: Make, missing: str
) -> None:
    tables = {"tracks.csv": tracks_csv({"track.genre_top": "", "track.genres": "[]"}), "genres.csv": genres_csv()}
    world.land("fma", DAY, {name: content for name, content in tables.items() if name != missing})
    with pytest.raises(
        SourceMissing, match=f"landing/fma: no {missing} was landed up to 2020-12-21. Land it: overtone"
    ):
        world.run("ingest_fma")


def test_a_genre_that_becomes_known_mends_its_tracks_in_any_order_of_days(
    world: World, elsewhere: Callable[[], World], tracks_csv: Make, genres_csv: Make
) -> None:
    tracks = tracks_csv({}, {"track_id": "3", "track.genre_top": "Polka", "track.genres": "[99]"})
    world.land("fma", DAYS[0], {"tracks.csv": tracks, "genres.csv": genres_csv()})
    assert counts(world.run("ingest_fma", DAYS[0], 0.5)[1]) == (2, 1, 0, 0, 1)
    assert [reason for _, reason, _ in world.quarantine()] == ["unknown_genre"]
    world.land(
        "fma", DAYS[1], {"genres.csv": genres_csv((12, 0, "Rock", 12), (25, 12, "Punk", 12), (99, 0, "Polka", 99))}
    )
    assert counts(world.run("ingest_fma", DAYS[1], 0.5)[1]) == (2, 1, 0, 1, 0)
    assert world.quarantine() == []
    for order in itertools.permutations(DAYS[:2]):
        other = elsewhere()
        for day in order:
            other.run("ingest_fma", day, 0.5)
        assert content_hash(other.warehouse) == content_hash(world.warehouse)


def test_the_latest_drop_of_the_catalogue_wins_in_any_order_of_days(
    world: World, elsewhere: Callable[[], World], tracks_csv: Make, genres_csv: Make
) -> None:
    world.land("fma", DAYS[0], {"tracks.csv": tracks_csv({}, {"track_id": "3"}), "genres.csv": genres_csv()})
    world.land("fma", DAYS[2], {"tracks.csv": tracks_csv({"track.title": "Again", "artist.name": "The Owls"})})
    hashes = []
    for order in itertools.permutations(DAYS):
        other = elsewhere()
        for day in order:
            other.run("ingest_fma", day)
        hashes.append(content_hash(other.warehouse))
    assert hashes[1:] == hashes[:1] * 5
    assert other.ask("SELECT track_id, title, day FROM core.track ORDER BY track_id") == [
        (2, "Again", DAYS[2]),
        (3, "Blue Train", DAYS[0]),
    ]
    assert other.ask("SELECT name, day FROM core.artist") == [("The Owls", DAYS[2])]


# No space left


def test_a_full_disk_stops_the_load_and_nothing_is_lost(
    world: World, post: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """/dev/full answers every write as a full disk does."""
    world.posts(DAYS[1], post())
    world.run(day=DAYS[1])
    world.posts(DAY, *(plays(post, number) for number in range(300)))
    before, files = content_hash(world.warehouse), world.lake()

    def full(path: str, mode: str = "rb", **options: Any):  # type: ignore[no-untyped-def]
        return Path("/dev/full" if mode == "wb" else path).open(mode)

    with monkeypatch.context() as patch:
        patch.setattr("fsspec.implementations.local.LocalFileSystem.open", lambda _, *rest, **more: full(*rest, **more))
        with pytest.raises(DiskFull) as error:
            world.run()
    assert error.value.exit_code == 1
    assert str(error.value).endswith("no space is left on the device. Free some and run the same command again.")
    assert content_hash(world.warehouse) == before
    assert world.lake() == files
    assert counts(world.run()[0]) == (300, 0, 1, 299, 0)


@pytest.fixture
def small_disk(tmp_path: Path):  # type: ignore[no-untyped-def]
    """A disk of 256 KiB."""
    mount = tmp_path / "disk"
    mount.mkdir()
    try:
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=256k", "none", mount], check=False, capture_output=True
        )
    except FileNotFoundError:
        pytest.skip("this machine has no mount")
    if done.returncode:
        pytest.skip(f"a small disk cannot be mounted here: {done.stderr.decode().strip()}")
    yield mount
    subprocess.run(["umount", "--lazy", mount], check=True)


def test_a_disk_that_fills_up_while_we_write_is_a_full_disk(world: World, post: Make, small_disk: Path) -> None:
    there = replace(world, settings=replace(world.settings, storage_url=f"file://{small_disk}"))
    there.posts(DAY, *(plays(post, None, **{"itemInfos.text": os.urandom(300).hex()}) for _ in range(200)))
    with pytest.raises(DiskFull, match="no space is left on the device"):
        there.run()
    assert there.lake() == {}
    with pytest.raises(DiskFull, match=r"0\.0 GB do not fit"):
        there.posts(DAY, post(), b" " * 200_000)
    assert there.ask("SELECT count(*) FROM core.video") == [(0,)]
    subprocess.run(["mount", "-o", "remount,size=8m", small_disk], check=True)
    assert counts(there.run()[0]) == (200, 1, 0, 199, 0)
