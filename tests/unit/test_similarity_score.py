import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.similarity.score import USUAL, Calibration, calibrate, pairs_of_one, pairs_of_two, score, words

CURVES = st.builds(Calibration, st.floats(-5, 5), st.floats(0.1, 5))


@given(CURVES, st.floats(-1, 1), st.floats(-1, 1))
def test_nearer_never_scores_less_and_all_scores_lie_between_0_and_1(curve, one, other):
    low, high = score(curve, min(one, other)), score(curve, max(one, other))
    assert 0 <= low <= high <= 1


@given(CURVES, st.floats(-1, 0.98))
def test_only_nearly_the_same_sound_scores_1(curve, cosine):
    assert f"{score(curve, cosine):.2f}" != "1.00"
    assert score(curve, 1.0) == 1


def test_the_usual_curve_by_eye():
    shown = [f"{each:.2f}" for each in score(Calibration(), np.array([-1, 0, 0.2, 0.5, 0.7, 0.9, 0.98, 0.99, 1]))]
    assert shown == ["0.00", "0.40", "0.56", "0.80", "0.91", "0.99", "0.99", "0.99", "1.00"]


@pytest.mark.parametrize(
    ("value", "word"),
    [
        (1.0, "very close"),
        (0.9, "very close"),
        (0.89, "close"),
        (0.75, "close"),
        (0.5, "loose"),
        (0.49, "far"),
        (0, "far"),
    ],
)
def test_words_for_scores(value, word):
    assert words(value) == word


def test_pairs_by_one_artist_and_by_two():
    artists = np.array(["a", "b", "a", "c", "a"])
    one, other, artist = pairs_of_one(artists)
    assert set(zip(one, other, strict=True)) == {(0, 2), (0, 4), (2, 4)}
    assert len(set(artist)) == 1
    first, second = pairs_of_two(artists)
    assert len(first)
    assert (artists[first] != artists[second]).all()


def test_nothing_to_fit_on_gives_the_usual_curve():
    assert calibrate(np.empty(0), np.empty(0), np.array([0.1])) == Calibration(*USUAL)


def test_a_score_comes_true():
    rng = np.random.default_rng(0)
    one, two = np.tanh(rng.normal(0.9, 0.5, 4000)), np.tanh(rng.normal(0, 0.5, 4000))
    curve = calibrate(one, np.arange(4000), two)
    # two normal distributions of equal width: the logarithm of their ratio is a line, and 2 artanh is the curve's term
    assert curve.slope == pytest.approx(0.9 / 0.25 / 2, rel=0.05)
    said = score(curve, np.concatenate([one, two]))
    happened = np.arange(8000) < 4000
    for low in (0.1, 0.3, 0.5, 0.7):
        inside = (said >= low) & (said < low + 0.2)
        assert happened[inside].mean() == pytest.approx(said[inside].mean(), abs=0.04)


def test_one_artist_hardly_moves_the_curve():
    curve = calibrate(np.full(10, 0.99), np.zeros(10), np.full(100, 0.0))
    assert curve.slope == pytest.approx(USUAL[1], abs=0.3)
