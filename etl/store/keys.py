"""Keys that a home keeps in files, and no database or backup of one has."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from etl.errors import SettingInvalid

LENGTH = 32  #: bytes


def kept_key(home: Path, name: str) -> bytes:
    """The key in a file of the home, made on first use and readable by its owner only.

    Raises:
        SettingInvalid: the file is no key of ours; one that is cut off would be guessed.
    """
    path, fresh = home / name, home / f"{name}.{secrets.token_hex(4)}"
    if not path.exists():
        home.mkdir(parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(secrets.token_bytes(LENGTH))
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):  # another process was first: its key counts
                os.link(fresh, path)
        finally:
            fresh.unlink(missing_ok=True)
    key = path.read_bytes()
    if len(key) != LENGTH:
        raise SettingInvalid(
            f"{path}", f"it has {len(key)} bytes, and a key has {LENGTH}",
            "Put it back from a copy of the home; without one remove it, and another is made.",
        )  # fmt: skip
    return key
