"""The warehouse's schema as it stands after all migrations, so that a function's current body can be read.

``make schema`` writes ``sql/schema.sql`` anew; a test holds it against what the migrations give.
"""

import re
import subprocess
import tempfile
from pathlib import Path

from etl.machine import postgres
from etl.settings import SQL
from etl.store.migrations import migrate
from etl.store.warehouse import Warehouse

FILE = SQL / "schema.sql"

HEAD = """-- The schema as it stands: what sql/migrations/ give, put out by pg_dump. Written by `make schema`.
-- Partitions are left out: each is as the table that it is part of.
-- What fills and reads a table, and which question an index answers, is told by the migration that made it (paths in it
-- are of its day); what each is for: ARCHITECTURE.md.
"""

#: What pg_dump says of itself and of the session that would read it back.
_ASIDE = re.compile(r"^(?:--.*|SET .*|SELECT pg_catalog\.set_config.*|\\(?:un)?restrict .*)\n", re.MULTILINE)


def schema(url: str) -> str:
    """The schema of a migrated database, as text that differs only where the schema does."""
    partitions = "SELECT oid::regclass::text AS name FROM pg_class WHERE relispartition AND relkind = 'r'"
    dump = [str(postgres.programs() / "pg_dump"), "--schema-only", "--no-owner", f"--dbname={url}"]
    dump += [f"--exclude-table={part['name']}" for part in Warehouse(url).query(partitions)]
    text = subprocess.run(dump, check=True, capture_output=True, text=True).stdout
    return HEAD + "\n" + re.sub(r"\n{3,}", "\n\n", _ASIDE.sub("", text)).strip() + "\n"


def write(file: Path = FILE) -> None:
    """Bring an empty database of its own to the newest schema, and write that."""
    with tempfile.TemporaryDirectory() as home:
        try:
            url = postgres.database_url(Path(home))
            migrate(url)
            file.write_text(schema(url), encoding="utf-8")
        finally:
            postgres.stop(Path(home))


if __name__ == "__main__":
    write()
