import numpy as np
import pytest

from etl.similarity.quantiles import KNOTS, fit, transform

ROWS = np.random.default_rng(3).lognormal(0, [0.1, 1, 2], (500, 3))


def test_numbers_of_any_shape_become_normal():
    scaled = transform(fit(ROWS), ROWS)
    np.testing.assert_allclose(scaled.mean(axis=0), 0, atol=0.02)
    np.testing.assert_allclose(scaled.std(axis=0), 1, atol=0.03)
    assert (np.argsort(scaled[:, 2], kind="stable") == np.argsort(ROWS[:, 2], kind="stable"))[20:480].all()


def test_three_tracks_by_eye():
    scaler = fit(np.array([[10.0], [20], [90]]))
    # the points below which 1/6, 1/2 and 5/6 of a normal distribution lie; half-way between two is half-way
    np.testing.assert_allclose(
        transform(scaler, np.array([[10], [20], [90], [55]]))[:, 0], [-0.967, 0, 0.967, 0.484], atol=1e-3
    )


def test_what_is_beyond_the_archive_counts_as_its_outermost():
    scaler = fit(ROWS)
    assert np.abs(transform(scaler, np.array([[1e9, -1e9, 0]]))).max() < 2.7
    assert scaler.values.shape == (3, KNOTS)


def test_equal_numbers_get_one_point():
    scaled = transform(fit(np.array([[0.0], [1], [1], [1]])), np.array([[1.0], [0]]))[:, 0]
    np.testing.assert_allclose(scaled, [0.383, -1.15], atol=1e-3)


def test_a_number_that_is_the_same_for_all_is_nothing():
    assert not transform(fit(np.full((50, 2), 7.0)), np.array([[7.0, 9.0]])).any()


def test_rounding_is_not_spread_out_to_a_difference():
    rows = 1 + np.random.default_rng(0).normal(0, 1e-7, (50, 1))
    assert np.abs(transform(fit(rows), rows)).max() < 1e-6


def test_the_order_of_the_tracks_does_not_matter():
    shuffled = fit(np.random.default_rng(1).permutation(ROWS))
    np.testing.assert_array_equal(shuffled.values, fit(ROWS).values)


def test_no_track_is_no_archive():
    with pytest.raises(ValueError, match="at least one track"):
        fit(np.empty((0, 209)))
