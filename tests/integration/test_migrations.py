"""Migrations on a real Postgres: each once, whole or not at all, on an empty and on a full database."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest

from etl.errors import SettingInvalid, SetupFailed
from etl.machine import postgres
from etl.settings import SQL
from etl.store.migrations import MigrationChanged, migrate
from etl.store.warehouse import Warehouse
from lab import schema

OURS = sorted(file.stem for file in (SQL / "migrations").glob("*.sql"))


@pytest.fixture
def url(database_home: Path) -> str:
    """An empty database."""
    return postgres.database_url(database_home, f"test_{os.urandom(6).hex()}")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two migrations of our own."""
    folder = tmp_path / "migrations"
    folder.mkdir()
    (folder / "0001_pet.sql").write_text("CREATE TABLE pet (name text);\nINSERT INTO pet VALUES ('100 % cat');")
    (folder / "0002_food.sql").write_text("ALTER TABLE pet ADD food text;")
    return folder


def applied(url: str) -> list[str]:
    return [row["name"] for row in Warehouse(url).query("SELECT name FROM ops.migration ORDER BY applied_at, name")]


def test_an_empty_database_gets_every_migration_in_order(url: str) -> None:
    assert migrate(url) == OURS
    assert applied(url) == OURS


def test_schema_sql_is_what_the_migrations_give(url: str) -> None:
    migrate(url)
    assert schema.FILE.read_text(encoding="utf-8") == schema.schema(url), "run `make schema`"


def test_a_second_time_there_is_nothing_to_do(url: str) -> None:
    migrate(url)
    before = Warehouse(url).query("SELECT * FROM ops.migration ORDER BY name")
    assert migrate(url) == []
    assert Warehouse(url).query("SELECT * FROM ops.migration ORDER BY name") == before


def test_a_full_database_keeps_its_rows_and_gets_what_is_new(url: str, folder: Path) -> None:
    migrate(url, folder)
    (folder / "0003_age.sql").write_text("ALTER TABLE pet ADD age integer DEFAULT 7;")
    assert migrate(url, folder) == ["0003_age"]
    assert Warehouse(url).query("SELECT * FROM pet") == [{"name": "100 % cat", "food": None, "age": 7}]


def test_a_migration_that_fails_leaves_nothing_and_those_before_it_stay(url: str, folder: Path) -> None:
    (folder / "0003_bad.sql").write_text("DELETE FROM pet;\nSELECT nothing FROM nowhere;")
    with pytest.raises(psycopg2.errors.UndefinedTable):
        migrate(url, folder)
    assert applied(url) == ["0001_pet", "0002_food"]
    assert len(Warehouse(url).query("SELECT * FROM pet")) == 1
    (folder / "0003_bad.sql").write_text("DELETE FROM pet;")
    assert migrate(url, folder) == ["0003_bad"]


def test_an_applied_migration_that_was_edited_stops_everything(url: str, folder: Path) -> None:
    migrate(url, folder)
    (folder / "0001_pet.sql").write_text("CREATE TABLE pet (name text NOT NULL);")
    (folder / "0003_age.sql").write_text("ALTER TABLE pet ADD age integer;")
    with pytest.raises(MigrationChanged) as error:
        migrate(url, folder)
    assert str(error.value) == (
        "0001_pet.sql: it was applied before and has been edited since. Undo the edit; add a new file instead."
    )
    assert applied(url) == ["0001_pet", "0002_food"]


def test_only_numbered_files_are_migrations(url: str, folder: Path) -> None:
    for name in ("notes.sql", "3_short.sql", "0003_age.sql.orig"):
        (folder / name).write_text("SELECT nothing FROM nowhere;")
    assert migrate(url, folder) == ["0001_pet", "0002_food"]


def test_no_migration_at_all_is_an_error_and_not_the_newest_schema(url: str, tmp_path: Path) -> None:
    with pytest.raises(SetupFailed) as error:
        migrate(url, tmp_path)
    assert str(error.value) == (
        f"{tmp_path}: no migration is there. Run Overtone from a whole checkout, or from its image."
    )
    assert Warehouse(url).query("SELECT FROM pg_namespace WHERE nspname = 'ops'") == []


def test_processes_that_migrate_at_the_same_time_apply_each_file_once(url: str) -> None:
    program = "import sys; from etl.store.migrations import migrate; print(*migrate(sys.argv[1]))"
    processes = [
        subprocess.Popen([sys.executable, "-c", program, url], stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    assert sorted(process.communicate()[0].split() for process in processes) == [[], [], OURS]
    assert [process.returncode for process in processes] == [0, 0, 0]
    assert applied(url) == OURS


def test_a_server_without_pgvector_is_refused_before_anything_is_made(url: str) -> None:
    warehouse = Warehouse(url)
    warehouse.execute("CREATE SCHEMA bare")
    warehouse.execute("CREATE VIEW bare.pg_available_extensions AS SELECT 'hstore' AS name")
    database = warehouse.query("SELECT current_database() AS name")[0]["name"]
    warehouse.execute(f"ALTER DATABASE {database} SET search_path = bare, pg_catalog, public")
    with pytest.raises(SettingInvalid) as error:
        migrate(url)
    assert str(error.value).startswith("OVERTONE_DATABASE_URL: it is a Postgres ")
    assert str(error.value).endswith(" without pgvector. Give a Postgres 17 or later with pgvector.")
    assert applied(url) == []


@pytest.fixture
def managed(tmp_path: Path) -> Iterator[tuple[str, Callable[..., None]]]:
    """An empty database of a server that somebody else looks after: its plain owner's address, and what they may do."""
    home = tmp_path / "theirs"
    url = postgres.database_url(home, "managed")

    def administer(*statements: str) -> None:
        with closing(psycopg2.connect(postgres._url(home / "postgres", "managed", postgres.SUPERUSER))) as connection:
            connection.autocommit = True
            for statement in statements:
                connection.cursor().execute(statement)

    administer("ALTER DATABASE managed OWNER TO postgres", "DROP EXTENSION vector", "DROP ROLE overtone_app")
    administer("CREATE ROLE ann LOGIN PASSWORD 'secret'", "ALTER DATABASE managed OWNER TO ann")
    host = urlsplit(url)
    yield f"postgresql://ann:secret@{host.hostname}:{host.port}/managed", administer
    postgres.stop(home)


def test_what_only_an_administrator_may_make_is_named_as_what_they_must_run(
    managed: tuple[str, Callable[..., None]],
) -> None:
    url, administer = managed
    with pytest.raises(SettingInvalid) as error:
        migrate(url)
    statements = "CREATE EXTENSION vector; CREATE ROLE overtone_app NOLOGIN; GRANT overtone_app TO ann;"
    assert str(error.value) == (
        "OVERTONE_DATABASE_URL: ann may not make all that is needed there."
        f" As an administrator run in that database: {statements}"
    )
    assert applied(url) == []
    administer(statements)
    assert migrate(url) == OURS
    assert Warehouse(url).query_as("SELECT current_user AS who", {}) == [{"who": "overtone_app"}]


def test_who_may_make_roles_makes_the_one_that_pages_ask_as(managed: tuple[str, Callable[..., None]]) -> None:
    url, administer = managed
    administer("CREATE EXTENSION vector", "ALTER ROLE ann CREATEROLE")
    assert migrate(url) == OURS
    assert Warehouse(url).query_as("SELECT current_user AS who", {}) == [{"who": "overtone_app"}]


def test_every_table_says_who_fills_and_who_reads_it() -> None:
    for file in (SQL / "migrations").glob("*.sql"):
        text = file.read_text(encoding="utf-8").replace('"', "")  # ops."check"
        for table in re.findall(r"^CREATE TABLE ((?:ops|core|app|activity|mart)\.\w+) \(", text, re.MULTILINE):
            header = re.search(rf"((?:^--.*\n)+)CREATE TABLE {re.escape(table)} \(", text, re.MULTILINE)
            assert header, table
            assert header.group(1).startswith(f"-- {table}: "), table
            assert "Filled" in header.group(1), table
            assert "read by" in header.group(1).lower(), table


def test_every_migrated_table_of_ours_is_there(warehouse: Warehouse) -> None:
    rows = warehouse.query("SELECT schemaname || '.' || tablename AS name FROM pg_tables WHERE schemaname = 'core'")
    names = {row["name"] for row in rows}
    assert {f"core.sound_{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"} | {
        "core.sound_digit",
        "core.sound_other",
    } <= names
    assert len({name for name in names if name.startswith("core.track_feature_")}) == 17  # 16 top genres and none


def test_a_scaler_and_its_partition_come_and_go_together(warehouse: Warehouse) -> None:
    def partitions() -> list[str]:
        rows = warehouse.query(
            "SELECT relid::text AS name FROM pg_partition_tree('core.track_vector') WHERE isleaf AND level > 0"
        )
        return sorted(row["name"] for row in rows)

    assert partitions() == []
    insert = "INSERT INTO core.scaler (version, model, tracks, fitted_on, current) VALUES (%s, '', 1, 'x', %s)"
    warehouse.execute(insert, ("s1-aa", False))
    warehouse.execute(insert, ("s1-bb", True))
    assert len(partitions()) == 34  # 16 top genres and none, twice
    warehouse.execute(
        "INSERT INTO core.track_vector (track_id, genre, scaler_version, vector, clip_id, day)"
        " SELECT 1, genre, version, array_fill(1, ARRAY[245])::vector, 'c', '2026-01-02'"
        " FROM core.scaler, unnest(ARRAY['Old-Time / Historic', 'Polka']) AS genre"
    )
    rows = warehouse.query("SELECT tableoid::regclass::text AS name FROM core.track_vector ORDER BY name")
    assert [row["name"] for row in rows] == [
        f"core.track_vector_{version}_{genre}"
        for version in ("s1_aa", "s1_bb")
        for genre in ("old_time_historic", "unknown")
    ]
    warehouse.execute("DELETE FROM core.scaler WHERE NOT current")
    assert {name[:24] for name in partitions()} == {"core.track_vector_s1_bb_"}
    assert len(warehouse.query("SELECT FROM core.track_vector")) == 2
