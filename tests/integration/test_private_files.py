"""What is made on disk is its owner's alone, whatever the umask of whoever starts us: real files, landed and loaded."""

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from etl.machine import postgres
from etl.machine.folders import private
from etl.settings import CHECKOUT
from etl.store.storage import Storage
from tests.integration.conftest import Ordinary


def others_may(folder: Path) -> dict[str, str]:
    """What others than its owner may do with a folder and all that is in it, by path."""
    modes = {str(path): path.lstat().st_mode for path in (folder, *folder.rglob("*")) if not path.is_symlink()}
    return {path: stat.filemode(mode) for path, mode in modes.items() if mode & 0o077}


Run = Callable[..., subprocess.CompletedProcess[str]]


def run(*words: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run our Python from a shell whose files others may read."""
    command = [sys.executable, *words]
    return subprocess.run(command, cwd=CHECKOUT, env=os.environ | env, umask=0o022, capture_output=True, text=True)


def land_and_load(run: Run, home: Path, storage: Path, post: bytes) -> None:
    """One post, by the command; the server runs on. All folders are closed afterwards, whatever they were."""
    posts = home.parent / "posts.ndjson"
    posts.write_bytes(post)
    posts.chmod(0o644)
    day = ["--day", "2020-12-21"]
    for command in (["land", "tiktok", str(posts), *day], ["run", "ingest_tiktok", *day]):
        env = {"OVERTONE_HOME": str(home), "OVERTONE_STORAGE_URL": f"file://{storage}"}
        done = run("-m", "overtone.cli", *command, **env)
        assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in storage.iterdir()) == ["lake", "landing"]
    assert others_may(home) == others_may(storage) == {}


def test_a_landing_and_a_load_leave_nothing_that_others_may_read(tmp_path: Path, post: Callable[..., bytes]) -> None:
    home = tmp_path / "home"
    try:
        land_and_load(run, home, home / "storage", post())
    finally:
        postgres.stop(home)


def test_so_it_is_for_an_ordinary_user_with_folders_of_old(ordinary: Ordinary, post: Callable[..., bytes]) -> None:
    home, storage = ordinary.folder / "home", ordinary.folder / "storage"
    for folder in (home, storage):  # as they were made once
        folder.mkdir(mode=0o755)
        os.chown(folder, ordinary.uid, ordinary.gid)
    try:
        land_and_load(ordinary.run, home, storage, post())
    finally:
        ordinary.run(
            "-c", f"from pathlib import Path; from etl.machine import postgres; postgres.stop(Path({str(home)!r}))"
        )


def test_a_storage_that_is_opened_is_closed_to_others(tmp_path: Path) -> None:
    folder = tmp_path / "storage"
    folder.mkdir(mode=0o755)
    Storage(f"file://{folder}").write_json("landing/manifest.json", {})
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_folder_that_everybody_may_write_to_stays_so(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    private(tmp_path)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o1777
