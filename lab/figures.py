"""Measured figures, what each should reach, and the reports that hold them: what bench and evaluate make."""

import os
import platform
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@cache
def machine() -> str:
    """What the figures are measured on: processor, cores, system, Python."""
    cpus = Path("/proc/cpuinfo")
    text = cpus.read_text() if cpus.exists() else ""
    named = next((line.split(":")[1].strip() for line in text.splitlines() if line.startswith("model name")), "")
    cores = f"{os.cpu_count()} cores"
    return f"{named or platform.machine()}, {cores}, {platform.system()}, Python {platform.python_version()}"


@dataclass(frozen=True)
class Goal:
    """What a figure should reach: of its value, or of its ratio."""

    of: Literal["value", "ratio"]
    at_least: float | None = None
    at_most: float | None = None

    def __str__(self) -> str:
        bounds = (("≥", self.at_least), ("≤", self.at_most))
        return f"{self.of} " + ", ".join(f"{sign} {bound:.4g}" for sign, bound in bounds if bound is not None)


@dataclass(frozen=True)
class Figure:
    """One measured cost or quality, and what it is held against."""

    name: str  #: dotted; begins with the name of its report
    value: float
    unit: str
    versus: str = ""  #: what the ratio is to, in words or by a figure's name
    ratio: float | None = None  #: measured in the same turns as the value
    n: int = 1  #: turns, or rows that it was measured on
    goal: Goal | None = None
    machine: str = field(default_factory=machine)

    def __post_init__(self) -> None:
        # Measurements come as numpy's numbers, which JSON does not write.
        object.__setattr__(self, "value", float(self.value))
        object.__setattr__(self, "ratio", None if self.ratio is None else float(self.ratio))
        object.__setattr__(self, "n", int(self.n))

    @property
    def met(self) -> bool | None:
        """Whether the goal is reached; None where there is none."""
        if self.goal is None:
            return None
        reached = self.value if self.goal.of == "value" else self.ratio
        if reached is None:
            return False
        low, high = self.goal.at_least, self.goal.at_most
        return (low is None or reached >= low) and (high is None or reached <= high)


@dataclass(frozen=True)
class Plot:
    """A picture of a report."""

    name: str  #: stem of its file
    caption: str  #: what one sees, in a sentence
    draw: "Callable[[Axes], None]"


@dataclass(frozen=True)
class Report:
    """What one run measured, on what, and how."""

    title: str
    about: str  #: Markdown
    figures: list[Figure]
    plots: list[Plot] = field(default_factory=list)
