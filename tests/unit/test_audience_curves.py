"""Whether one country's listeners get further: right where there is no noise, and seldom "different" in vain."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from lifelines.statistics import logrank_test
from scipy.stats import kstest

from etl.audience.curves import SURE, Heard, holm, log_rank, together

#: How likely a listen ends in each tenth of a song, given that it got there.
LEAVE = np.array([0.3, 0.05, 0.04, 0.05, 0.06, 0.04, 0.04, 0.1, 0.04, 0.04])


def tenths(rng, people, leave=LEAVE):
    """In which tenth each person leaves, 10 for those who finish."""
    leaves = rng.random((people, 10)) < leave
    return np.where(leaves.any(axis=1), leaves.argmax(axis=1), 10)


def heard(ends, error=0.0):
    """The histogram of some people."""
    return Heard(np.bincount(ends, minlength=11).tolist(), error)


def test_the_p_value_is_that_of_lifelines_where_there_is_no_noise():
    rng = np.random.default_rng(1)
    here, others = tenths(rng, 180, LEAVE * 1.25), tenths(rng, 700)
    theirs = logrank_test(here + 1, others + 1, event_observed_A=here < 10, event_observed_B=others < 10)
    assert log_rank(heard(here), heard(others)) == pytest.approx(theirs.p_value, rel=1e-9)
    assert theirs.p_value < 0.05


def test_p_values_are_uniform_where_nothing_differs():
    rng = np.random.default_rng(2)
    p_values = [log_rank(heard(tenths(rng, 300)), heard(tenths(rng, 900))) for _ in range(800)]
    assert kstest(p_values, "uniform").pvalue > 0.01


def told(rng, ends, error):
    """The histogram of some people with noise, of whose number there is half as much (etl/audience/people.py)."""
    bins = np.bincount(ends, minlength=11) + np.rint(rng.normal(0, error, 11))
    return Heard((bins + (len(ends) + round(rng.normal(0, error / 2)) - bins.sum()) / 11).tolist(), error)


def family(rng, countries=8, people=120, leave=LEAVE, error=6.6):
    """Corrected p-values of countries beside all others; ``leave`` is that of the first one."""
    sizes = people if isinstance(people, tuple) else (people,) * countries
    parts = [told(rng, tenths(rng, size, LEAVE if place else leave), error) for place, size in enumerate(sizes)]
    others = [together([one for one in parts if one is not part]) for part in parts]
    return holm([log_rank(part, rest) for part, rest in zip(parts, others, strict=True)])


def test_equal_countries_are_called_different_in_at_most_5_of_100_charts():
    rng = np.random.default_rng(3)
    for people in (60, 400, (300, 120, 60, 40, 30, 25, 22, 20)):
        wrong = [min(family(rng, people=people)) < SURE for _ in range(800)]
        assert np.mean(wrong) <= 0.05


def test_a_country_that_leaves_later_is_told_from_the_others():
    rng = np.random.default_rng(4)
    found = [family(rng, people=400, leave=LEAVE * 0.6) for _ in range(10)]
    assert np.mean([p_values[0] < 0.05 for p_values in found]) >= 0.9


def test_without_the_allowance_for_noise_equal_countries_would_look_different():
    rng = np.random.default_rng(5)
    wrong = 0
    for _ in range(60):
        parts = [replace(told(rng, tenths(rng, 60), 6.6), error=0.0) for _ in range(8)]
        others = [together([one for one in parts if one is not part]) for part in parts]
        wrong += min(holm([log_rank(part, rest) for part, rest in zip(parts, others, strict=True)])) < 0.05
    assert wrong / 60 > 0.1


@pytest.mark.parametrize(("people", "error"), [(80, 6.6), (500, 6.6), (500, 12.8), (5000, 6.6)])
def test_the_band_holds_the_truth(people, error):
    rng, truth = np.random.default_rng(6), np.cumprod([1, *(1 - LEAVE)])
    hits = []
    for _ in range(400):
        line = told(rng, tenths(rng, people), error).points
        assert all(0 <= low <= share <= high <= 1 for share, low, high in line)
        assert all(a[0] >= b[0] for a, b in pairwise(line))
        hits += [low <= true <= high for (_, low, high), true in zip(line[1:], truth[1:], strict=True)]
    assert 0.92 <= np.mean(hits) <= 0.99


def test_holm_multiplies_the_smallest_by_how_many_there_are():
    assert holm([0.01, 0.5, 0.02]) == [0.03, 0.5, 0.04]
    assert holm([]) == []


def test_groups_that_nobody_leaves_are_alike():
    stay, leave = [0] * 10 + [50], [100] + [0] * 10
    assert log_rank(Heard(stay, 0), Heard([0] * 10 + [500], 0)) == 1.0
    assert log_rank(Heard([-3] * 11, 6.6), Heard(stay, 6.6)) == 1.0
    assert Heard(stay, 0).mean == 1.0
    assert Heard(leave, 0).mean == pytest.approx(0.05)
