"""The whole thread on genuine music and posts, through the commands that a user types."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from etl.machine import postgres

DAY = "2020-12-21"


@dataclass(frozen=True)
class Refreshed:
    """A home in which the real data was landed and refreshed twice."""

    home: Path
    first: dict[str, Any]
    second: dict[str, Any]
    lake_before: dict[str, int]
    lake_after: dict[str, int]
    second_output: str


def overtone(home: Path, *arguments: object, code: int = 0) -> str:
    """Run the command and return what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "overtone.cli", *map(str, arguments)],
        env=os.environ | {"OVERTONE_HOME": str(home), "OVERTONE_SPARK_MASTER": "local[2]"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stderr
    return done.stdout if code == 0 else done.stderr


@pytest.fixture(scope="module")
def refreshed(real_data: Path, tmp_path_factory: pytest.TempPathFactory):
    home = tmp_path_factory.mktemp("real")

    def lake() -> dict[str, int]:
        return {str(file): file.stat().st_mtime_ns for file in (home / "storage" / "lake").rglob("*") if file.is_file()}

    try:
        overtone(home, "land", "fma", real_data / "fma" / "fma_metadata", real_data / "fma" / "fma_small")
        overtone(home, "land", "tiktok", real_data / "tiktok" / "posts_2020-12.ndjson", "--day", DAY)
        overtone(home, "refresh", "--day", DAY)
        first, lake_before = json.loads(overtone(home, "status", "--json", "--hash")), lake()
        output = overtone(home, "refresh", "--day", DAY)
        second, lake_after = json.loads(overtone(home, "status", "--json", "--hash")), lake()
        yield Refreshed(home, first, second, lake_before, lake_after, output)
    finally:
        postgres.stop(home)


def test_the_catalogue_and_every_post_are_loaded_or_accounted_for(refreshed: Refreshed) -> None:
    rows = {name: table["rows"] for name, table in refreshed.first["tables"].items()}
    assert rows["core.genre"] == 163
    assert rows["core.track"] == 682
    assert rows["core.track_feature"] == rows["core.track_vector"] == 10
    [posts] = [load for load in refreshed.first["loads"] if load["job"] == "ingest_tiktok"]
    assert posts["in"] == 1000
    assert rows["core.video"] + posts["quarantined"] == 1000
    through = {name: table["through"] for name, table in refreshed.first["tables"].items()}
    assert {day for name, day in through.items() if name.startswith("core.")} == {DAY}
    assert {day for name, day in through.items() if not name.startswith("core.")} == {None}  # no listens were landed


def test_all_books_balance(refreshed: Refreshed) -> None:
    for load in refreshed.first["loads"] + refreshed.second["loads"]:
        assert load["in"] == load["inserted"] + load["updated"] + load["unchanged"] + load["quarantined"], load


def test_the_same_again_changes_no_row_and_computes_nothing(refreshed: Refreshed) -> None:
    assert refreshed.second["hash"] == refreshed.first["hash"]
    assert {load["inserted"] + load["updated"] for load in refreshed.second["loads"]} == {0}
    assert refreshed.lake_after == refreshed.lake_before


def test_a_clip_of_the_catalogue_finds_itself_first(refreshed: Refreshed, real_data: Path) -> None:
    clip = real_data / "fma" / "fma_small" / "000" / "000002.mp3"
    results = json.loads(overtone(refreshed.home, "similar", clip, "--json"))["results"]
    assert len(results) == 10
    assert results[0]["track_id"] == 2
    assert results[0]["score"] >= 0.99
    assert [one["score"] for one in results] == sorted((one["score"] for one in results), reverse=True)
    for one in results:
        described = {"track_id", "title", "artist", "genre", "score", "closeness", "agreement", "agrees"}
        assert set(one) == described | {"license", "match", "synthetic", "videos"}
        assert one["match"] is None or 0 <= one["match"]["probability"] <= 1
        assert one["match"] or one["videos"] == []


def test_a_genre_narrows_the_search_and_an_unknown_one_is_named(refreshed: Refreshed, real_data: Path) -> None:
    clip = real_data / "fma" / "fma_small" / "000" / "000002.mp3"
    results = json.loads(overtone(refreshed.home, "similar", clip, "--genre", "Rock", "--json"))["results"]
    assert {one["genre"] for one in results} == {"Rock"}
    assert "'Polka'" in overtone(refreshed.home, "similar", clip, "--genre", "Polka", code=2)


def test_a_table_that_was_cut_is_refused_with_the_line(refreshed: Refreshed, real_data: Path) -> None:
    cut = real_data / "fma" / "broken" / "tracks_cut_mid_field.csv"
    assert "tracks_cut_mid_field.csv line 2107" in overtone(refreshed.home, "land", "fma", cut, code=2)
