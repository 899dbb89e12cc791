"""What several commands share."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from etl.errors import SourceMissing

if TYPE_CHECKING:
    from etl.store.warehouse import Warehouse

Paths = Annotated[list[Path], typer.Argument(help="Files and folders.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def read_bytes(file: Path) -> bytes:
    """The content of a file that the caller named."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise SourceMissing(file, f"it cannot be read: {error.strerror}", "Check the path.") from error


def warehouse() -> "Warehouse":
    """The warehouse of the settings, at the newest schema."""
    from etl.settings import Settings
    from etl.store.migrations import migrated

    return migrated(Settings.from_env())
