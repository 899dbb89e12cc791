import numpy as np
import pytest

from etl.matching import candidates
from etl.matching.candidates import nearest, rank_in_group, track_matrix
from etl.matching.vocabulary import fit, weigh


def search(tracks: list[str], sounds: list[str], top: int = 10) -> dict[int, list[int]]:
    vocabulary = fit(tracks)
    found = nearest(weigh(tracks, vocabulary), weigh(sounds, vocabulary), top)
    return {int(track): rows["sound"].tolist() for track, rows in found.groupby("track")}


def test_the_nearest_sound_comes_first_and_one_without_a_common_word_not_at_all() -> None:
    assert search(["night train tea", "day walk honey"], ["walk", "night train", "tea", "other"]) == {0: [1, 2], 1: [0]}


@pytest.mark.parametrize("equal", [10, 11, 12, 150, 3000])
def test_a_tie_goes_to_the_first_sound_however_many_tie(equal: int) -> None:
    sounds = [f"night other{n}" for n in range(equal)]
    assert search(["night train"], sounds) == {0: list(range(10))}
    assert search(["night train"], [*sounds, "night train"]) == {0: [equal, *range(9)]}


def test_a_weak_likeness_is_left_out() -> None:
    [far] = ["night " + " ".join(f"other{n}" for n in range(20))]
    assert search(["night train"], [far]) == {}


def test_there_may_be_no_sounds_no_tracks_or_no_words() -> None:
    assert search(["night"], []) == {}
    assert search([], ["night"]) == {}
    assert search([""], [""]) == {}


def test_in_a_large_catalogue_a_common_word_finds_only_tracks_that_have_no_rarer_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tracks = ["the night", "the"] + ["the day"] * 198 + [f"walk{n}" for n in range(100)]
    vocabulary = fit(tracks)
    columns = [vocabulary.place["night"], vocabulary.place["the"]]
    full = weigh(tracks, vocabulary)[:2, columns].toarray()
    monkeypatch.setattr(candidates, "LARGE", 50)
    pruned = track_matrix(tracks, vocabulary)[:2, columns].toarray()
    assert pruned.tolist() == [[full[0, 0], 0], [0, 1]]
    monkeypatch.setattr(candidates, "LARGE", 1000)
    assert track_matrix(tracks, vocabulary)[:2, columns].toarray().tolist() == full.tolist()


def test_rows_are_numbered_within_their_group() -> None:
    assert rank_in_group(np.array([4, 4, 7, 9, 9, 9])).tolist() == [0, 1, 0, 0, 1, 2]
    assert rank_in_group(np.array([], int)).tolist() == []
