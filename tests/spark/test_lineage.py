"""What JOBS says that a job reads and fills is what its statements name and what it asks storage for, run for real."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from etl.drops.landing import land
from etl.jobs import JOBS, make_activity
from etl.jobs.run import run_job
from etl.settings import Settings, Synthetic
from etl.store import warehouse as door
from etl.store.migrations import migrated
from etl.store.storage import Storage
from etl.store.warehouse import Cursor, TupleCursor
from etl.synthetic import night
from etl.synthetic.activity import Population, catalogue
from lab.bench.archive import make_archive, store

pytestmark = pytest.mark.usefixtures("spark")

MONDAY, DAY = date(2020, 12, 14), date(2020, 12, 21)

#: Every job writes its books and says how far a table is complete; that is about the run, not of the music.
BOOKKEEPING = {"ops.load", "ops.watermark", "ops.quarantine", "ops.migration", "ops.lake", "ops.lake_gone"}

#: Of what a job fills, where it only looks what is there already; it is told in `reads` where others tell it something.
LOOKED_AT: dict[str, set[str]] = {
    "make_activity": {"landing/tiktok", "landing/listens"},
    "ingest_fma": {"core.genre", "core.artist", "core.track"},
    "ingest_tiktok": {"core.sound", "core.creator", "core.video"},
    "describe_audio": {"core.track_feature", "core.clip"},
    "scale_features": {"core.scaler", "core.track_vector"},
    "match_tracks": {"core.track_match", "ops.matched"},
    "ingest_listens": {
        "lake/listens", "activity.listener", "activity.friendship", "activity.influencer", "ops.listens_loaded",
    },
    "ingest_heard": {"lake/listens"},
    "build_tastes": {"mart.taste", "mart.variety", "ops.built_of", "ops.counted_as"},
    "build_audience": {"mart.audience", "lake/songs", "lake/heard"},
    "build_recommender": {"app.stand_in", "mart.recommender"},
}  # fmt: skip

TABLE = r"((?:core|activity|mart|app|ops)\.[a-z_0-9]+)\b"
WRITTEN = re.compile(rf"\b(?:INSERT INTO|UPDATE|DELETE FROM|MERGE INTO|COPY|TRUNCATE)\s+{TABLE}")
READ = re.compile(rf"(?:(?<!DELETE )\bFROM|\bJOIN|\bUSING)\s+{TABLE}(?!\s*\()")  # or it is a function


def touched(statements: list[str]) -> tuple[set[str], set[str]]:
    """Tables that statements read, and that they write."""
    text = "\n;".join(re.sub(r'--[^\n]*|"', "", statement) for statement in statements)  # ops."check", too
    return set(READ.findall(text)) - BOOKKEEPING, set(WRITTEN.findall(text)) - BOOKKEEPING


def test_tables_are_told_from_functions_and_those_read_from_those_written() -> None:
    statements = [
        "INSERT INTO mart.a (b) SELECT b FROM core.c AS c JOIN app.friends_of(1) AS f USING (d) -- FROM core.not",
        "MERGE INTO core.e AS t USING activity.g AS s ON TRUE",
        "DELETE FROM app.h USING ops.i WHERE EXISTS (SELECT FROM app.h)",
        "COPY (SELECT * FROM core.j) TO STDOUT",
        "COPY mart.k (l) FROM STDIN",
        "UPDATE ops.load SET m = 1",
        'INSERT INTO ops."check" (n) VALUES (1)',
    ]
    reads = {"core.c", "activity.g", "ops.i", "app.h", "core.j"}
    assert touched(statements) == (reads, {"mart.a", "core.e", "app.h", "mart.k", "ops.check"})


@pytest.fixture
def world(
    settings: Settings,
    tmp_path: Path,
    tracks_csv: Callable[..., bytes],
    genres_csv: Callable[..., bytes],
    post: Callable[..., bytes],
) -> Settings:
    """A post, a listen of a week that has ended, friends and creators, landed beside a catalogue that is described."""
    influencers = io.BytesIO()
    pq.write_table(Population.of(1, 50, catalogue(1, 20)).influencers(how_many=2), influencers)
    listened = "listened_at,listener_id,track_id,heard_pct,country\n"
    listened += "2020-12-01T10:00:00Z,1,2,90,SE\n2020-12-15T10:00:00Z,1,2,90,SE\n"
    drops = {
        "fma": {"genres.csv": genres_csv(), "tracks.csv": tracks_csv({})},
        "tiktok": {"posts.ndjson": post()},
        "listens": {
            "listens.csv": listened.encode(),
            "listeners.csv": b"listener_id,name,country\n1,Ann,SE\n2,Ben,\n",
            "friendships.csv": b"listener_a,listener_b,since\n1,2,2020-01-01\n",
            "influencers.parquet": influencers.getvalue(),
        },
    }
    described = make_archive({"Blues": 30, "Rock": 40}, np.random.default_rng(1))
    store(migrated(settings), described, ~described.late)
    migrated(settings).execute(
        "INSERT INTO app.heard (listener_id, listen_id, listened_at, track_id, heard_pct)"
        " VALUES (1, 'in the app', '2020-12-21T10:00:00Z', 2, 50)"
    )
    for source, files in drops.items():
        folder = tmp_path / source
        folder.mkdir()
        for name, content in files.items():
            (folder / name).write_bytes(content)
        land(Storage(settings.storage_url), source, [folder], date(2017, 5, 9) if source == "fma" else DAY)
    return settings


def test_a_job_reads_and_fills_what_the_table_of_jobs_says(
    world: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    statements: list[str] = []
    sources: set[str] = set()
    landed: set[str] = set()

    def recording(kind: type) -> type:
        class Recording(kind):  # type: ignore[misc]
            def execute(self, query: Any, *arguments: Any) -> None:
                statements.append(query)
                if "FROM ops.lake WHERE name" in query:
                    sources.add(f"lake/{arguments[0][0]}")
                if "INSERT INTO ops.lake (name" in query:
                    landed.add(f"lake/{arguments[0]['name']}")
                super().execute(query, *arguments)

            def copy_expert(self, query: str, *arguments: Any, **options: Any) -> None:
                statements.append(query)
                super().copy_expert(query, *arguments, **options)

        return Recording

    monkeypatch.setattr(door, "Cursor", recording(Cursor))
    monkeypatch.setattr(door, "TupleCursor", recording(TupleCursor))
    full = Storage._full

    def asked(self: Storage, path: str) -> str:
        sources.update(re.findall(r"^landing/\w+", path))
        return full(self, path)

    monkeypatch.setattr(Storage, "_full", asked)
    write = Storage.write

    def written(self: Storage, path: str) -> Any:
        landed.update(re.findall(r"^landing/\w+", path))
        return write(self, path)

    monkeypatch.setattr(Storage, "write", written)
    beside = replace(world, synthetic=Synthetic("beside", 50))
    own_music = replace(world, synthetic=Synthetic("world", 50), storage_url=f"file://{tmp_path}/own")
    monkeypatch.setattr(night.music, "mp3", lambda *_: b"")
    first = tmp_path / "fma"
    land(Storage(own_music.storage_url), "fma", [first], made_by=make_activity.maker(own_music.synthetic))
    found = {}
    for name in JOBS:
        statements.clear()
        sources.clear()
        landed.clear()
        for settings in (beside, own_music) if name == "make_activity" else (world,):
            run_job(settings, name, DAY)
        reads, fills = touched(statements)
        fills |= landed
        looked_at = LOOKED_AT.get(name, set())
        assert looked_at <= (reads | sources) & fills
        found[name] = ((reads | sources) - looked_at, fills)
    assert found == {job.name: (set(job.reads), set(job.fills)) for job in JOBS.values()}
