"""Distinct listeners: exact while few, near when many, the same in any order and however they are merged."""

import itertools

import numpy as np
import pytest

from etl.audience.sketches import ERROR, LISTED, distinct, listeners, merged, sketch, uncertain


def off(count: int, trials: int, weeks: int = 3) -> np.ndarray:
    """By how much of itself a count is off, of listeners who come back: each week has another half of them."""
    found = []
    for trial in range(trials):
        first = trial * 10_000_000
        parts = [
            range(first + count * at // (weeks + 1), first + count * (at + 2) // (weeks + 1)) for at in range(weeks)
        ]
        found.append(distinct(map(sketch, parts)) / count - 1)
    return np.array(found)


@pytest.mark.parametrize("count", [1, 40, 300, LISTED])
def test_few_listeners_are_counted_to_the_person(count):
    assert distinct([sketch(range(count))]) == count
    assert distinct([sketch(range(count)), sketch(range(count // 2))]) == count
    assert uncertain(count) == 0


@pytest.mark.parametrize(("count", "trials"), [(1_000, 200), (36_909, 100), (50_000, 100), (1_000_000, 12)])
def test_many_are_counted_within_two_per_cent_however_many(count, trials):
    found = off(count, trials)
    assert np.sqrt(np.mean(found**2)) <= 0.02
    assert abs(found.mean()) <= 4 * ERROR / np.sqrt(trials)
    assert uncertain(count) == ERROR


def test_how_uncertain_it_says_to_be_is_how_far_off_it_is():
    assert off(20_000, 300).std() == pytest.approx(ERROR, rel=0.2)


def test_nobody_is_none():
    assert distinct([sketch([])]) == distinct([]) == 0
    assert distinct([merged([])]) == 0


def test_the_order_of_weeks_changes_nothing():
    weeks = [sketch(range(3000)), sketch(range(2900, 3100)), sketch(range(1000, 9000)), sketch(range(5))]
    assert len({distinct(order) for order in itertools.permutations(weeks)}) == 1
    nested = {distinct([merged(order[:2]), merged(order[2:])]) for order in itertools.permutations(weeks)}
    assert nested == {distinct(weeks)}


def test_the_same_listeners_give_the_same_bytes_of_a_bounded_size():
    assert sketch(range(500)) == sketch(list(range(500)))
    assert len(sketch(range(10))) < 100
    assert len(sketch(range(1_000_000))) < 4_200
    assert len(merged([sketch(range(100_000)), sketch(range(50_000, 200_000))])) < 4_200


def test_of_one_cell_listeners_are_known_and_of_several_between_the_most_and_all():
    row = {"most_listeners": 1_000, "all_listeners": 1_010}
    assert listeners(row | {"seen": None}) == 1_010
    assert listeners(row | {"seen": [sketch(range(1_000)), sketch(range(990, 1_000))]}) in range(1_000, 1_011)
    assert listeners(row | {"seen": [sketch(range(100))]}) == 1_000
    assert listeners(row | {"seen": [sketch(range(5_000))]}) == 1_010
