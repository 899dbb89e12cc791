"""The set-up: what make offers, the lock it installs from, and what it says on a machine that lacks something."""

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

from etl.settings import CHECKOUT
from lab import browser

MAKEFILE = (CHECKOUT / "Makefile").read_text()
PRODUCT = (CHECKOUT / "requirements.lock").read_text()
LOCK = (CHECKOUT / "requirements-dev.lock").read_text()
PYPROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())
PROJECT, DEV = PYPROJECT["project"], PYPROJECT["dependency-groups"]["dev"]
TOOLS = ("sh", "make", "sed", "cut", "test", "touch", "rm", "awk")


def names(asked: list[str]) -> set[str]:
    """The packages that these requirements ask for."""
    return {re.split(r"[\[<>=]", line)[0] for line in asked}


def pinned(lock: str) -> dict[str, str]:
    """Packages of a lock and their versions."""
    return dict(re.findall(r"^([a-z0-9-]+)(?:\[[a-z,]+\])?==(\S+)", lock, re.MULTILINE))


def make(folder: Path, *arguments: str, path: str = os.defpath) -> subprocess.CompletedProcess[str]:
    command = [str(shutil.which("make")), *arguments]
    return subprocess.run(command, cwd=folder, env={"PATH": path}, capture_output=True, text=True)


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    """A checkout without an environment."""
    for name in ("Makefile", "requirements-dev.lock", "pyproject.toml"):
        shutil.copy(CHECKOUT / name, tmp_path)
    return tmp_path


@pytest.fixture
def bare_path(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A PATH with make and what it uses, and without any Python."""
    folder = tmp_path_factory.mktemp("bin")
    for tool in TOOLS:
        (folder / tool).symlink_to(str(shutil.which(tool)))
    return str(folder)


def test_make_alone_lists_what_there_is() -> None:
    said = make(CHECKOUT).stdout
    offered = re.findall(r"^  make (\w+) ", said, re.MULTILINE)
    assert offered == [
        "help", "setup", "demo", "dev", "test", "drills", "check", "fix", "bench", "quality", "stop", "clean", "lock",
        "schema",
    ]  # fmt: skip


ALL = "--numprocesses 2 --dist loadfile --no-loadscope-reorder --max-worker-restart 0 --durations=15"


@pytest.mark.parametrize(
    ("asked", "pytest_is_given"),
    [
        ([], ALL),
        (["T=tests/unit/test_x.py"], "tests/unit/test_x.py"),
        (["T=tests/unit -k 'one or two'"], "tests/unit -k 'one or two'"),
        (["PYTEST=--lf"], f"{ALL} --lf"),
    ],
)
def test_make_test_runs_everything_or_what_it_is_told(asked: list[str], pytest_is_given: str) -> None:
    done = make(CHECKOUT, "--dry-run", "--old-file=.venv/.ready", "test", *asked)
    assert done.stdout.splitlines()[-1].rstrip() == f".venv/bin/python -m pytest {pytest_is_given}"


def test_before_a_commit_the_same_is_checked_as_by_make_check() -> None:
    recipe = re.search(r"^check:.*\n((?:\t.*\n)+)", MAKEFILE, re.MULTILINE)
    assert recipe
    commands = [line.strip().replace("$(BIN)", ".venv/bin") for line in recipe[1].splitlines()]
    hooks = yaml.safe_load((CHECKOUT / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]
    assert [hook["entry"] for hook in hooks] == commands
    assert len({hook["id"] for hook in hooks}) == len(hooks)
    assert {(hook["language"], hook["pass_filenames"], hook["always_run"]) for hook in hooks} == {
        ("unsupported", False, True)
    }


def test_a_machine_without_python_3_11_is_told_so(fresh: Path, bare_path: str) -> None:
    done = make(fresh, "setup", path=bare_path)
    assert done.returncode == 2
    assert "Overtone needs Python 3.11; none of these is one: python3.11 python3 python." in done.stderr
    assert "apt-get install python3 python3-venv" in done.stderr


def test_a_python_without_venv_is_told_which_package_is_missing(fresh: Path, bare_path: str) -> None:
    python = Path(bare_path) / "python3"
    python.write_text('#!/bin/sh\ncase "$2" in *ensurepip*) exit 1;; esac\n')
    python.chmod(0o755)
    done = make(fresh, "setup", path=bare_path)
    assert done.returncode == 2
    assert "apt-get install python3.11-venv" in done.stderr


def test_clean_keeps_everything_unless_told_yes(fresh: Path) -> None:
    (fresh / ".overtone").mkdir()
    assert make(fresh, "clean").returncode == 2
    assert (fresh / ".overtone").exists()
    assert make(fresh, "clean", "YES=1").returncode == 0
    assert not (fresh / ".overtone").exists()


def test_a_lock_holds_what_pyproject_asks_for_and_no_more_for_the_product() -> None:
    product, lab, dev = map(names, (PROJECT["dependencies"], PROJECT["optional-dependencies"]["lab"], DEV))
    assert {"uv", "setuptools"} <= dev
    assert (product | lab | dev) - pinned(LOCK).keys() == set()
    assert product - pinned(PRODUCT).keys() == set()
    assert (lab | dev) & pinned(PRODUCT).keys() <= {
        "aiohttp", "cryptography", "pyyaml", "setuptools", "threadpoolctl",  # which the product's own need
    }  # fmt: skip


def test_both_locks_pin_the_same_versions() -> None:
    assert pinned(PRODUCT).items() <= pinned(LOCK).items()


@pytest.mark.parametrize("lock", [PRODUCT, LOCK], ids=["product", "dev"])
def test_every_package_of_a_lock_is_held_by_its_hash(lock: str) -> None:
    packages = re.split(r"\n(?=[a-z0-9])", lock)
    assert [package for package in packages if "--hash=sha256:" not in package] == []


@pytest.mark.parametrize("lock", [PRODUCT, LOCK], ids=["product", "dev"])
def test_a_lock_names_no_registry_and_no_folder(lock: str) -> None:
    assert re.findall(r"://|--(?:find-links|index-url|extra-index-url)|file:|\s/", lock) == []


def test_who_may_not_install_a_browser_is_told_what_to_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}" if name == "apt-get" else None)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert browser.chromium() is None
    assert "run `sudo apt-get install chromium fonts-liberation`" in capsys.readouterr().out
