"""Rotation: each genre comes round, and the list never ends while a friend has a song."""

import itertools

import numpy as np
import pytest

from etl.recommend.rotation import bar, is_open, look, resting, until_return, variety

HISTORIES, GENRES = 10_000, 16
ALL = np.ones(5, bool)


@pytest.fixture(scope="module")
def worlds() -> tuple[np.ndarray, np.ndarray]:
    """Random histories: listens by genre, a few heard most, and the genres that friends can supply, none in some."""
    rng = np.random.default_rng(6)
    listens = np.floor(rng.pareto(0.7, (HISTORIES, GENRES)) * rng.integers(0, 30, (HISTORIES, 1))).clip(0, 10**6)
    listens[rng.random((HISTORIES, GENRES)) < 0.3] = 0
    return listens.astype(np.int64), rng.random((HISTORIES, GENRES)) < rng.random((HISTORIES, 1))


def test_rock_and_jazz_rest_while_latin_is_unheard() -> None:
    rock_folk_blues_jazz_latin = np.array([100, 20, 5, 21, 0])
    assert bar(rock_folk_blues_jazz_latin, ALL) == 20
    assert resting(rock_folk_blues_jazz_latin, ALL).tolist() == [True, False, False, True, False]


def test_all_four_are_open_when_the_rest_has_caught_up() -> None:
    assert bar(np.array([100, 25, 25, 24, 22]), ALL) == pytest.approx(37.6)
    assert is_open(np.array([100, 25, 25, 24, 22]), ALL).tolist() == [False, True, True, True, True]


def test_nobody_has_listened_so_everything_servable_is_open() -> None:
    assert is_open(np.zeros(5, int), np.array([1, 0, 1, 0, 0], bool)).tolist() == [True, False, True, False, False]


def test_no_history_leaves_nothing_open_while_a_friend_has_a_song(worlds: tuple[np.ndarray, np.ndarray]) -> None:
    listens, servable = worlds
    assert (is_open(listens, servable).any(axis=1) == servable.any(axis=1)).all()
    assert 0 < servable.any(axis=1).sum() < HISTORIES  # both kinds are among them
    least = np.where(servable, listens, 10**9).argmin(axis=1)
    some = servable.any(axis=1)
    assert is_open(listens, servable)[some, least[some]].all()


def test_it_is_the_fifth_of_the_maximum_while_a_servable_genre_is_unheard(
    worlds: tuple[np.ndarray, np.ndarray],
) -> None:
    listens, servable = worlds
    unheard = (servable & (listens == 0)).any(axis=1)
    assert unheard.sum() > 1000
    literal = 5 * listens > listens.max(axis=1, keepdims=True)
    assert (resting(listens, servable)[unheard] == literal[unheard]).all()


def test_the_rule_goes_on_where_the_literal_one_would_end() -> None:
    listens = np.array([100, 30, 21])
    assert (5 * listens > listens.max()).all()  # no genre is left
    assert is_open(listens, np.ones(3, bool)).tolist() == [False, True, True]


@pytest.mark.parametrize("least_first", [True, False])
def test_every_resting_genre_is_back_after_finitely_many_listens(
    worlds: tuple[np.ndarray, np.ndarray], least_first: bool
) -> None:
    """All histories step by step at once, each for the most heard of its resting genres."""
    rng = np.random.default_rng(7)
    listens, servable = np.minimum(worlds[0], 20), worlds[1]
    genre = np.where(resting(listens, servable), listens, -1).argmax(axis=1)
    fewest = np.array([until_return(*one)[of] for *one, of in zip(listens, servable, genre, strict=True)])
    lacking = np.where(servable, listens.max(axis=1, keepdims=True) - listens, 0).sum(axis=1)
    needed = np.zeros(HISTORIES, int)
    waits = np.flatnonzero(fewest)
    assert len(waits) > 5000
    while len(waits):
        now = listens[waits]
        taste = -now if least_first else rng.random(now.shape)
        listens[waits, np.where(is_open(now, servable[waits]), taste, -np.inf).argmax(axis=1)] += 1
        needed[waits] += 1
        assert (needed <= lacking).all()
        waits = waits[resting(listens[waits], servable[waits])[np.arange(len(waits)), genre[waits]]]
    assert (needed == fewest).all() if least_first else (needed >= fewest).all()


def fewest_by_trying(listens: tuple[int, ...], servable: np.ndarray, genre: int) -> int:
    """Every way of hearing open genres, breadth first."""
    reached, steps = {listens}, 0
    while all(resting(np.array(one), servable)[genre] for one in reached):
        reached = {
            (*one[:other], one[other] + 1, *one[other + 1 :])
            for one in reached
            for other in np.flatnonzero(is_open(np.array(one), servable))
        }
        steps += 1
    return steps


def test_no_way_of_listening_brings_a_genre_back_sooner_than_said() -> None:
    servable = np.array([True, True, True])
    for listens in itertools.product((0, 2, 5, 7), repeat=3):
        said = until_return(np.array(listens), servable)
        assert [fewest_by_trying(listens, servable, genre) for genre in range(3)] == said.tolist(), listens


def test_a_genre_that_no_friend_supplies_does_not_hold_the_bar_down() -> None:
    listens = np.array([100, 30, 0])
    assert resting(listens, np.array([True, True, True])).tolist() == [True, True, False]
    assert resting(listens, np.array([True, True, False])).tolist() == [True, False, False]


def test_the_shelves_say_why_a_genre_rests_and_until_when() -> None:
    never, servable = np.zeros(5, bool), np.array([True, True, True, True, False])
    never[1] = True
    rock, folk, blues, jazz, latin = look(np.array([100, 20, 5, 30, 0]), servable, never)
    assert (rock.state, folk.state, blues.state, jazz.state, latin.state) == (
        "resting", "never", "open", "resting", "unserved",
    )  # fmt: skip
    assert (rock.listens, rock.bar) == (100, 24)  # 5 + (100 − 5) / 5
    # Jazz: 5 · 30 − 100 = 50, so each of the others needs 13: blues lacks 8. Rock: all of them need 100.
    assert (jazz.elsewhere, rock.elsewhere, blues.elsewhere) == (8, 95 + 70, 0)


def test_nothing_rests_where_nobody_can_supply_anything() -> None:
    shelves = look(np.array([9, 1, 0]), np.zeros(3, bool), np.zeros(3, bool))
    assert {shelf.state for shelf in shelves} == {"unserved"}
    assert np.isnan(shelves[0].bar)


def test_variety_counts_genres_by_how_evenly_they_are_heard() -> None:
    assert variety(np.array([25, 25, 25, 25, 0])) == 4
    assert variety(np.array([100, 0, 0])) == 1
    assert variety(np.zeros(3, int)) == 0
    # Shares ½, ¼, ¼: entropy 1.5 bits, so 2 ** 1.5.
    assert variety(np.array([2, 1, 1])) == pytest.approx(2**1.5)
