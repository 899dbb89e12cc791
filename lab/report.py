"""Show and keep the reports of bench and evaluate: tables, JSON lines, and the pages with plots of ``docs/quality``."""

import dataclasses
from collections.abc import Iterable
from math import isfinite
from pathlib import Path
from typing import Any

from etl.console import out, print_json, print_table
from lab.figures import Figure, Plot, Report

#: Matplotlib's settings for every plot: one look, text as text, the same bytes for the same numbers.
STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "overtone",
    "figure.figsize": (7.2, 4.0),
    "figure.constrained_layout.use": True,
    "font.size": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#e3e3e8",
    "axes.axisbelow": True,
}
COLOURS = ("#5b5bd6", "#0f8f7e", "#c4570c", "#a8326e", "#6b7280", "#2f6fb2")
VERDICTS = {True: "reached", False: "**missed**", None: ""}


def show(report: Report, as_json: bool) -> None:
    """Print a report's figures: a table, or one JSON object a line."""
    if as_json:
        for figure in report.figures:
            print_json(as_object(figure))
        return
    print_table(
        report.title,
        ("figure", "value", "unit", "ratio", "versus", "n", "goal", ""),
        [(*_cells(one), {True: "reached", False: "missed", None: ""}[one.met]) for one in report.figures],
    )
    out.print()


def as_object(figure: Figure) -> dict[str, object]:
    """A figure as JSON has it: its fields, the goal in words, and whether it is met."""
    fields = dataclasses.asdict(figure)
    fields |= {name: None for name in ("value", "ratio") if fields[name] is not None and not isfinite(fields[name])}
    return {**fields, "goal": str(figure.goal) if figure.goal else None, "met": figure.met}


def write(report: Report, command: str, folder: Path) -> Path:
    """Write a report as a page named for its command, with its plots beside it, and return the page."""
    name = "-".join(command.split()[:2])
    folder.mkdir(parents=True, exist_ok=True)
    lines = [f"# {report.title}", "", report.about.strip(), "", *_table(report.figures)]
    for plot in report.plots:
        picture = folder / f"{plot.name}.svg"
        _draw(plot, picture)
        lines += ["", f"![{plot.caption}]({picture.name})", "", f"*{plot.caption}*"]
    machines = sorted({figure.machine for figure in report.figures})
    lines += ["", f"Measured on {'; '.join(machines)}, by `overtone {command}`.", ""]
    page = folder / f"{name}.md"
    page.write_text("\n".join(lines), encoding="utf-8")
    return page


def _cells(one: Figure) -> tuple[str, ...]:
    ratio = "" if one.ratio is None else _number(one.ratio)
    return one.name, _number(one.value), one.unit, ratio, one.versus, f"{one.n:,}", str(one.goal or "")


def _number(value: float) -> str:
    """Three to four digits that count: 0.985, 12.3, 106,574."""
    if not isfinite(value):
        return "–"
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) < 0.1 else f"{value:.3f}" if abs(value) < 10 else f"{value:.1f}"


def _table(figures: Iterable[Figure]) -> list[str]:
    rows = [
        "| figure | value | unit | ratio | versus | n | goal | |",
        "|---|---:|---|---:|---|---:|---|---|",
    ]
    for one in figures:
        cells = (*_cells(one), VERDICTS[one.met])
        rows.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return rows


def _draw(plot: Plot, path: Path) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    with mpl.rc_context({**STYLE, "axes.prop_cycle": pyplot.cycler(color=COLOURS)}):
        figure, axes = pyplot.subplots()
        plot.draw(axes)
        figure.savefig(path, metadata={"Date": None})
        pyplot.close(figure)
