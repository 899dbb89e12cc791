"""What the command line prints: tables, JSON, and errors of one line."""

import json
import tempfile
import traceback
from datetime import UTC, datetime
from typing import Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from etl.errors import OvertoneError

# A title may hold ":fire:"; what is printed is what it says.
out = Console(soft_wrap=True, emoji=False)
err = Console(stderr=True, soft_wrap=True, emoji=False)


def report(error: BaseException) -> int:
    """Say on stderr what went wrong, in one line, and return the exit code."""
    code, said = 1, str(error)
    if isinstance(error, OvertoneError):
        code = error.exit_code
    elif isinstance(error, typer.TyperException):
        code, said = error.exit_code, error.format_message().rstrip(".")
        if not said:
            return code  # a command without arguments showed its help
        context = getattr(error, "ctx", None)
        said = f"{said}. See {context.command_path if context else 'overtone'} --help"
    elif isinstance(error, typer.Abort):
        said = "nothing was entered"
    else:
        said = f"{type(error).__name__}: {said[:300]}. This is a defect of Overtone: report it with {_trace(error)}"
    err.print(Text("overtone:", style="red"), " ".join(said.splitlines()), markup=False)
    return code


def _trace(error: BaseException) -> str:
    """Keep what led to a defect, and say where."""
    text = "".join(traceback.format_exception(error))
    name = f"overtone-{datetime.now(UTC):%Y%m%dT%H%M%S}-"
    try:  # under a name that nobody else can have put there before
        with tempfile.NamedTemporaryFile(
            "w", prefix=name, suffix=".log", delete=False, encoding="utf-8", errors="backslashreplace"
        ) as file:
            file.write(text)
    except OSError:
        return text  # the disk may be full
    return file.name


def print_table(title: str, columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    """Print rows under a title, numbers aligned by digit."""
    if not rows:
        out.print(f"[bold]{title}[/bold]: none")
        return
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="dim")
    for name, cells in zip(columns, zip(*rows, strict=True), strict=True):
        numbers = any(isinstance(cell, int) for cell in cells)
        table.add_column(name, justify="right" if numbers else "left", no_wrap=True)
    for row in rows:
        table.add_row(*(f"{cell:,}" if isinstance(cell, int) else escape(str(cell)) for cell in row))
    # A figure that is cut off is no figure: where the terminal is narrower, it wraps.
    Console(width=1000, emoji=False).print(table)


def print_json(value: object) -> None:
    """Print one JSON object; days and times as ISO 8601."""
    print(json.dumps(value, default=lambda item: item.isoformat(), ensure_ascii=False))
