"""Describing, scaling and matching as the refresh does them, over a world of three tracks."""

import io
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import soundfile
from pyspark.sql import SparkSession

from dashboards.queries import status as ask
from etl.audio.decode import decode
from etl.audio.features import EXTRACTOR, FEATURE_NAMES, describe_alike
from etl.drops.clips import find_clips
from etl.drops.landing import land
from etl.jobs import describe_audio
from etl.jobs.run import run_job
from etl.live.find_similar import listen, similar_to
from etl.settings import Settings
from etl.store.loads import Books
from etl.store.storage import Storage
from etl.store.warehouse import Warehouse, content_hash
from etl.tables import CLIP_FEATURE

DAY = date(2020, 12, 21)

pytestmark = pytest.mark.usefixtures("spark")


def tone(hz: float, rate: int = 22_050) -> bytes:
    """Two seconds of a tone with overtones, as mp3."""
    time = np.arange(2 * rate) / rate
    samples = sum(np.sin(2 * np.pi * hz * k * time) / k for k in (1, 2, 3)) / 4
    file = io.BytesIO()
    soundfile.write(file, samples.astype(np.float32), rate, format="MP3")
    return file.getvalue()


@pytest.fixture
def world(
    settings: Settings, tmp_path: Path, tracks_csv: Callable[..., bytes], genres_csv: Callable[..., bytes]
) -> Path:
    """A landed catalogue of three tracks, two of which have a good clip."""
    folder = tmp_path / "fma"
    (folder / "000").mkdir(parents=True)
    (folder / "genres.csv").write_bytes(genres_csv())
    (folder / "tracks.csv").write_bytes(
        tracks_csv(
            {"track_id": "2", "track.title": "Blue Train"},
            {"track_id": "3", "track.title": "Paper Lantern", "artist.name": "Moss", "artist.id": "2"},
            {"track_id": "5", "track.title": "Seven Crows", "track.genre_top": "", "track.genres": "[]"},
        )
    )
    (folder / "000" / "000002.mp3").write_bytes(tone(220))
    (folder / "000" / "000003.mp3").write_bytes(tone(470))
    (folder / "000" / "000005.mp3").write_bytes(b"<html>404 Not Found</html>")
    land(Storage(settings.storage_url), "fma", [folder])
    run_job(settings, "ingest_fma", DAY)
    return folder


def post_sounds(settings: Settings, folder: Path, post: Callable[..., bytes], day: date, *sounds: tuple) -> None:
    """Land and ingest a day whose posts use sounds (id, title, artist)."""
    file = folder / f"posts_{day}_{len(list(folder.iterdir()))}.ndjson"
    file.write_bytes(
        b"".join(
            post(
                {
                    "itemInfos.id": f"69{sound_id[2:]}",
                    "itemInfos.playCount": 1000 + number,
                    "musicInfos.musicId": sound_id,
                    "musicInfos.musicName": title,
                    "musicInfos.authorName": artist,
                }
            )
            for number, (sound_id, title, artist) in enumerate(sounds)
        )
    )
    land(Storage(settings.storage_url), "tiktok", [file], day)
    run_job(settings, "ingest_tiktok", day)


def counts(books: list[Books]) -> tuple[int, int, int, int, int]:
    one = books[0]
    return one.rows_in, one.inserted, one.updated, one.unchanged, one.quarantined


def lake_rows(settings: Settings) -> list[int]:
    """How many clips each file of described clips holds."""
    storage = Storage(settings.storage_url)
    tables = [storage.read_table([path], CLIP_FEATURE, ["clip_id"]) for path in storage.files("lake/clip_feature")]
    return sorted(len(table) for table in tables)


def matches(warehouse: Warehouse) -> dict[int, str]:
    rows = warehouse.query("SELECT fma_track_id, tiktok_track_id FROM core.track_match")
    return {row["fma_track_id"]: row["tiktok_track_id"] for row in rows}


def test_a_clip_is_described_as_it_is_on_this_machine_and_a_bad_one_is_quarantined(
    settings: Settings, world: Path
) -> None:
    assert counts(run_job(settings, "describe_audio", DAY)) == (3, 2, 0, 0, 1)
    warehouse = Warehouse.open(settings)
    rows = warehouse.query("SELECT track_id, genre, features FROM core.track_feature ORDER BY track_id")
    assert [(row["track_id"], row["genre"]) for row in rows] == [(2, "Rock"), (3, "Rock")]
    expected = describe_alike(decode((world / "000" / "000002.mp3").read_bytes(), "000002.mp3"), "000002.mp3").features
    np.testing.assert_array_equal(np.array(rows[0]["features"], np.float32), expected)
    [bad] = warehouse.query("SELECT position, reason, source FROM ops.quarantine")
    assert (bad["position"], bad["reason"]) == (5, "AudioUnreadable")
    assert bad["source"].endswith("/000005.mp3")


def test_only_clips_that_were_never_described_are_described(settings: Settings, world: Path) -> None:
    run_job(settings, "describe_audio", DAY)
    assert counts(run_job(settings, "describe_audio", DAY)) == (3, 0, 0, 2, 1)
    assert lake_rows(settings) == [3]
    (world / "000" / "000005.mp3").write_bytes(tone(330))
    land(Storage(settings.storage_url), "fma", [world])
    assert counts(run_job(settings, "describe_audio", DAY)) == (3, 1, 0, 2, 0)
    assert lake_rows(settings) == [1, 3]
    assert Warehouse.open(settings).query("SELECT * FROM ops.quarantine WHERE job = 'describe_audio'") == []


def test_clips_can_be_heard_and_those_described_before_get_their_waveform_without_being_described_again(
    settings: Settings, world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_job(settings, "describe_audio", DAY)
    warehouse, storage = Warehouse.open(settings), Storage(settings.storage_url)
    rows = warehouse.query("SELECT * FROM core.clip ORDER BY track_id")
    assert [(row["track_id"], row["format"], len(row["peaks"]), max(row["peaks"])) for row in rows] == [
        (2, "mp3", 240, 1.0),
        (3, "mp3", 240, 1.0),
    ]
    assert rows[0]["path"].endswith("000/000002.mp3")
    assert rows[0]["bytes"] == len(tone(220))
    described = {path: storage.read_range(path, 0, 1 << 20) for path in storage.files("lake/clip_feature")}
    storage.delete("lake/clip_peaks")
    warehouse.execute("TRUNCATE core.clip")
    features, places = run_job(settings, "describe_audio", DAY)
    assert (features.unchanged, places.table, places.inserted) == (2, "core.clip", 2)
    assert warehouse.query("SELECT * FROM core.clip ORDER BY track_id") == rows
    assert {path: storage.read_range(path, 0, 1 << 20) for path in storage.files("lake/clip_feature")} == described
    monkeypatch.setattr("etl.jobs.describe_audio.session", lambda *_: pytest.fail("Spark was asked for"))
    assert run_job(settings, "describe_audio", DAY)[1].unchanged == 2


def clip_ids(settings: Settings) -> dict[int, str]:
    return {clip.track_id: clip.clip_id for clip in find_clips(Storage(settings.storage_url))}


def checks(warehouse: Warehouse) -> list[dict]:
    return warehouse.query("SELECT * FROM ops.check ORDER BY checked_at, track_id")


@pytest.fixture
def spoil(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Makes executors get one number of a track's clip wrong."""

    def make(track_id: int) -> None:
        spoiled = clip_ids(settings)[track_id]
        honest = describe_audio.describe_clips

        def describe_clips(batches: Iterable[pd.DataFrame]) -> Iterator[pd.DataFrame]:
            from etl.jobs import describe_audio as job

            right = job.describe_alike

            def wrong(signal, name):
                one = right(signal, name)
                if name == spoiled:
                    one.features[FEATURE_NAMES.index("chroma_stft_kurtosis_07")] = 12345
                return one

            job.describe_alike = wrong
            try:
                yield from honest(batches)
            finally:
                job.describe_alike = right  # the executor lives on

        monkeypatch.setattr(describe_audio, "describe_clips", describe_clips)

    return make


def test_new_clips_are_checked_against_librosa_once(settings: Settings, world: Path) -> None:
    warehouse = Warehouse.open(settings)
    run_job(settings, "describe_audio", DAY)
    found = checks(warehouse)
    ids = clip_ids(settings)
    assert [(row["track_id"], row["clip_id"], row["withheld"]) for row in found] == [
        (2, ids[2], False),
        (3, ids[3], False),
    ]
    assert {(row["day"], row["extractor"]) for row in found} == {(DAY, EXTRACTOR)}
    assert all(0 < row["deviation"] < 1e-4 and row["number"] in FEATURE_NAMES for row in found)
    before = content_hash(warehouse)
    for day in (DAY, date(2020, 12, 22)):  # nothing is new: the last check stays the last
        run_job(settings, "describe_audio", day)
        assert checks(warehouse) == found
    assert content_hash(warehouse) == before
    warehouse.execute("TRUNCATE ops.check")  # a new database takes what the lake has
    run_job(settings, "describe_audio", date(2020, 12, 22))
    assert checks(warehouse) == found


def test_of_many_new_clips_five_are_checked_in_which_something_is_heard(
    settings: Settings, world: Path, tracks_csv: Callable[..., bytes]
) -> None:
    tones = range(10, 18)
    silent = dict(zip(range(20, 26), (16_000, 22_050, 24_000, 32_000, 44_100, 48_000), strict=True))
    (world / "tracks.csv").write_bytes(tracks_csv(*({"track_id": str(track)} for track in (*tones, *silent))))
    for track in tones:
        (world / "000" / f"{track:06}.mp3").write_bytes(tone(20 * track + 5))
    for track, rate in silent.items():
        (world / "000" / f"{track:06}.mp3").write_bytes(tone(0, rate))
    land(Storage(settings.storage_url), "fma", [world])
    run_job(settings, "ingest_fma", DAY)
    assert counts(run_job(settings, "describe_audio", DAY)) == (17, 16, 0, 0, 1)
    ids = clip_ids(settings)
    heard = {ids[track] for track in (2, 3, *tones)}
    five = describe_audio.to_check(heard)
    assert describe_audio.to_check(ids.values()) - heard  # others would have had their turn
    assert {row["clip_id"] for row in checks(Warehouse.open(settings))} == five


def test_a_clip_that_is_off_is_withheld_alone_and_named_until_the_extractor_is_another(
    settings: Settings, world: Path, spoil: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse = Warehouse.open(settings)
    spoil(3)
    assert counts(run_job(settings, "describe_audio", DAY)) == (3, 1, 0, 0, 2)
    monkeypatch.undo()
    assert warehouse.query("SELECT track_id FROM core.track_feature") == [{"track_id": 2}]
    [off] = warehouse.query("SELECT * FROM ops.quarantine WHERE reason = 'off_from_reference'")
    assert (off["job"], off["day"], off["position"]) == ("describe_audio", date(2017, 5, 9), 3)
    assert off["source"].endswith("/000003.mp3")
    assert off["detail"].startswith("chroma_stft_kurtosis_07 is 12345, and ")
    state = ask.status(warehouse)
    assert state is not None
    assert {row.reason for row in state.refused} == {"AudioUnreadable", "off_from_reference"}
    last = state.check
    assert last is not None
    assert (last.clips, last.withheld, last.number, last.track_id) == (2, 1, "chroma_stft_kurtosis_07", 3)
    assert last.deviation > 1
    before, found = content_hash(warehouse), checks(warehouse)
    assert counts(run_job(settings, "describe_audio", DAY)) == (3, 0, 0, 1, 2)
    assert (content_hash(warehouse), checks(warehouse)) == (before, found)
    for name in ("LAKE", "CHECKS"):
        monkeypatch.setattr(describe_audio, name, getattr(describe_audio, name) + "-next")
    assert counts(run_job(settings, "describe_audio", DAY)) == (3, 1, 0, 1, 1)
    state = ask.status(warehouse)
    assert state is not None
    assert state.check is not None
    assert (state.check.clips, state.check.withheld) == (2, 0)


def test_a_run_that_is_stopped_before_its_end_leaves_no_check_and_the_next_says_what_it_found(
    settings: Settings, world: Path, spoil: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse = Warehouse.open(settings)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    spoil(3)
    monkeypatch.setattr(describe_audio, "close_books", stop)
    with pytest.raises(KeyboardInterrupt):
        run_job(settings, "describe_audio", DAY)
    tables = ("core.track_feature", "ops.check", "ops.quarantine")
    assert [warehouse.query(f"SELECT FROM {table}") for table in tables] == [[], [], []]
    monkeypatch.undo()
    assert counts(run_job(settings, "describe_audio", DAY)) == (3, 1, 0, 0, 2)
    assert [(row["track_id"], row["withheld"]) for row in checks(warehouse)] == [(2, False), (3, True)]


def test_a_run_that_is_killed_before_it_keeps_its_clips_loses_no_check(
    settings: Settings, world: Path, spoil: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = describe_audio._keep
    kept: list[str] = []

    def stop_at_the_second(storage: Storage, lake: str, table: pa.Table) -> None:
        if kept:
            raise KeyboardInterrupt
        kept.append(lake)
        keep(storage, lake, table)

    spoil(3)
    monkeypatch.setattr(describe_audio, "_keep", stop_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        run_job(settings, "describe_audio", DAY)
    monkeypatch.setattr(describe_audio, "_keep", keep)
    assert counts(run_job(settings, "describe_audio", DAY)) == (3, 1, 0, 0, 2)
    assert [(row["track_id"], row["withheld"]) for row in checks(Warehouse.open(settings))] == [(2, False), (3, True)]


def test_a_new_database_takes_what_the_lake_has_and_describes_nothing(
    settings: Settings, world: Path, spark: SparkSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_job(settings, "describe_audio", DAY)
    warehouse = Warehouse.open(settings)
    before = content_hash(warehouse)
    warehouse.execute("TRUNCATE core.track_feature, core.clip, ops.quarantine")
    monkeypatch.setattr("etl.jobs.describe_audio.session", lambda *_: pytest.fail("Spark was asked for"))
    run_job(settings, "describe_audio", DAY)
    assert content_hash(warehouse) == before


def test_a_track_whose_genre_changes_moves_with_its_features(
    settings: Settings, world: Path, tracks_csv: Callable[..., bytes]
) -> None:
    for job in ("describe_audio", "scale_features"):
        run_job(settings, job, DAY)
    (world / "tracks.csv").write_bytes(
        tracks_csv({"track_id": "2", "track.genre_top": "Hip-Hop", "track.genres": "[21]"})
    )
    land(Storage(settings.storage_url), "fma", [world])
    for job in ("ingest_fma", "describe_audio", "scale_features"):
        run_job(settings, job, DAY)
    for table in ("track_feature", "track_vector"):
        rows = Warehouse.open(settings).query(f"SELECT track_id, genre FROM core.{table} ORDER BY track_id")
        assert [(row["track_id"], row["genre"]) for row in rows] == [(2, "Hip-Hop"), (3, "Rock")]


def test_a_clip_finds_itself_and_then_what_sounds_like_it(settings: Settings, world: Path) -> None:
    (world / "000" / "000005.mp3").write_bytes(tone(225))
    land(Storage(settings.storage_url), "fma", [world])
    for job in ("describe_audio", "scale_features"):
        run_job(settings, job, DAY)
    described = listen((world / "000" / "000002.mp3").read_bytes(), "000002.mp3")[1]
    found = similar_to(Warehouse.open(settings), described.features)
    assert [one.track_id for one in found] == [2, 5, 3]
    assert found[0].score == pytest.approx(1, abs=1e-6)
    assert all(one.match is None and one.videos == [] for one in found)


def test_a_match_brings_its_videos_the_most_played_first(
    settings: Settings, world: Path, tmp_path: Path, post: Callable[..., bytes]
) -> None:
    for job in ("describe_audio", "scale_features"):
        run_job(settings, job, DAY)
    post_sounds(settings, tmp_path, post, DAY, ("6800000000000000001", "Blue Train (sped up)", "The Larks"))
    assert counts(run_job(settings, "match_tracks", DAY)) == (3, 1, 0, 2, 0)
    described = listen((world / "000" / "000002.mp3").read_bytes(), "000002.mp3")[1]
    found = similar_to(Warehouse.open(settings), described.features)
    assert found[0].match is not None
    assert found[0].match.tiktok_track_id == "6800000000000000001"
    assert [video.plays for video in found[0].videos] == [1000]
    assert found[1].match is None


def test_a_second_night_compares_only_what_is_new_and_ends_where_one_night_would_have(
    settings: Settings, world: Path, tmp_path: Path, post: Callable[..., bytes]
) -> None:
    warehouse = Warehouse.open(settings)
    post_sounds(settings, tmp_path, post, DAY, ("6800000000000000009", "blue train - remix", "somebody"))
    run_job(settings, "match_tracks", DAY)
    later = date(2020, 12, 22)
    post_sounds(
        settings,
        tmp_path,
        post,
        later,
        ("6800000000000000001", "Blue Train", "The Larks"),
        ("6800000000000000002", "Paper Lantern", "Moss"),
        ("6800000000000000003", "original sound", "The Larks"),
    )
    run_job(settings, "match_tracks", later)
    stepwise = content_hash(warehouse)["core.track_match"]
    assert matches(warehouse) == {2: "6800000000000000001", 3: "6800000000000000002"}
    warehouse.execute("DELETE FROM core.track_match; DELETE FROM ops.matched")
    run_job(settings, "match_tracks", later)
    assert content_hash(warehouse)["core.track_match"] == stepwise


def test_a_renamed_sound_loses_the_match_of_its_old_name(
    settings: Settings, world: Path, tmp_path: Path, post: Callable[..., bytes]
) -> None:
    warehouse = Warehouse.open(settings)
    post_sounds(settings, tmp_path, post, DAY, ("6800000000000000001", "Blue Train", "The Larks"))
    run_job(settings, "match_tracks", DAY)
    assert matches(warehouse) == {2: "6800000000000000001"}
    later = date(2020, 12, 22)
    post_sounds(settings, tmp_path, post, later, ("6800000000000000001", "Paper Lantern", "Moss"))
    assert counts(run_job(settings, "match_tracks", later)) == (3, 1, 1, 1, 0)
    assert matches(warehouse) == {3: "6800000000000000001"}
    assert warehouse.query("SELECT letter FROM core.sound") == [{"letter": "p"}]


def test_a_night_without_anything_new_asks_for_no_spark(
    settings: Settings, world: Path, tmp_path: Path, post: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    post_sounds(settings, tmp_path, post, DAY, ("6800000000000000001", "Blue Train", "The Larks"))
    run_job(settings, "match_tracks", DAY)
    monkeypatch.setattr("etl.jobs.match_tracks.session", lambda *_: pytest.fail("Spark was asked for"))
    assert counts(run_job(settings, "match_tracks", DAY)) == (3, 0, 0, 3, 0)
