"""The map is true: what Markdown and comments name is there; ARCHITECTURE.md tells all jobs, tables and rooms."""

import re
import subprocess
from pathlib import Path

import pytest

from etl.jobs import JOBS

ROOT = Path(__file__).parent.parent
ROOMS = ("dags", "dashboards", "docker", "docs", "etl", "lab", "overtone", "plugins", "sql", "tests")
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
TRACKED = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
MARKDOWN = [name for name in TRACKED if name.endswith(".md")]
#: Where comments name files. A migration is never edited: its paths are of its day.
COMMENTED = [
    name for name in TRACKED if name.endswith((".py", ".sql", ".js", ".css")) and not name.startswith("sql/migrations/")
]

#: What a command makes, and an example.
MADE = {"docker/.env", "tests/unit/test_x.py"}

#: A path from the root, perhaps with a part that stands for any: `<name>`, NNNN, *; or a file that lies there.
PATH = re.compile(
    rf"(?<![\w./<-])(?:(?:\.ci|{'|'.join(ROOMS)})/[\w./<>*-]*[\w/>*]"
    r"|Makefile\b|build_backend\.py|[A-Z]+\.md|[\w-]+\.toml|requirements[\w*-]*\.lock)"
)
LINK = re.compile(r"\]\((?!\w+:|#)([^)#\s]+)")
#: A dotted name of ours, as prose writes it: two backticks in docstrings.
MODULE = re.compile(r"``((?:dashboards|etl|lab|overtone|plugins)\.[\w.]+)``")


def section(heading: str) -> str:
    """What stands in ARCHITECTURE.md below a heading."""
    return ARCHITECTURE.split(f"\n## {heading}\n")[1].split("\n## ")[0]


def there(path: str) -> bool:
    """Whether a path names something; parts that stand for any match any."""
    if path in MADE:
        return True
    pattern = re.sub(r"<[^>]*>|NNNN\w*", "*", path).rstrip("/")
    return any(ROOT.glob(pattern))


@pytest.mark.parametrize("name", MARKDOWN)
def test_every_path_that_markdown_names_is_there(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert [path for path in PATH.findall(text) if not there(path)] == []


@pytest.mark.parametrize("name", MARKDOWN)
def test_every_link_of_markdown_leads_somewhere(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert [link for link in LINK.findall(text) if not (ROOT / name).parent.joinpath(link).exists()] == []


def test_every_path_that_a_comment_names_is_there() -> None:
    named = {name: PATH.findall((ROOT / name).read_text(encoding="utf-8")) for name in COMMENTED}
    files = {name: [path for path in paths if path.endswith((".py", ".sql", ".md"))] for name, paths in named.items()}
    assert {name: lost for name, paths in files.items() if (lost := [path for path in paths if not there(path)])} == {}


def test_every_module_that_a_docstring_names_is_there() -> None:
    lost = {}
    for name in TRACKED:
        if name.endswith(".py"):
            for dotted in MODULE.findall((ROOT / name).read_text(encoding="utf-8")):
                parts = dotted.split(".")
                file = next(
                    file
                    for length in range(len(parts), 0, -1)
                    for stem in [ROOT.joinpath(*parts[:length])]
                    for file in [stem.with_suffix(".py"), stem / "__init__.py"]
                    if file.exists()
                )
                inside = parts[len(file.relative_to(ROOT).with_suffix("").parts) - (file.stem == "__init__") :]
                if any(word not in file.read_text(encoding="utf-8") for word in inside):
                    lost[dotted] = name
    assert lost == {}


def test_the_table_of_what_is_computed_again_tells_all_jobs_in_their_order() -> None:
    told = re.findall(r"^\| `(\w+)` \|", section("What is new, and what is computed again"), re.MULTILINE)
    assert told == list(JOBS)


def test_the_tables_told_are_those_of_the_schema() -> None:
    schema = (ROOT / "sql" / "schema.sql").read_text(encoding="utf-8").replace('"', "")  # "check" is a keyword, too
    made = re.findall(r"^CREATE (?:UNLOGGED )?TABLE (\w+\.\w+)", schema, re.MULTILINE)
    asked = re.findall(r"^CREATE FUNCTION (\w+\.\w+)", schema, re.MULTILINE)
    told = set(re.findall(r"`((?:activity|app|core|mart|ops)\.\w+)`", section("Tables"))) - set(asked)
    assert told == set(made)


def test_the_tree_shows_every_room_and_nothing_that_is_not_there() -> None:
    shown, folder = [], ""
    for line in section("The tree").split("```")[1].splitlines():
        inside, names = line.startswith("  "), re.split(r"\s{2,}", line.strip())[0].split()
        if names and not line.startswith("   "):  # more spaces: what goes on from the line above
            folder = folder if inside else names[0]
            shown += [folder + name if inside else name for name in names]
    assert [path for path in shown if not there(path)] == []
    packages = [ROOT.glob(f"{room}/*/__init__.py") for room in ("etl", "lab", "overtone")]
    rooms = {f"{file.parent.relative_to(ROOT)}/" for files in packages for file in files}
    assert (rooms | {f"{room}/" for room in ROOMS}) - set(shown) == set()


def test_the_glossary_has_the_words_of_the_design() -> None:
    words = set(re.findall(r"^\| \*([\w-]+)\*", section("Glossary"), re.MULTILINE))
    people = "creator influencer listener listen friendship"
    design = f"track sound video {people} match stated found genre sub-genre feed drop day"
    assert set(design.split()) - words == set()
