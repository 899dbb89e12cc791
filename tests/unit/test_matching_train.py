import json
from pathlib import Path

import pytest

from etl.matching import score
from etl.matching.score import FEATURES, shipped_model
from etl.matching.train import read_records, report


def test_the_shipped_model_is_what_the_trainer_makes_and_is_as_good_as_it_says(real_data: Path) -> None:
    model, figures = report(real_data / "matching")
    kept = json.loads(Path(score.__file__).with_name("model.json").read_text(encoding="utf-8"))
    assert model.intercept == pytest.approx(shipped_model().intercept, abs=0.01)
    assert model.weights == pytest.approx(shipped_model().weights, abs=0.01)
    assert figures == pytest.approx(kept["figures"], abs=0.002)
    assert figures["held_out_pair_f1"] > 0.93


def test_likeness_speaks_for_a_match_and_difference_against_it() -> None:
    assert {name: weight > 0 for name, weight in shipped_model().weights.items()} == {
        "both_score": True,
        "total_score": True,
        "artist_unknown": False,
        "words_differ": False,
        "versions_differ": False,
        "numbers_differ": False,
    }
    assert [*shipped_model().weights] == FEATURES


def test_no_cluster_is_in_both_halves(real_data: Path) -> None:
    records = read_records(real_data / "matching" / "musicbrainz20k")
    assert len(records) == 19375
    assert records.groupby("cluster_id")["development"].nunique().max() == 1
    assert records["development"].mean() == pytest.approx(0.5, abs=0.02)
