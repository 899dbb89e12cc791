import numpy as np
import pytest

from etl.similarity.scaler import CLIP, Scaler, fit, transform

ROWS = np.random.default_rng(3).normal(5, [1, 100, 0.01], (200, 3)).astype(np.float32)


def cosine(a: np.ndarray, b: np.ndarray) -> float:
    return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))


def test_each_number_is_centred_and_has_unit_spread():
    vectors = transform(fit(ROWS), ROWS)
    np.testing.assert_allclose(vectors.mean(axis=0), 0, atol=1e-4)
    np.testing.assert_allclose(vectors.std(axis=0), 1, atol=1e-3)
    assert vectors.dtype == np.float32


def test_a_small_archive_by_eye():
    scaler = fit(np.array([[1, 10, 7], [3, 30, 7]], np.float32))
    assert scaler.centre.tolist() == [2, 20, 7]
    assert scaler.scale.tolist() == [1, 10, 1]
    assert transform(scaler, np.array([[4, 15, 9]], np.float32)).tolist() == [[2, -0.5, 2]]


def test_an_outlier_counts_five_standard_deviations_and_no_more():
    scaler = Scaler("made", np.zeros(3, np.float32), np.ones(3, np.float32))
    assert transform(scaler, np.array([[9.0, -1e6, 4]])).tolist() == [[CLIP, -CLIP, 4]]
    assert CLIP == 5


def test_the_version_is_that_of_the_numbers():
    assert fit(ROWS).version == fit(ROWS.copy()).version
    assert fit(ROWS).version != fit(ROWS[1:]).version
    assert fit(ROWS).version.startswith("z-")


def test_the_order_of_the_tracks_does_not_change_the_version():
    shuffled = [fit(np.random.default_rng(seed).permutation(ROWS)).version for seed in range(5)]
    assert set(shuffled) == {fit(ROWS).version}


def test_a_scaler_comes_back_from_real_columns_as_it_went():
    scaler = fit(ROWS)
    stored = Scaler(scaler.version, *(np.array(list(map(float, a)), np.float32) for a in (scaler.centre, scaler.scale)))
    np.testing.assert_array_equal(transform(stored, ROWS), transform(scaler, ROWS))


def test_rounding_is_not_blown_up_to_a_difference():
    rows = np.ones((50, 2), np.float32)
    rows[0, 0] = np.nextafter(np.float32(1), np.float32(0))
    rows[0, 1] = 2
    assert np.abs(transform(fit(rows), rows)[:, 0]).max() < 1e-6


def test_the_only_track_is_found_as_identical_to_itself():
    vectors = transform(fit(ROWS[:1]), ROWS[:1])
    assert cosine(vectors[0], vectors[0]) == pytest.approx(1)


def test_identical_tracks_are_found_as_identical():
    rows = np.repeat(ROWS[:1], 3, axis=0)
    vectors = transform(fit(rows), rows)
    assert vectors.tolist() == [[1, 1, 1]] * 3
    assert cosine(vectors[0], vectors[2]) == pytest.approx(1)


def test_another_song_than_the_only_track_has_a_finite_cosine():
    scaler = fit(ROWS[:1])
    assert -1 <= cosine(transform(scaler, ROWS[:1])[0], transform(scaler, ROWS[1:2])[0]) <= 1


def test_no_track_is_no_archive():
    with pytest.raises(ValueError, match="at least one track"):
        fit(np.empty((0, 245), np.float32))
