"""How lists are measured: on a world one can check by eye, and the goals on real listeners."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_array

from etl.errors import SettingInvalid, SourceMissing
from lab.evaluate.hetrec import GENRES, Task, World, exploration, load
from lab.evaluate.rankers import Rankers, standard
from lab.evaluate.recommender import best, explore, outcome, run

ROCK, POP = GENRES.index("rock"), GENRES.index("pop")

#: Three listeners, four artists: 0 and 1 are rock, 2 and 3 pop. All are friends of listener 0.
WORLD = World(
    csr_array(np.array([[99, 0, 0, 0], [50, 0, 50, 1], [50, 50, 0, 0]], float)),
    csr_array(np.array([[0, 1, 1], [1, 0, 0], [1, 0, 0]], float)),
    np.array([ROCK, ROCK, POP, POP], np.int8),
    ["Ann", "Бэн", "Cy", "Dee"],
)
TASK = Task(WORLD, np.array([0]), csr_array(np.array([[0, 0, 1, 1]], float)))


def test_the_best_come_first_and_of_two_alike_the_smaller() -> None:
    scores, among = np.array([[0.1, 0.9, 0.9, 0.5]]), np.array([[True, True, True, False]])
    assert [row.tolist() for row in best(scores, among)] == [[1, 2, 0]]


def test_a_list_is_measured_as_one_would_by_hand() -> None:
    found = outcome(Rankers(TASK), [np.array([1, 2])])
    ideal = 1 + 1 / np.log2(3)
    assert found.ndcg.tolist() == [pytest.approx(1 / np.log2(3) / ideal)]
    assert (found.recall.tolist(), found.hit.tolist(), found.genres.tolist()) == ([0.5], [1], [2])
    assert found.explainable.tolist() == [1]  # listener 2 likes 1, listener 1 likes 2
    assert found.variety.tolist() == [pytest.approx(2)]
    assert found.novelty.tolist() == [pytest.approx(-np.log2(1 / 3))]  # each is heard by one of three
    empty = outcome(Rankers(TASK), [np.array([], int)])
    assert (empty.ndcg.tolist(), empty.empty.tolist()) == ([0], [1])


def test_rotation_holds_for_all_methods() -> None:
    assert Rankers(TASK).open_artists.tolist() == [[False, False, True, True]]  # rock rests: pop is unheard
    alone = replace(TASK, world=replace(WORLD, friends=csr_array((3, 3))))
    assert Rankers(alone).open_artists.tolist() == [[False, False, True, True]]


def test_friends_count_by_what_they_hear_and_how_alike_they_are() -> None:
    rankers = Rankers(TASK)
    assert rankers.supporters.tolist() == [[2, 1, 1, 0]]  # a single play is no liking
    near = 1 / np.sqrt(2 + (np.log(2) / np.log(51)) ** 2), 1 / np.sqrt(2)
    weight = (0.05 + np.array(near)) / (0.1 + sum(near))
    assert rankers.local[0] == pytest.approx([1, weight[1], weight[0], weight[0] * np.log(2) / np.log(51)])


def test_scores_are_standardised_among_the_candidates_of_each() -> None:
    among = np.array([[True, True, False], [False, True, False]])
    assert standard(np.array([[1.0, 3.0, 50.0], [7.0, 8.0, 9.0]]), among)[:, :2].tolist() == [[-1, 1], [-1, 0]]


def test_an_artist_is_heard_in_the_script_of_its_name() -> None:
    assert Rankers(TASK).same_script().tolist() == [[1, 0, 1, 1]]


def test_without_the_data_it_says_where_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(SourceMissing, match=r"user_artists\.dat"):
        run(None, tmp_path)
    with pytest.raises(SettingInvalid, match="--hetrec"):
        run(None)


def test_real_listeners_find_music_beside_their_main_genres(real_data: Path) -> None:
    """On one fold of those that are reported, with the goals' margins for a smaller sample."""
    world = load(real_data / "friends" / "hetrec2011_lastfm")
    assert world.plays.shape == (1881, 2828)
    task = exploration(world)[1]
    plays = world.genre_plays()[task.asked]
    hidden = task.hidden.toarray() > 0
    assert ((plays > 0) & (plays <= 0.2 * plays.max(axis=1, keepdims=True))).any(axis=1).all()
    assert not ((task.world.plays[task.asked].toarray() > 0) & hidden).any()
    found = explore(task)
    ours, first = found["overtone"], found["friends_cf"]
    assert ours.ndcg.mean() > 0.29
    assert ours.ndcg.mean() > 1.15 * first.ndcg.mean()
    assert ours.explainable.mean() >= 0.97
    assert ours.empty.sum() == 0
    assert ours.variety.mean() > first.variety.mean()
    assert found["popularity"].ndcg.mean() < 0.15 < first.ndcg.mean() < found["ease"].ndcg.mean()
