"""The bench of similarity runs on a server of its own and says what it found."""

import tempfile

import numpy as np
import pytest

from lab.bench import archive, similarity
from lab.bench.archive import dimension, make_archive


def test_the_bench_reaches_its_recall_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    monkeypatch.setattr(similarity, "QUICK", ("Blues", "Rock"))
    monkeypatch.setattr(similarity, "FMA", {"Rock": 1_500, "Blues": 8})
    for module in (archive, similarity):
        monkeypatch.setattr(module, "QUERIES", 10)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    report = similarity.run(full=False, data=None)
    figures = {figure.name: figure for figure in report.figures}
    assert figures["similarity.recall"].met
    assert figures["similarity.recall.all"].met
    assert figures["similarity.recall"].n == 20
    assert "1,500 tracks, index" in figures["similarity.search.rock"].unit
    assert "8 tracks, exact, recall@10 1.0000" in figures["similarity.search.blues"].unit
    assert all(np.isfinite(figure.value) for figure in report.figures)
    assert list(tmp_path.iterdir()) == []


def test_the_dimension_of_a_neighbourhood_is_that_of_what_it_lies_in() -> None:
    rng = np.random.default_rng(1)
    for dimensions in (2, 6):
        flat = rng.standard_normal((1500, dimensions + 1)) @ rng.standard_normal((dimensions + 1, 50))
        assert dimension(flat) == pytest.approx(dimensions, rel=0.15)


def test_made_archives_are_the_same_for_the_same_seed_and_ask_about_tracks_that_are_not_stored() -> None:
    one, other = (make_archive({"Rock": 50, "Blues": 5}, np.random.default_rng(7)) for _ in range(2))
    np.testing.assert_array_equal(one.features, other.features)
    assert (one.genres == "Rock").sum() - (one.asked & (one.genres == "Rock")).sum() == 50
    assert not (one.asked & one.late).any()
    assert np.abs(one.features).max() <= 5
