"""The import rule: what points where, and one door per library."""

import ast
import re
from collections import Counter
from functools import cache
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
    "pyspark": ("etl/machine/spark.py", "etl/machine/exchange.py", "etl/jobs/", "etl/matching/link.py"),
    "librosa": ("etl/audio/reference.py",),
    "matplotlib": ("lab/report.py", "lab/figures.py", "lab/bench/", "lab/evaluate/"),  # the last three: its types alone
    "msgspec": ("etl/sources/",),
    "pgpq": ("etl/store/loads.py",),
    "numba": ("etl/audio/kernels.py", "etl/matching/"),
    "sklearn": ("etl/similarity/genre.py", "lab/matching/", "lab/bench/matching.py", "lab/evaluate/matching.py"),
    "soxr": ("etl/audio/", "lab/evaluate/features.py"),
    "sparse_dot_topn": ("lab/bench/matching.py", "lab/evaluate/matching.py"),
    "requests": ("etl/drops/download.py", "dashboards/oidc.py"),  # the latter: its errors alone
    "authlib": ("dashboards/oidc.py",),
    "implicit": ("lab/evaluate/rankers.py",),
}


@cache
def code() -> list[Path]:
    """Every Python file of the product."""
    return [file for folder in ROOMS for file in (ROOT / folder).rglob("*.py")]


@cache
def texts() -> dict[str, str]:
    """What each of them says, by its path."""
    return {file.relative_to(ROOT).as_posix(): file.read_text(encoding="utf-8") for file in code()}


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


#: A statement of SQL, by its first words.
STATEMENT = re.compile(r"\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH|MERGE INTO|CREATE|COPY|DROP|ALTER)\s")

#: Where a statement of several lines may stand in Python, how many, and what of it is known there alone.
BUILT_AT_RUN_TIME = {
    "etl/jobs/ingest_listens.py": 1,  # the columns of a kind
    "etl/store/loads.py": 2,  # the table that is merged into, its key and its columns
    "etl/store/warehouse.py": 1,  # the table that is hashed, and its columns
}


def statements(file: Path) -> list[str]:
    """The statements of SQL in a Python file that take more than one of its lines, docstrings aside."""
    nodes = list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
    said = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    parts = {id(part) for node in nodes if isinstance(node, ast.JoinedStr) for part in node.values}
    found = []
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        elif isinstance(node, ast.JoinedStr):
            text = "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
        else:
            continue
        several = "\n" in text.strip() or node.end_lineno != node.lineno
        if several and STATEMENT.match(text) and id(node) not in said | parts:
            found.append(text)
    return found


def test_a_statement_of_several_lines_lies_in_sql() -> None:
    found = Counter({file.relative_to(ROOT).as_posix(): len(statements(file)) for file in code()})
    assert +found == BUILT_AT_RUN_TIME


def test_a_statement_is_found_whatever_way_it_is_written(tmp_path: Path) -> None:
    file = tmp_path / "holds.py"
    file.write_text(
        'def f(table):\n    """SELECT is a word\n    of this docstring."""\n'
        '    ask("SELECT 1")\n    ask("SELECT 2"\n        " FROM t")\n'
        '    ask(f"""\n        DELETE FROM {table}\n        WHERE a""")\n    ask(f"SELECT {table}")\n'
    )
    assert statements(file) == ["SELECT 2 FROM t", "\n        DELETE FROM {}\n        WHERE a"]


NO_QUESTIONS = ("migrations", "sql")  # in sql itself lies the schema as it stands
QUESTIONS = [file for file in sorted((ROOT / "sql").rglob("*.sql")) if file.parent.name not in NO_QUESTIONS]


@pytest.mark.parametrize("file", QUESTIONS, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_a_file_of_sql_says_who_asks_it_and_they_alone_do(file: Path) -> None:
    header = " ".join(line[2:].strip() for line in file.read_text(encoding="utf-8").splitlines() if line[:2] == "--")
    asks = re.findall(r"[a-z_]+(?:/[a-z_]+)+\.py", header.lower().partition("asked by ")[2])
    assert asks, "its header does not say 'Asked by' and a file"
    folder = "(queries/)?" if file.parent.name == "queries" else f"{file.parent.name}/"
    name = rf"""["']{folder}{file.stem}(\.sql)?["']"""
    if file.parent.name == "queries" and "_" not in file.stem:  # one word by itself may be other things, too
        name = rf"""\bsql\({name}|["']queries/{file.stem}\b"""
    assert {one for one, text in texts().items() if re.search(name, text)} == set(asks)
