"""Folders that nobody but their owner may enter: homes and storages, with what people hear in them."""

import os
import stat
from contextlib import suppress
from pathlib import Path

UMASK = 0o077  #: of every process of ours: what it makes, in whatever place, is for its own user


def private(folder: Path) -> Path:
    """Make a folder for its owner alone, and close one that is there; one that everybody may write to stays so."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    known = folder.stat()
    if known.st_uid == os.geteuid() and known.st_mode & UMASK and not known.st_mode & stat.S_ISVTX:
        with suppress(PermissionError):  # a mount may hold its own opinion
            folder.chmod(0o700)
    return folder
