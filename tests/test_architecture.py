"""The import rule: what points where, and one door per library."""

import ast
from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).parent.parent

#: What the product's Python lies in.
ROOMS = ("etl", "lab", "overtone", "dashboards", "plugins", "dags")

#: Library → the only places that may import it.
DOORS = {
    "airflow": ("dags/", "plugins/"),
    "dash": ("dashboards/",),
    "psycopg2": ("etl/store/warehouse.py", "etl/machine/postgres.py"),
    "fsspec": ("etl/store/storage.py",),
    "soundfile": ("etl/audio/", "etl/synthetic/demo/", "lab/audio/", "lab/evaluate/labelled.py", "lab/bench/upload.py"),
    "pyspark": ("etl/machine/spark.py", "etl/jobs/", "etl/matching/link.py"),
    "librosa": ("etl/audio/reference.py",),
    "matplotlib": ("lab/report.py", "lab/figures.py", "lab/bench/", "lab/evaluate/"),  # the last three: its types alone
    "msgspec": ("etl/sources/",),
    "pgpq": ("etl/store/loads.py",),
    "numba": ("etl/audio/kernels.py", "etl/matching/"),
    "soxr": ("etl/audio/", "lab/evaluate/features.py"),
    "sparse_dot_topn": ("lab/bench/matching.py", "lab/evaluate/matching.py"),
    "requests": ("etl/drops/download.py", "dashboards/oidc.py"),  # the latter: its errors alone
    "authlib": ("dashboards/oidc.py",),
    "implicit": ("lab/evaluate/rankers.py",),
}


def code() -> list[Path]:
    """Every Python file of the product."""
    return [
        file for folder in ("etl", "lab", "dashboards", "plugins", "dags") for file in (ROOT / folder).rglob("*.py")
    ]


def imported(file: Path) -> set[str]:
    """The top-level names that a file imports, inside functions too."""
    names = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


def test_imports_point_one_way_and_methods_are_pure() -> None:
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True) == EXIT_STATUS_SUCCESS


@pytest.mark.parametrize("library", DOORS)
def test_a_library_has_one_door(library: str) -> None:
    through = [file.relative_to(ROOT).as_posix() for file in code() if library in imported(file)]
    assert through, f"nothing imports {library}: take it out of this table"
    assert [name for name in through if not name.startswith(DOORS[library])] == []


def test_settings_alone_reads_the_environment() -> None:
    readers = [
        file.relative_to(ROOT).as_posix()
        for file in code()
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv", "environb")
        if getattr(node.value, "id", "") == "os"  # what a request calls its environ is another
    ]
    assert set(readers) == {"etl/settings.py"}


def test_pages_hold_no_sql() -> None:
    keywords = ("SELECT ", "INSERT ", "UPDATE ", "DELETE ")
    with_sql = [
        file.relative_to(ROOT).as_posix()
        for folder in ("pages", "components")
        for file in (ROOT / "dashboards" / folder).rglob("*.py")
        if any(keyword in file.read_text(encoding="utf-8") for keyword in keywords)
    ]
    assert with_sql == []


def test_a_migration_says_who_fills_and_who_reads_each_table() -> None:
    for file in (ROOT / "sql" / "migrations").glob("*.sql"):
        lines = file.read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines):
            if line.startswith("CREATE TABLE") and "PARTITION OF" not in line:
                header = ""
                while number and lines[number - 1].startswith("--"):
                    number -= 1
                    header += lines[number]
                assert "Filled" in header, f"{file.name}: {line}"
                assert "read by" in header.lower(), f"{file.name}: {line}"
