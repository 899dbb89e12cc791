"""The examples in docstrings say what the code does."""

import doctest
import importlib

import pytest

from etl.settings import CHECKOUT

WITH_EXAMPLES = [
    ".".join(file.relative_to(CHECKOUT).with_suffix("").parts).removesuffix(".__init__")
    for folder in ("etl", "lab", "overtone", "dashboards", "plugins")
    for file in sorted((CHECKOUT / folder).rglob("*.py"))
    if ">>> " in file.read_text(encoding="utf-8")
]


@pytest.mark.parametrize("module", WITH_EXAMPLES)
def test_the_examples_of_a_module_hold(module: str) -> None:
    done = doctest.testmod(importlib.import_module(module))  # what differs is printed
    assert done.attempted > 0
    assert done.failed == 0
