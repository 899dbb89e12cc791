import numpy as np
import pytest

from etl.matching.vocabulary import SLIP, Vocabulary, fit, read_words, weigh

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


def read(text: str, vocabulary: Vocabulary) -> dict[str, float]:
    lines = np.frombuffer(f"{text}\n".encode(), np.uint8)
    _, columns, weights, _ = read_words(lines, np.zeros(1, bool), vocabulary, guess=True)
    return {vocabulary.words[column]: weight for column, weight in zip(columns, weights, strict=True)}


@pytest.mark.parametrize("slip", ["honey", "hony", "honney", "hobey", "hnoey"])
def test_a_word_with_one_slip_of_the_pen_is_read_as_the_known_one_and_weighs_less(slip: str) -> None:
    idf = np.array([1, 2, 1.5, 1, 1, 2], np.float32)
    vocabulary = Vocabulary("", ("day", "honey", "night", "tea", "train", "walk"), idf)
    assert read(slip, vocabulary) == pytest.approx({"honey": 1 if slip == "honey" else SLIP})


def test_two_words_without_their_space_are_read_apart() -> None:
    assert read("nightwalk", fit(CATALOGUE)).keys() == {"night", "walk"}
    assert read("nightxwalk", fit(CATALOGUE)) == {}


def test_short_words_and_words_with_two_slips_are_not_guessed() -> None:
    assert read("tee", fit(CATALOGUE)) == {}
    assert read("hxbny", fit(CATALOGUE)) == {}
