"""Apply ``sql/migrations/NNNN_name.sql`` in order, each once, each in a transaction of its own."""

import hashlib
from pathlib import Path

from etl.errors import OvertoneError, SettingInvalid, SetupFailed
from etl.settings import SQL, Settings
from etl.store.warehouse import Warehouse, sql


class MigrationChanged(OvertoneError):
    """A migration that was already applied reads differently now."""


def files(folder: Path = SQL / "migrations") -> list[Path]:
    """The migrations, in the order in which they are applied.

    Raises:
        SetupFailed: there is none, and any schema would pass for the newest; this is no whole checkout.
    """
    if not (found := sorted(folder.glob("[0-9][0-9][0-9][0-9]_*.sql"))):
        raise SetupFailed(folder, "no migration is there", "Run Overtone from a whole checkout, or from its image.")
    return found


def migrated(settings: Settings) -> Warehouse:
    """The warehouse of these settings, brought to the newest schema."""
    warehouse = Warehouse.open(settings)
    migrate(warehouse.url)
    return warehouse


def migrate(url: str, folder: Path = SQL / "migrations") -> list[str]:
    """Bring a database to the newest schema and return the names that were applied now.

    Raises:
        MigrationChanged: an applied file was edited; what it would do now is unknown to this database.
        SettingInvalid: the server is too old, has no pgvector, or an administrator must make something there first.
        DatabaseUnavailable: no server answers at ``url``.
        SetupFailed: there is no migration.
    """
    found = files(folder)
    warehouse = Warehouse(url)
    with warehouse.lock("migrate"):
        warehouse.execute(sql("queries/migration_ledger"))
        applied = {row["name"]: row["sha256"] for row in warehouse.query("SELECT name, sha256 FROM ops.migration")}
        if not applied:
            _check_server(warehouse)
        fresh = []
        for file in found:
            text = file.read_text(encoding="utf-8")
            sha256 = hashlib.sha256(text.encode()).hexdigest()
            if file.stem not in applied:
                with warehouse.transaction() as cursor:
                    cursor.execute(text)
                    cursor.execute("INSERT INTO ops.migration (name, sha256) VALUES (%s, %s)", (file.stem, sha256))
                fresh.append(file.stem)
            elif applied[file.stem] != sha256:
                raise MigrationChanged(
                    file.name,
                    "it was applied before and has been edited since",
                    "Undo the edit; add a new file instead.",
                )
    return fresh


def _check_server(warehouse: Warehouse) -> None:
    [server] = warehouse.query(sql("queries/server"))
    if server["version"] < 17 or not server["vector"]:  # 17: MERGE says what it did
        raise SettingInvalid(
            "OVERTONE_DATABASE_URL",
            f"it is a Postgres {server['version']} {'with' if server['vector'] else 'without'} pgvector",
            "Give a Postgres 17 or later with pgvector.",
        )
    user, make = server["asks"], "" if server["app_role"] else "CREATE ROLE overtone_app NOLOGIN; "
    missing = [
        by_an_administrator
        for name, by_an_administrator in (
            ("queries/bootstrap_vector", "CREATE EXTENSION vector;"),
            ("queries/bootstrap_app_role", f"{make}GRANT overtone_app TO {user};"),
        )
        if not _may(warehouse, sql(name))
    ]
    if missing:
        raise SettingInvalid(
            "OVERTONE_DATABASE_URL",
            f"{user} may not make all that is needed there",
            f"As an administrator run in that database: {' '.join(missing)}",
        )


def _may(warehouse: Warehouse, statement: str) -> bool:
    try:
        warehouse.execute(statement)
        return True
    except SettingInvalid:
        return False
