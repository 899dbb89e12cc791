"""What ``overtone bench`` runs: costs in CPU seconds and ratios, A and B in turns in one process."""

import platform
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured cost, and what it is held against."""

    name: str
    value: float
    unit: str
    versus: str
    ratio: float  #: value over that of ``versus``, measured in the same turns
    n: int  #: how many turns
    machine: str = f"{platform.machine()} {platform.system()}, Python {platform.python_version()}"
