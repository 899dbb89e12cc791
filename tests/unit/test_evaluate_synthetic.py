from pathlib import Path

import pytest

from lab.evaluate.synthetic import TARGETS, hetrec, run


def test_the_report_holds_each_figure_against_its_target_and_says_what_is_missing() -> None:
    report = run(None)
    by_name = {figure.name.removeprefix("synthetic."): figure for figure in report.figures}
    for name, (target, _) in TARGETS.items():
        assert by_name[name].ratio == pytest.approx(by_name[name].value / target)
        assert by_name[name].met
    assert by_name["heard_by_friends"].value > 2 * by_name["heard_by_strangers"].value
    assert "is not here" in report.about
    assert 0.02 < by_name["brought_by_posts"].value < 0.15
    assert by_name["again"].value < 0.06
    assert by_name["day_after_1"].value > by_name["day_after_7"].value > 0.02
    assert [plot.name for plot in report.plots] == ["synthetic-how-far", "synthetic-zipf", "synthetic-days"]


def test_hetrec_is_where_the_targets_come_from(real_data: Path) -> None:
    real = hetrec(real_data)
    assert real is not None
    measured = real.measure()
    assert measured["taste_of_friends"][0] == pytest.approx(0.609, abs=0.002)
    assert measured["taste_of_strangers"][0] == pytest.approx(0.225, abs=0.002)
    assert measured["clustering"] == (pytest.approx(0.1865, abs=0.0005), 1892)
    assert measured["zipf_slope"] == (pytest.approx(-0.928, abs=0.001), 5000)
