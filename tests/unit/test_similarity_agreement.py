from itertools import pairwise

import numpy as np
import pytest

from etl.similarity.agreement import PLACES, QUANTILES, SHOWN, Agreement, adds, agreement, in_words, spreads
from etl.similarity.parts import unit

VECTORS = unit(np.random.default_rng(4).normal(size=(60, 245)))
SPREAD = {part: (2 * QUANTILES - 1).astype(np.float32) for part in SHOWN}


def test_what_the_parts_add_sums_to_the_cosine():
    for one, other in pairwise(VECTORS):
        assert sum(adds(one, other).values()) == pytest.approx(float(one @ other), abs=1e-12)


def test_every_number_of_a_vector_belongs_to_one_part():
    assert sorted(at for place in PLACES.values() for at in range(245)[place]) == list(range(245))


def test_closeness_is_the_share_of_pairs_that_are_farther():
    one, other = VECTORS[:30], VECTORS[30:]
    spread = spreads(one, other)
    closeness = [
        {each.part: each.closeness for each in agreement(spread, a, b)}["timbre"]
        for a, b in zip(one, other, strict=True)
    ]
    assert sorted(closeness) == pytest.approx(np.linspace(0, 1, 30), abs=0.01)


def test_the_closest_part_comes_first():
    found = agreement(spreads(VECTORS[:30], VECTORS[30:]), VECTORS[0], VECTORS[1])
    assert [each.closeness for each in found] == sorted((each.closeness for each in found), reverse=True)
    assert {each.part for each in found} == {"timbre", "rhythm", "harmony", "brightness"}


def parts(**closeness):
    return sorted((Agreement(part, value, 0) for part, value in closeness.items()), key=lambda each: -each.closeness)


def bright(value):
    vector = np.zeros(245)
    vector[PLACES["brightness"]] = value
    return vector


def test_in_words():
    far = parts(timbre=0.97, harmony=0.9, rhythm=0.7, brightness=0.1)
    assert in_words(far, bright(-0.1), bright(0.1)) == "Closest in timbre and harmony; brighter than yours."
    assert in_words(far, bright(0.1), bright(-0.1)) == "Closest in timbre and harmony; darker than yours."
    assert in_words(far, bright(0.1), bright(0.1)) == "Closest in timbre and harmony; apart in brightness."
    apart = parts(timbre=0.97, harmony=0.2, rhythm=0.7, brightness=0.6)
    assert in_words(apart, bright(0.1), bright(0.1)) == "Closest in timbre; apart in harmony."
    nothing = parts(timbre=0.4, harmony=0.3, rhythm=0.2, brightness=0.1)
    assert in_words(nothing, bright(-0.1), bright(0.1)) == "Closest in timbre; brighter than yours."
    same = parts(timbre=1.0, harmony=0.99, rhythm=0.96, brightness=1.0)
    assert in_words(same, bright(0.1), bright(0.1)) == "Close in timbre, rhythm, harmony and brightness."
