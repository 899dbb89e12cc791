import subprocess
import sys

import numpy as np
import pytest

from etl.audio.features import FEATURE_NAMES
from etl.similarity import model
from etl.similarity.agreement import agreement
from etl.similarity.genre import MIN_LABELLED
from etl.similarity.parts import DERIVED

RNG = np.random.default_rng(6)
GENRES = np.repeat(["Blues", "Folk", "Jazz", "Rock"], 60)
ARTISTS = np.array([f"{genre} {at % 12}" for at, genre in enumerate(GENRES)])


def tracks(strength: float) -> np.ndarray:
    """240 tracks: an artist has a sound of its own, and a genre moves every third number by ``strength``."""
    artist = RNG.normal(0, 1, (48, 245))[np.unique(ARTISTS, return_inverse=True)[1]]
    genre = strength * RNG.normal(0, 1, (4, 245))[np.repeat(np.arange(4), 60)]
    genre[:, np.arange(245) % 3 > 0] = 0
    return (5 + artist + genre + RNG.normal(0, 1, (240, 245))).astype(np.float32)


TOLD = tracks(1.0)
FITTED = model.fit(TOLD, GENRES.tolist(), ARTISTS.tolist())


def test_vectors_have_245_numbers_and_length_1():
    vectors = model.transform(FITTED, TOLD)
    assert vectors.shape == (240, len(FEATURE_NAMES))
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_the_order_of_the_tracks_does_not_change_the_model():
    for seed in range(3):
        order = np.random.default_rng(seed).permutation(len(TOLD))
        again = model.fit(TOLD[order], GENRES[order].tolist(), ARTISTS[order].tolist())
        assert again.version == FITTED.version


def test_a_model_comes_back_from_its_bytes_as_it_went():
    stored = model.Model.from_bytes(FITTED.to_bytes())
    assert stored.version == FITTED.version
    np.testing.assert_array_equal(model.transform(stored, TOLD), model.transform(FITTED, TOLD))
    assert model.suggest(stored, TOLD[0]) == model.suggest(FITTED, TOLD[0])


def test_other_tracks_are_another_version():
    assert model.fit(TOLD[1:], GENRES[1:].tolist(), ARTISTS[1:].tolist()).version != FITTED.version
    assert FITTED.version.startswith("s2-")


def test_labels_that_can_be_heard_are_used():
    assert FITTED.share == pytest.approx(1 / 3)
    assert FITTED.head
    assert model.transform(FITTED, TOLD)[:, DERIVED:].any()
    assert model.suggest(FITTED, TOLD[0])[0].genre == "Blues"


def test_labels_that_cannot_be_heard_are_not_part_of_the_distance():
    deaf = model.fit(tracks(0.0), GENRES.tolist(), ARTISTS.tolist())
    assert deaf.share == 0
    assert not model.transform(deaf, TOLD)[:, DERIVED:].any()
    assert max(each.confidence for each in model.suggest(deaf, TOLD[0])) < 0.5  # it does not claim to know


def test_an_archive_without_enough_labels_suggests_nothing():
    genres = [*GENRES[: MIN_LABELLED - 1], *[None] * (240 - MIN_LABELLED + 1)]
    fitted = model.fit(TOLD, genres, ARTISTS.tolist())
    assert fitted.head is None
    assert model.suggest(fitted, TOLD[0]) == []


def test_the_only_track_and_its_twins_are_found_as_identical():
    for count in (1, 3):
        same = np.repeat(TOLD[:1], count, axis=0)
        fitted = model.fit(same, [None] * count, [""] * count)
        vectors = model.transform(fitted, same)
        np.testing.assert_allclose(vectors @ vectors.T, 1, atol=1e-6)


def test_another_song_than_the_only_track_has_a_finite_cosine():
    fitted = model.fit(TOLD[:1], [None], [""])
    assert np.isfinite(model.transform(fitted, TOLD)).all()


def test_in_an_archive_of_four_a_twin_agrees_in_every_part():
    few = model.fit(TOLD[::60], [None] * 4, ["a", "b", "c", "d"])
    vectors = model.transform(few, TOLD[::60])
    assert [each.closeness for each in agreement(few.spread, vectors[0], vectors[0])] == [1, 1, 1, 1]
    alone = model.fit(TOLD[:1], [None], ["a"])
    only = model.transform(alone, TOLD[:1])[0]
    assert min(each.closeness for each in agreement(alone.spread, only, only)) > 0.999


def test_the_maths_of_a_search_imports_neither_scikit_learn_nor_scipy(tmp_path):
    """All that ``similar_to`` and ``suggest_genre`` compute of a stored model; fitting it may import both."""
    stored, asked = tmp_path / "model.npz", tmp_path / "asked.npy"
    stored.write_bytes(FITTED.to_bytes())
    np.save(asked, TOLD[:2])
    script = f"""
import sys
import numpy as np
from etl.live import find_similar as search
model, features = search.Model.from_bytes(open({str(stored)!r}, "rb").read()), np.load({str(asked)!r})
one, other = search.transform(model, features)
likely = float(search.score(model.calibration, one @ other))
agreed = search.agreement(model.spread, one, other)
print(search.literal(one)[:1], search.words(likely), search.in_words(agreed, one, other), sep="; ")
print(search.suggest(model, features[0])[0].genre, sorted({{"scipy", "sklearn"}} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "Blues []"
