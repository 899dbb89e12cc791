import numpy as np
import pytest

from etl.audio.features import FEATURE_NAMES, MOMENTS
from etl.similarity.parts import DERIVED, NAMES, PARTS, SLICES, derive, join, unit

RAW = np.random.default_rng(5).normal(3, 2, (4, 245))
CHROMA = [[FEATURE_NAMES.index(f"chroma_stft_{moment}_{number:02d}") for number in range(1, 13)] for moment in MOMENTS]


def test_the_numbers_are_those_of_the_extractor():
    assert tuple(NAMES) == FEATURE_NAMES


def test_every_number_of_the_209_has_one_part():
    assert {part: place.stop - place.start for part, place in SLICES.items()} == {
        "timbre": 114,
        "rhythm": 34,
        "harmony": 49,
        "brightness": 12,
    }
    assert derive(RAW).shape == (4, DERIVED) == (4, 209)
    assert sum(PARTS.values()) == pytest.approx(1)


def test_a_song_in_another_key_has_the_same_harmony():
    transposed = RAW.copy()
    for columns in CHROMA:
        transposed[:, columns] = np.roll(RAW[:, columns], 5, axis=1)
    np.testing.assert_allclose(derive(transposed), derive(RAW), atol=1e-9)


def test_a_louder_copy_has_the_same_numbers():
    louder = RAW.copy()
    for moment in ("mean", "median", "min", "max"):
        louder[:, FEATURE_NAMES.index(f"mfcc_{moment}_01")] += 68  # 6 dB in all 128 bands
    np.testing.assert_allclose(derive(louder), derive(RAW), atol=1e-9)


def test_other_pitches_in_the_chord_are_another_harmony():
    other = RAW.copy()
    other[:, CHROMA[0]] = np.sort(RAW[:, CHROMA[0]], axis=1)
    place = SLICES["harmony"]
    assert np.abs(derive(other)[:, place] - derive(RAW)[:, place]).max() > 0.1


def test_joined_parts_have_the_length_of_their_shares():
    joined = join(derive(RAW))
    for part, share in PARTS.items():
        np.testing.assert_allclose((joined[:, SLICES[part]] ** 2).sum(axis=1), share)


def test_what_has_no_direction_points_the_same_way_everywhere():
    assert unit(np.array([[0.0, 0, 0, 0], [3, 0, 0, 4]])).tolist() == [[0.5] * 4, [0.6, 0, 0, 0.8]]
