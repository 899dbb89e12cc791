from dataclasses import replace

import numpy as np
import pytest

from etl.similarity import genre

RNG = np.random.default_rng(2)
LABELS = np.repeat(["Blues", "Folk", "Jazz"], 60)
ARTISTS = np.array([f"{label} {at % 6}" for at, label in enumerate(LABELS)])
#: Genres differ in two small numbers; eight large ones are noise.
VECTORS = np.hstack(
    [0.2 * np.eye(3)[np.repeat([0, 1, 2], 60)][:, :2] + RNG.normal(0, 0.1, (180, 2)), RNG.normal(0, 1, (180, 8))]
)


def test_a_head_looks_where_genres_differ():
    head = genre.fit(VECTORS, LABELS)
    strength = np.linalg.norm(head.project, axis=1)
    assert strength[:2].mean() > 3 * strength[2:].mean()
    assert head.genres == ("Blues", "Folk", "Jazz")
    assert head.project.shape == (10, 2)


def test_suggestions_are_three_and_the_likeliest_comes_first():
    head = genre.fit(VECTORS, LABELS)
    found = genre.suggest(head, np.array([0.4, -0.2, *[0.0] * 8]))
    assert found[0].genre == "Blues"
    assert sum(each.confidence for each in found) == pytest.approx(1)
    assert sorted(found, key=lambda each: -each.confidence) == found
    assert genre.suggest(None, np.zeros(10)) == []


def test_too_few_labels_teach_nothing():
    assert genre.learnable(LABELS, ARTISTS).all()
    assert not genre.learnable(LABELS[:100], ARTISTS[:100]).any()
    assert not genre.learnable(np.full(180, ""), ARTISTS).any()
    assert not genre.learnable(np.full(180, "Folk"), ARTISTS).any()  # one genre differs from nothing


def test_a_genre_by_two_artists_is_left_out():
    labels = np.where(np.isin(ARTISTS, ["Jazz 0", "Jazz 1"]), "Spoken", LABELS)
    assert genre.learnable(labels, ARTISTS).tolist() == (labels != "Spoken").tolist()


def test_an_artist_is_in_one_fold_and_each_genre_in_all():
    fold = genre.folds(LABELS, ARTISTS)
    for artist in set(ARTISTS):
        assert len(set(fold[artist == ARTISTS])) == 1
    for label in set(LABELS):
        assert set(fold[label == LABELS]) == {0, 1, 2, 3, 4}
    assert genre.can_be_checked(LABELS, fold)


def test_nothing_is_known_from_its_own_fold():
    """Labels that say nothing beyond the artist: a head that has seen neither does not find them."""
    labels = np.array([["a", "b"][hash_ % 2] for hash_ in RNG.integers(0, 1000, 60)]).repeat(3)
    artists = np.arange(60).repeat(3).astype(str)
    vectors = RNG.normal(size=(60, 20)).repeat(3, axis=0) + RNG.normal(0, 0.05, (180, 20))
    cosines = genre.unseen(vectors, labels, genre.folds(labels, artists))
    apart = artists[:, None] != artists
    same = labels[:, None] == labels
    assert cosines[apart & same].mean() - cosines[apart & ~same].mean() < 0.1
    own = genre.directions(genre.fit(vectors, labels), vectors)
    seen = own @ own.T
    assert seen[apart & same].mean() - seen[apart & ~same].mean() > 0.5


def test_confidence_is_what_comes_true_for_artists_never_seen():
    fold = genre.folds(LABELS, ARTISTS)
    sharp = genre.sharpness(VECTORS, LABELS, fold)
    said, right = [], []
    for tested, head in genre.out_of_fold(VECTORS, LABELS, fold):
        likely = genre.probabilities(replace(head, sharpness=sharp), VECTORS[tested])
        said.append(likely.max(axis=1))
        right.append(np.array(head.genres)[likely.argmax(axis=1)] == LABELS[tested])
    assert abs(np.concatenate(said).mean() - np.concatenate(right).mean()) < 0.05
