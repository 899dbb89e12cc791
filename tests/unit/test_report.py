import json
from pathlib import Path

import numpy as np
import pytest

from lab.figures import Figure, Goal, Plot, Report
from lab.report import show, write

REPORT = Report(
    "Cost of tea",
    "Ten cups, in turns with coffee.",
    [
        Figure("tea.brew", 12.34, "CPU s a cup", "coffee.brew", 0.8, 10, Goal("ratio", at_most=1), machine="kettle"),
        Figure("tea.taste", 0.5, "share", n=3, goal=Goal("value", at_least=0.9), machine="kettle"),
        Figure("tea.cups", 106_574, "cups", machine="kettle"),
    ],
    [Plot("tea", "Tea gets cold.", lambda axes: axes.plot([0, 1], [1, 0]))],
)


def test_a_goal_is_of_the_value_or_of_the_ratio() -> None:
    assert [figure.met for figure in REPORT.figures] == [True, False, None]
    assert str(Goal("value", 0.9, 1.1)) == "value ≥ 0.9, ≤ 1.1"
    assert Figure("x", 1, "s", goal=Goal("ratio", at_least=0)).met is False  # a ratio that was not measured


def test_json_is_one_object_a_figure(capsys: pytest.CaptureFixture[str]) -> None:
    show(REPORT, as_json=True)
    brew, taste, cups = map(json.loads, capsys.readouterr().out.splitlines())
    assert brew == {
        "name": "tea.brew",
        "value": 12.34,
        "unit": "CPU s a cup",
        "versus": "coffee.brew",
        "ratio": 0.8,
        "n": 10,
        "goal": "ratio ≤ 1",
        "machine": "kettle",
        "met": True,
    }
    assert (taste["met"], taste["ratio"]) == (False, None)
    assert (cups["goal"], cups["met"]) == (None, None)


def test_numbers_of_numpy_are_written_as_any_other(capsys: pytest.CaptureFixture[str]) -> None:
    goal = Goal("ratio", at_least=0.5)
    figure = Figure("tea.heat", np.float32(0.5), "share", "x", np.float64(0.25), np.int64(4), goal)
    show(Report("Tea", "", [figure]), as_json=True)
    written = json.loads(capsys.readouterr().out)
    assert (written["value"], written["ratio"], written["n"], written["met"]) == (0.5, 0.25, 4, False)


def test_what_could_not_be_measured_is_null_and_a_dash(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    report = Report("Tea", "", [Figure("tea.heat", float("nan"), "share")])
    show(report, as_json=True)
    assert json.loads(capsys.readouterr().out)["value"] is None
    assert "| tea.heat | – |" in write(report, "bench tea", tmp_path).read_text()


def test_a_page_has_the_table_the_plots_and_says_what_is_missed(tmp_path: Path) -> None:
    page = write(REPORT, "bench tea", tmp_path / "new").read_text()
    assert "| tea.brew | 12.3 | CPU s a cup | 0.800 | coffee.brew | 10 | ratio ≤ 1 | reached |" in page
    assert "| tea.taste | 0.500 | share |  |  | 3 | value ≥ 0.9 | **missed** |" in page
    assert "| tea.cups | 106,574 |" in page
    assert "![Tea gets cold.](tea.svg)" in page
    assert "Measured on kettle, by `overtone bench tea`." in page
    picture = (tmp_path / "new" / "tea.svg").read_bytes()
    assert write(REPORT, "bench tea --full", tmp_path / "new").name == "bench-tea.md"
    assert (tmp_path / "new" / "tea.svg").read_bytes() == picture
