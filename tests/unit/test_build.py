"""What building Overtone makes: an editable install of a checkout; never a wheel, which would be half of it."""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from etl.settings import CHECKOUT

REFUSED = (
    "overtone: a wheel of it would lack sql/, dags/ and the app's assets, which are read beside the code."
    " Run it from its checkout: make setup, or pip install --editable . there."
)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with as little in it as can be built."""
    folder = tmp_path / "checkout"
    for package in ("etl", "dashboards", "lab", "overtone", "plugins"):
        (folder / package).mkdir(parents=True)
        (folder / package / "__init__.py").touch()
    for name in ("pyproject.toml", "build_backend.py", "README.md", "LICENSE"):
        shutil.copy(CHECKOUT / name, folder)
    return folder


def uv(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [Path(sys.executable).parent / "uv", *arguments, "--offline", "--no-build-isolation"]
    return subprocess.run([*map(str, command), "--python", sys.executable], capture_output=True, text=True)


def test_installing_other_than_editable_is_refused_with_the_reason_and_the_next_step(checkout: Path) -> None:
    done = uv("pip", "install", "--no-deps", "--target", checkout.parent / "target", checkout)
    assert done.returncode != 0
    assert REFUSED in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("kind", ["--wheel", "--sdist"])
def test_neither_a_wheel_nor_an_archive_of_the_source_is_built(checkout: Path, kind: str) -> None:
    done = uv("build", kind, checkout, "--out-dir", checkout.parent / "dist")
    assert done.returncode != 0
    assert REFUSED in " ".join(done.stderr.split())
    assert list(checkout.parent.glob("dist/overtone*")) == []


def test_an_editable_install_finds_the_code_where_it_lies_and_knows_its_licence(checkout: Path) -> None:
    target = checkout.parent / "target"
    done = uv("pip", "install", "--no-deps", "--target", target, "--editable", checkout)
    assert done.returncode == 0, done.stderr
    [metadata] = target.glob("overtone-*.dist-info/METADATA")
    lines = metadata.read_text().splitlines()
    assert {"License-Expression: Apache-2.0", "License-File: LICENSE", "Provides-Extra: lab"} <= set(lines)
    program = f"import site; site.addsitedir({str(target)!r}); import etl; print(etl.__file__)"
    found = subprocess.run([sys.executable, "-S", "-c", program], capture_output=True, text=True, cwd=checkout.parent)
    assert found.stdout.strip() == str(checkout / "etl" / "__init__.py"), found.stderr


def test_the_licence_is_apache_2_0_to_the_letter() -> None:
    published = "cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30"  # of LICENSE-2.0.txt
    assert hashlib.sha256((CHECKOUT / "LICENSE").read_bytes()).hexdigest() == published
