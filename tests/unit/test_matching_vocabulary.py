import numpy as np
import pytest

from etl.matching.vocabulary import Vocabulary, fit, weigh

CATALOGUE = ["night train tea", "night walk tea", "day train honey"]


def test_a_rarer_word_weighs_more() -> None:
    vocabulary = fit(CATALOGUE)
    assert vocabulary.words == ("day", "honey", "night", "tea", "train", "walk")
    in_one, in_two = 1.6931, 1.2877  # of three rows: 1 + ln(4 / 2), 1 + ln(4 / 3)
    assert vocabulary.idf == pytest.approx([in_one, in_one, in_two, in_two, in_two, in_one], abs=1e-4)


def test_the_same_catalogue_in_any_order_has_the_same_version() -> None:
    backwards = [" ".join(text.split()[::-1]) for text in CATALOGUE[::-1]]
    assert fit(CATALOGUE).version == fit(backwards).version
    assert len({fit(CATALOGUE).version, fit(CATALOGUE[:2]).version, fit([*CATALOGUE, "tea"]).version}) == 3


def test_a_kept_vocabulary_comes_back_the_same() -> None:
    vocabulary = fit(CATALOGUE)
    again = Vocabulary.from_frame(vocabulary.to_frame().iloc[::-1])
    assert (again.version, again.words, again.idf.tolist()) == (
        vocabulary.version,
        vocabulary.words,
        vocabulary.idf.tolist(),
    )


def test_a_row_has_length_one_and_a_word_counts_once() -> None:
    rows = weigh(["night train", "train train night", ""], fit(CATALOGUE)).toarray()
    assert rows[0] == pytest.approx([0, 0, 0.7071, 0, 0.7071, 0], abs=1e-4)
    assert rows[1].tolist() == rows[0].tolist()
    assert rows[2].tolist() == [0] * 6


def test_an_unknown_word_weighs_as_much_as_the_rarest_and_only_in_the_length() -> None:
    vocabulary = fit(CATALOGUE)
    [row] = weigh(["walk zzz"], vocabulary).toarray()
    assert row == pytest.approx([0, 0, 0, 0, 0, 0.7071], abs=1e-4)


def test_covering_adds_words_and_changes_no_known_weight() -> None:
    vocabulary = fit(CATALOGUE)
    wide = vocabulary.covering(["night zebra"])
    assert wide.version == vocabulary.version
    assert wide.words == ("day", "honey", "night", "tea", "train", "walk", "zebra")
    assert wide.idf.tolist() == [*vocabulary.idf.tolist(), vocabulary.unknown_idf]
    assert vocabulary.covering(["night"]) is vocabulary
    assert np.array_equal(
        weigh(["night zebra"], wide).toarray()[0, :6], weigh(["night zebra"], vocabulary).toarray()[0]
    )


def test_an_empty_catalogue_has_a_vocabulary() -> None:
    assert fit([]).words == ()
    assert weigh(["night"], fit([])).shape == (1, 0)
