import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.matching.score import PAIR, THRESHOLD, describe, score
from etl.matching.vocabulary import Vocabulary, fit

CATALOGUE = ["night train tea", "day walk honey", "prelude 5 slow hands", "blue hour slow hands"]


@pytest.fixture
def vocabulary() -> Vocabulary:
    return fit([*CATALOGUE, *(f"waiting for the word{n} name{n}" for n in range(100))])


def one(vocabulary: Vocabulary, *texts: str) -> pd.Series:
    [row] = score(pd.DataFrame([texts], columns=PAIR), vocabulary).to_dict("records")
    return pd.Series(row)


def test_equal_title_and_artist_score_one_each(vocabulary: Vocabulary) -> None:
    row = one(vocabulary, "Night Train", "Tea", "NIGHT TRAIN!", "tea")
    assert (row["title_score"], row["artist_score"], row["total_score"]) == (1, 1, 1)
    assert row["probability"] > 0.98


def test_another_artist_is_no_match_though_the_title_is_equal(vocabulary: Vocabulary) -> None:
    row = one(vocabulary, "Night Train", "Tea", "Night Train", "Somebody Else")
    assert (row["title_score"], row["artist_score"]) == (1, 0)
    assert row["probability"] < THRESHOLD


def test_another_title_is_no_match_though_the_artist_is_equal(vocabulary: Vocabulary) -> None:
    row = one(vocabulary, "Night Train", "Slow Hands", "Blue Hour", "Slow Hands")
    assert (row["title_score"], row["artist_score"]) == (0, 1)
    assert row["probability"] < THRESHOLD


@pytest.mark.parametrize(
    "title",
    [
        "Slow Hands - Night Train",
        "Night Train by Slow Hands",
        "night train slow hands slowed",
        "Slow Hands – Night Train (Remix)",
    ],
)
def test_an_artist_in_the_title_counts_when_the_artist_field_holds_an_uploader(
    vocabulary: Vocabulary, title: str
) -> None:
    row = one(vocabulary, "Night Train", "Slow Hands", title, "user4711")
    assert (row["title_score"], row["artist_score"]) == (1, 1)
    assert row["probability"] > 0.9


def test_a_title_that_is_only_the_artists_name_names_no_artist(vocabulary: Vocabulary) -> None:
    row = one(vocabulary, "Tea", "Somebody", "Walk", "Tea")
    assert row["artist_score"] == 0
    assert row["probability"] < 0.1


@pytest.mark.parametrize("nobody", ["", "Unknown", "Various Artists", "(Null)", "🦋"])
def test_nothing_to_compare_is_not_a_mismatch(vocabulary: Vocabulary, nobody: str) -> None:
    silent = one(vocabulary, "Night Train", "Tea", "Night Train", nobody)
    other = one(vocabulary, "Night Train", "Tea", "Night Train", "Somebody Else")
    assert np.isnan(silent["artist_score"])
    assert silent["probability"] > other["probability"]


def test_full_width_brackets_and_guests_do_not_count_against_a_title(vocabulary: Vocabulary) -> None:
    assert one(vocabulary, "Night Train", "Tea", "Night Train（feat. Honey）", "Tea")["title_score"] == 1
    assert one(vocabulary, "Night Train", "Tea", "Night Train [Explicit]", "Tea")["probability"] > 0.98


def test_the_same_version_is_likelier_than_another(vocabulary: Vocabulary) -> None:
    plain = one(vocabulary, "Night Train", "Tea", "Night Train", "Tea")
    remix = one(vocabulary, "Night Train", "Tea", "Night Train (Honey Remix)", "Tea")
    same_remix = one(vocabulary, "Night Train (Honey Remix)", "Tea", "Night Train [honey remix]", "Tea")
    assert plain["probability"] == same_remix["probability"] > remix["probability"] > THRESHOLD


def test_one_other_word_is_another_piece_but_one_word_more_is_not(vocabulary: Vocabulary) -> None:
    assert one(vocabulary, "Waiting for the Zebra", "Tea", "Waiting for the Tapir", "Tea")["probability"] < THRESHOLD
    assert (
        one(vocabulary, "Waiting for the Zebra", "Tea", "Waiting for the Zebra Herd", "Tea")["probability"] > THRESHOLD
    )


def test_another_number_is_another_piece(vocabulary: Vocabulary) -> None:
    assert one(vocabulary, "Prelude 5", "Slow Hands", "PRELUDE (5)", "Slow Hands")["probability"] > 0.98
    assert one(vocabulary, "Prelude 5", "Slow Hands", "Prelude 9", "Slow Hands")["probability"] < THRESHOLD


def test_a_slip_of_the_pen_and_a_lost_space_do_little_harm(vocabulary: Vocabulary) -> None:
    assert (
        one(vocabulary, "Midnight Station", "Slow Hands", "Midnihgt Station", "Slow Hands")["probability"] > THRESHOLD
    )
    assert one(vocabulary, "Midnight Station", "Slow Hands", "MidnightStation", "Slow Hands")["probability"] > THRESHOLD


def test_a_title_cut_short_is_the_same_piece_if_the_artist_is_the_same(vocabulary: Vocabulary) -> None:
    texts = ("Waiting for", "Slow Hands", "Waiting for the Night Train")
    assert one(vocabulary, *texts, "Slow Hands")["probability"] > THRESHOLD
    assert one(vocabulary, *texts, "Somebody Else")["probability"] < 0.1


def test_equal_dashes_in_equal_titles_name_no_artist(vocabulary: Vocabulary) -> None:
    texts = ("Blue Hour - Night Train", "Tea", "Blue Hour - Night Train")
    assert one(vocabulary, *texts, "Somebody Else")["artist_score"] == 0
    assert one(vocabulary, *texts, "Tea")["artist_score"] == 1


def test_a_name_that_is_part_of_both_titles_names_no_artist(vocabulary: Vocabulary) -> None:
    texts = ("Day Walk (Slow Hands Remix)", "Slow Hands", "Day Walk (Slow Hands Remix)", "Somebody Else")
    assert one(vocabulary, *texts)["artist_score"] == 0


def test_a_word_of_the_other_title_tells_no_other_version(vocabulary: Vocabulary) -> None:
    texts = pd.DataFrame([("Prisoner of Dub - In Dub", "Tea", "Tea - Prisoner of Dub", "")], columns=PAIR)
    assert describe(texts, vocabulary).loc[0, "versions_conflict"] == 0


def test_an_artist_and_a_dash_without_more_is_no_title(vocabulary: Vocabulary) -> None:
    rows = describe(
        pd.DataFrame(
            [("Tea - ❤️", "", "Night Train", "Tea"), ("Night Train -", "", "Night Train", "Tea")], columns=PAIR
        ),
        vocabulary,
    )
    assert list(rows["no_title"]) == [1, 0]


def test_one_of_several_artists_is_enough(vocabulary: Vocabulary) -> None:
    assert one(vocabulary, "Night Train", "Tea", "Night Train", "Tea & Honey")["artist_score"] == 1


TEXT = st.one_of(
    st.text(max_size=20), st.sampled_from(["Night Train (Live)", "Tea - Night Train", "Tea", "", "a.b", "7", "\0Tea"])
)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(TEXT, TEXT, TEXT, TEXT), max_size=4))
def test_any_texts_give_scores_between_0_and_1_that_do_not_depend_on_their_neighbours(texts: list) -> None:
    vocabulary = fit(CATALOGUE)
    pairs = pd.DataFrame(texts, columns=PAIR)
    together = score(pairs, vocabulary)
    alone = [score(pairs.iloc[[row]], vocabulary) for row in range(len(pairs))]
    pd.testing.assert_frame_equal(together, pd.concat([together.iloc[:0], *alone]), check_exact=True)
    numbers = describe(pairs, vocabulary).to_numpy()
    assert ((numbers >= 0) & (numbers <= 1)).all()
