"""Whether one country's listeners get further: right on raw listens, and seldom "different" in vain."""

import numpy as np
import pytest
from lifelines.statistics import logrank_test
from scipy.stats import kstest

from etl.audience.curves import Heard, holm, log_rank, mean_heard

#: How likely a listen ends in each tenth of a song, given that it got there.
LEAVE = np.array([0.3, 0.05, 0.04, 0.05, 0.06, 0.04, 0.04, 0.1, 0.04, 0.04])


def tenths(rng, listens, leave=LEAVE, person=None):
    """In which tenth each listen ends, 10 for those that are finished; ``person`` leaves more or less likely."""
    odds = leave / (1 - leave) * (1.0 if person is None else np.exp(person)[:, None])
    leaves = rng.random((listens, 10)) < odds / (1 + odds)
    return np.where(leaves.any(axis=1), leaves.argmax(axis=1), 10)


def heard(ends, listeners=None, cells=0):
    """The counts of some listens; as they are published, if they are the sum of cells."""
    reached = [len(ends), *(int((ends >= place).sum()) for place in range(1, 11))]
    return Heard(reached, listeners or len(ends), cells)


def test_the_p_value_is_that_of_lifelines_on_raw_listens():
    rng = np.random.default_rng(1)
    here, others = tenths(rng, 180, LEAVE * 1.25), tenths(rng, 700)
    theirs = logrank_test(here + 1, others + 1, event_observed_A=here < 10, event_observed_B=others < 10)
    assert log_rank(heard(here), heard(others)) == pytest.approx(theirs.p_value, rel=1e-9)
    assert theirs.p_value < 0.05


def test_p_values_are_uniform_where_nothing_differs():
    rng = np.random.default_rng(2)
    p_values = [log_rank(heard(tenths(rng, 300)), heard(tenths(rng, 900))) for _ in range(800)]
    assert kstest(p_values, "uniform").pvalue > 0.01


def crowd(rng, people, uneven=1.0, apart=0.45, leave=LEAVE):
    """Listens of people who listen unevenly often and differ in how soon they leave: (person, tenth)."""
    often = np.maximum(1, np.rint(rng.lognormal(1.0, uneven, people))).astype(int)
    person = np.repeat(np.arange(people), often)
    return person, tenths(rng, len(person), leave, (rng.normal(0, apart, people))[person])


def as_published(rng, ends, people, weeks=4):
    """Counts of listens that are spread over weeks, each week's in tens by a rule that is fair on average."""
    reached = np.zeros(11, int)
    for week in np.array_split(rng.permutation(ends), weeks):
        exact = np.array(heard(week).reached)
        reached += np.r_[exact[0], np.minimum(exact[0], (exact[1:] + rng.integers(10)) // 10 * 10)]
    return Heard(reached.tolist(), people, weeks)


def family(rng, countries=8, people=120, leave=LEAVE):
    """Corrected p-values of countries beside all others; ``leave`` is that of the first one."""
    groups = [crowd(rng, people, leave=leave if place == 0 else LEAVE)[1] for place in range(countries)]
    whole = as_published(rng, np.concatenate(groups), people * countries)
    parts = [as_published(rng, ends, people) for ends in groups]
    return holm([log_rank(part, whole.without(part)) for part in parts])


def test_equal_countries_are_called_different_in_at_most_5_of_100_charts():
    rng = np.random.default_rng(3)
    wrong = [min(family(rng)) < 0.05 for _ in range(150)]
    assert np.mean(wrong) <= 0.05


def test_a_country_that_leaves_later_is_told_from_the_others():
    rng = np.random.default_rng(4)
    found = [family(rng, people=400, leave=LEAVE * 0.6) for _ in range(10)]
    assert np.mean([p_values[0] < 0.05 for p_values in found]) >= 0.9


def test_without_the_allowance_for_people_equal_countries_would_look_different():
    rng = np.random.default_rng(5)
    wrong = 0
    for _ in range(60):
        groups = [heard(crowd(rng, 120)[1]) for _ in range(8)]
        whole = Heard(np.sum([one.reached for one in groups], axis=0).tolist(), 10**9)
        wrong += min(holm([log_rank(one, whole.without(one)) for one in groups])) < 0.05
    assert wrong / 60 > 0.1


def test_holm_multiplies_the_smallest_by_how_many_there_are():
    assert holm([0.01, 0.5, 0.02]) == [0.03, 0.5, 0.04]
    assert holm([]) == []


def test_what_may_not_be_shown_at_the_end_is_not_compared():
    here, others = Heard([100, 60, 50], 100), Heard([900, 540, 450, 300, 200, 150, 100, 90, 80, 70, 60], 900)
    assert log_rank(here, others) == 1.0
    assert others.without(here).reached == [800, 480, 400]


def test_groups_that_nobody_leaves_are_alike():
    assert log_rank(Heard([50] * 11, 50), Heard([500] * 11, 500)) == 1.0
    assert mean_heard(Heard([50] * 11, 50)) == 1.0
    assert mean_heard(Heard([100, *[0] * 10], 100)) == pytest.approx(0.05)
