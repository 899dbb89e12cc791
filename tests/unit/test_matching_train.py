import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from etl.matching import score
from etl.matching.score import FEATURES, shipped_model
from lab.matching.train import constructions, read_recordings, read_records, read_song_pairs, train, training_sets
from lab.matching.uploads import benchmark, rare


def test_the_shipped_model_is_what_the_trainer_makes(real_data: Path) -> None:
    model = train(training_sets(real_data))
    assert model.intercept == pytest.approx(shipped_model().intercept, abs=0.05)
    assert model.weights == pytest.approx(shipped_model().weights, abs=0.05)


def test_likeness_speaks_for_a_match_and_difference_against_it() -> None:
    assert {name: weight > 0 for name, weight in shipped_model().weights.items()} == {
        "title_and_artist": True,
        "rare_title": True,
        "rare_title_artist_unknown": True,
        "words_differ": False,
        "versions_differ": False,
        "versions_conflict": False,
        "numbers_differ": False,
        "title_cut_short": True,
        "no_title": False,
        "no_title_both": True,
        "no_title_rarest_name": True,
        "no_title_named": True,
    }
    assert [*shipped_model().weights] == FEATURES


def test_the_model_file_says_what_it_was_trained_on_and_how_good_it_is() -> None:
    kept = json.loads(Path(score.__file__).with_name("model.json").read_text(encoding="utf-8"))
    assert "half of the clusters" in kept["trained_on"]
    assert kept["held_out_f1"]["source 5 to the others"] > 0.985
    assert kept["held_out_f1"]["source 1 to the others"] > 0.983
    assert kept["held_out_f1"]["uploads"] > 0.945


def test_no_cluster_artist_or_pair_is_in_both_halves(real_data: Path) -> None:
    records = read_records(real_data / "matching" / "musicbrainz20k")
    assert len(records) == 19375
    assert records.groupby("cluster_id")["development"].nunique().max() == 1
    assert records["development"].mean() == pytest.approx(0.5, abs=0.02)
    assert read_recordings(real_data).groupby("artist")["development"].nunique().max() == 1
    known, test = read_song_pairs(real_data / "matching" / "itunes_amazon")
    assert (len(known), len(test)) == (431, 108)


def test_a_record_is_never_on_both_sides() -> None:
    records = pd.DataFrame({"id": list("abcd"), "cluster_id": [1, 1, 2, 3], "source": [1, 2, 1, 2]})
    for left, right in constructions(records, records["cluster_id"] < 3).values():
        assert not set(left["id"]) & set(right["id"])
        assert (left["cluster_id"] < 3).all()
    left, right = constructions(records, records["cluster_id"] < 3)["one record to the rest"]
    assert (list(left["id"]), list(right["id"])) == (["a", "c"], ["b"])


def test_made_uploads_depend_on_the_seed_alone_and_each_answer_is_in_both_tables() -> None:
    recordings = pd.DataFrame({"title": [f"Night {n}" for n in range(60)], "artist": [f"Tea {n}" for n in range(60)]})
    left, right, pairs = benchmark(recordings, 30, np.random.default_rng(1))
    again = benchmark(recordings, 30, np.random.default_rng(1))
    for one, two in zip((left, right, pairs), again, strict=True):
        pd.testing.assert_frame_equal(one, two)
    assert pairs["left_id"].isin(left["id"]).all()
    assert pairs["right_id"].isin(right["id"]).all()
    assert len(left) == 30
    assert 5 < pairs["left_id"].nunique() < 20  # two in five


def test_where_answers_are_rare_those_taken_away_are_not_in_the_right_table_either() -> None:
    left = pd.DataFrame({"id": [f"r{n:06}" for n in range(16)]})
    right = pd.DataFrame({"id": [f"u{n:06}" for n in range(20)]})
    pairs = pd.DataFrame({"left_id": left["id"], "right_id": right["id"].head(16)})
    asked, kept, answers = rare((left, right, pairs))
    assert list(answers["left_id"]) == ["r000000", "r000008"]
    assert list(kept["id"]) == ["u000000", "u000008", "u000016", "u000017", "u000018", "u000019"]
    assert asked is left
