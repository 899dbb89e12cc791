from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from etl.errors import ArgumentInvalid
from lab.evaluate.matching import Judged, judge, run
from lab.matching.train import answers_of, constructions, read_recordings, read_records
from lab.matching.uploads import benchmark


def test_precision_recall_and_f1_count_left_rows() -> None:
    # matched right; matched wrong; a match without an answer; an answer below the threshold; two rows found nothing
    judged = Judged(np.array([0.9, 0.8, 0.7, 0.2]), np.array([True, False, False, True]), answerable=4, found=3, left=6)
    assert judged.at(0.5) == (1 / 3, 1 / 4, pytest.approx(2 / 7))
    assert judged.best() == (pytest.approx(0.5), 0.2)


def test_the_best_threshold_does_not_part_equal_probabilities() -> None:
    judged = Judged(np.array([0.7, 0.7]), np.array([True, False]), answerable=1, found=1, left=2)
    assert judged.best() == (pytest.approx(2 / 3), 0.7)


def test_calibration_is_the_distance_between_what_is_shown_and_what_is_so() -> None:
    judged = Judged(np.full(10, 0.8), np.arange(10) < 6, answerable=10, found=10, left=10)
    assert judged.calibration_error() == pytest.approx(0.2)
    assert judged.brier() == pytest.approx(0.6 * 0.04 + 0.4 * 0.64)


def tables(folder: Path, pairs: str) -> dict[str, Path]:
    texts = {
        "left": "id,title,artist\n1,Night Train,Tea\n2,Day Walk,Honey\n3,Zebra,Nobody\n",
        "right": "id,title,artist\na,Tea - Night Train,u1\nb,NIGHT TRAIN (lyrics),Tea\nc,Day Walk,Honey\n",
        "pairs": pairs,
    }
    for name, text in texts.items():
        (folder / f"{name}.csv").write_text(text)
    return {name: folder / f"{name}.csv" for name in texts}


def test_any_of_several_answers_is_right_and_no_match_is_right_where_there_is_none(tmp_path: Path) -> None:
    report = run(None, **tables(tmp_path, "left_id,right_id\n1,a\n1,b\n2,c\n"))
    figures = {figure.name: figure.value for figure in report.figures}
    for name in ("precision", "recall", "f1", "best_f1", "hit_at_1", "candidate_recall"):
        assert figures[f"matching.{name}"] == 1
    assert len(report.plots) == 2


def test_pairs_of_other_tables_and_half_given_tables_are_refused(tmp_path: Path) -> None:
    given = tables(tmp_path, "left_id,right_id\n1,zzz\n")
    with pytest.raises(ArgumentInvalid, match="'zzz'"):
        run(None, **given)
    with pytest.raises(ArgumentInvalid, match="all three"):
        run(None, left=given["left"])


def test_matches_are_as_good_as_we_say(real_data: Path) -> None:
    """On halves that no weight was fitted to; each bound is a little below what was measured."""
    records = read_records(real_data / "matching" / "musicbrainz20k")
    held_out = constructions(records, ~records["development"])
    for name, bound in (("source 1 to the others", 0.983), ("source 5 to the others", 0.985)):
        left, right = held_out[name]
        assert judge(left, right, answers_of(left, right)).at(0.5)[2] > bound, name
    recordings = read_recordings(real_data)
    uploads = judge(*benchmark(recordings[~recordings["development"]], 2000, np.random.default_rng(2)))
    precision, recall, f1 = uploads.at(0.5)
    assert (precision > 0.96, recall > 0.91, f1 > 0.94) == (True, True, True)
    assert uploads.calibration_error() < 0.03
    assert uploads.found / uploads.answerable > 0.98


def test_nothing_is_matched_in_a_table_of_original_sounds() -> None:
    left = pd.DataFrame({"id": ["1"], "title": ["Night Train"], "artist": ["Tea"]})
    right = pd.DataFrame({"id": ["a"], "title": ["оригинальный звук - Night Train"], "artist": ["Tea"]})
    judged = judge(left, right, pd.DataFrame({"left_id": [], "right_id": []}))
    assert len(judged.probability) == 0
    assert judged.at(0.5) == (1, 0, 0)
