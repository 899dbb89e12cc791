"""Keys that a home keeps in files, and no database or backup of one has."""

import os
import secrets
from contextlib import suppress
from pathlib import Path


def kept_key(home: Path, name: str) -> bytes:
    """The 32 bytes of a file of the home, made on first use and readable by its owner only."""
    path, fresh = home / name, home / f"{name}.{secrets.token_hex(4)}"
    if not path.exists():
        home.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(32))
        with suppress(FileExistsError):  # another process was first: its key counts
            os.link(fresh, path)
        fresh.unlink()
    return path.read_bytes()
