"""The catalogue: genres, artists and tracks; the latest drop wins in any order of days."""

import io
import itertools
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from etl.drops.landing import land
from etl.errors import SourceMissing
from etl.store.warehouse import content_hash
from tests.integration.conftest import counts
from tests.integration.ingest.conftest import DAY, DAYS, Make, World


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
