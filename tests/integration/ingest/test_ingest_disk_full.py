"""A disk that is full stops a load, and nothing is lost."""

import os
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from etl.errors import DiskFull
from etl.store.warehouse import content_hash
from tests.integration.conftest import counts
from tests.integration.ingest.conftest import DAY, DAYS, Make, World, plays


def test_a_full_disk_stops_the_load_and_nothing_is_lost(
    world: World, post: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """/dev/full answers every write as a full disk does."""
    world.posts(DAYS[1], post())
    world.run(day=DAYS[1])
    world.posts(DAY, *(plays(post, number) for number in range(300)))
    before, files = content_hash(world.warehouse), world.lake()

    def full(path: str, mode: str = "rb", **options: Any):  # type: ignore[no-untyped-def]
        return Path("/dev/full" if mode == "wb" else path).open(mode)

    with monkeypatch.context() as patch:
        patch.setattr("fsspec.implementations.local.LocalFileSystem.open", lambda _, *rest, **more: full(*rest, **more))
        with pytest.raises(DiskFull) as error:
            world.run()
    assert error.value.exit_code == 1
    assert str(error.value).endswith("no space is left on the device. Free some and run the same command again.")
    assert content_hash(world.warehouse) == before
    assert world.lake() == files
    assert counts(world.run()[0]) == (300, 0, 1, 299, 0)


@pytest.fixture
def small_disk(tmp_path: Path):  # type: ignore[no-untyped-def]
    """A disk of 256 KiB."""
    mount = tmp_path / "disk"
    mount.mkdir()
    try:
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=256k", "none", mount], check=False, capture_output=True
        )
    except FileNotFoundError:
        pytest.skip("this machine has no mount")
    if done.returncode:
        pytest.skip(f"a small disk cannot be mounted here: {done.stderr.decode().strip()}")
    yield mount
    subprocess.run(["umount", "--lazy", mount], check=True)


def test_a_disk_that_fills_up_while_we_write_is_a_full_disk(world: World, post: Make, small_disk: Path) -> None:
    there = replace(world, settings=replace(world.settings, storage_url=f"file://{small_disk}"))
    there.posts(DAY, *(plays(post, None, **{"itemInfos.text": os.urandom(300).hex()}) for _ in range(200)))
    with pytest.raises(DiskFull, match="no space is left on the device"):
        there.run()
    assert there.lake() == {}
    with pytest.raises(DiskFull, match=r"0\.0 GB do not fit"):
        there.posts(DAY, post(), b" " * 200_000)
    assert there.ask("SELECT count(*) FROM core.video") == [(0,)]
    subprocess.run(["mount", "-o", "remount,size=8m", small_disk], check=True)
    assert counts(there.run()[0]) == (200, 1, 0, 199, 0)
