"""The recommender over a world that one can check by eye: eight listeners, three genres, a checkerboard.

Twelve songs, four a genre; each song is by an artist of its own, artist = track + 100. Even listeners hear even songs,
odd ones odd songs; everybody knows everybody.
"""

from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import csr_array

from etl.recommend.explain import Because, Suggestion, sentence
from etl.recommend.friends import Beyond, Friend, alike, match, propose, weights
from etl.recommend.items import TOP, Graph, ease, fit
from etl.recommend.model import Model, popularity
from etl.recommend.rank import Wishes, blend, next_list, servable, varied
from etl.recommend.taste import Taste

ROCK, FOLK, JAZZ = range(3)
GENRES = ("Rock", "Folk", "Jazz")
SONGS = np.arange(12)
GENRE = np.repeat([ROCK, FOLK, JAZZ], 4).astype(np.int8)
NONE = np.empty(0, np.int32)


def taste(heard: dict[int, float], listens: tuple[int, int, int] | None = None) -> Taste:
    """Of one who has heard these songs, in this order, each once or as often as said by genre."""
    counts = np.bincount(GENRE[list(heard)], minlength=3) if listens is None else listens
    return Taste.of(list(heard), list(heard.values()), counts, [song + 100 for song in heard])


def listener(number: int) -> Taste:
    return taste({int(song): 0.9 for song in SONGS[number % 2 :: 2]})


CHECKERBOARD = csr_array(np.array([[(song - who) % 2 == 0 for song in SONGS] for who in range(8)], float))


@pytest.fixture(scope="module")
def model() -> Model:
    return Model(
        (SONGS + 100).astype(np.int32), GENRE, popularity(np.full(12, 4)), fit(CHECKERBOARD, SONGS + 100, penalty=1)
    )


def tracks(songs: list[Suggestion]) -> list[int]:
    return [song.track_id for song in songs]


# What is known of a listener


def test_stored_arrays_may_hold_songs_in_any_order() -> None:
    assert Taste.of([9, 2], [0.1, 0.8], [2, 0, 0], [109, 102]).tracks.tolist() == [2, 9]
    assert Taste.of([9, 2], [0.1, 0.8], [2, 0, 0], [109, 102]).heard.tolist() == [
        pytest.approx(0.8),
        pytest.approx(0.1),
    ]


# Friends


def test_friends_weigh_by_the_cosine_of_what_they_hear() -> None:
    me = taste({0: 0.6, 1: 0.8})
    same, half, other = taste({0: 0.6, 1: 0.8}), taste({0: 1.0}), taste({8: 1.0})
    cosines = alike(me, [Friend(1, same), Friend(2, half), Friend(3, other)])
    assert cosines == pytest.approx([1, 0.6, 0])
    assert weights(cosines) == pytest.approx(np.array([1.05, 0.65, 0.05]) / 1.75)
    assert alike(Taste.empty(3), [Friend(1, same)]) == pytest.approx([0])


def test_friends_propose_what_they_like_and_the_listener_has_not_heard() -> None:
    me = taste({0: 0.9})
    pool = propose(me, [Friend(1, taste({0: 0.9, 1: 0.3, 2: 0.29})), Friend(2, taste({1: 0.1, 3: 1.0}))], np.array([3]))
    assert pool.tracks.tolist() == [1]  # 0 is heard, 2 was skipped, 3 is turned down
    one, two = weights(alike(me, [Friend(1, taste({0: 0.9, 1: 0.3, 2: 0.29})), Friend(2, taste({1: 0.1, 3: 1.0}))]))
    assert pool.local == pytest.approx([one * 0.3 + two * 0.1])
    assert (pool.friend.tolist(), pool.heard.tolist()) == ([0], [pytest.approx(0.3)])


def test_a_friend_who_shares_in_sum_is_never_told_apart() -> None:
    heard = taste({4: 0.9})
    hidden = [Friend(number, heard, named=False) for number in range(3)]
    assert propose(Taste.empty(3), hidden[:2], NONE).tracks.tolist() == []
    assert propose(Taste.empty(3), hidden, NONE).tracks.tolist() == [4]
    assert propose(Taste.empty(3), [*hidden[:1], Friend(9, heard)], NONE).tracks.tolist() == [4]


def test_a_match_says_which_songs_and_genres_are_behind_it() -> None:
    found = match(taste({0: 0.5, 1: 0.9, 4: 0.2}), taste({0: 0.5, 1: 0.9, 8: 1.0}))
    assert found.tracks.tolist() == [1, 0]
    assert found.genres == [(ROCK, pytest.approx(2 / 3), pytest.approx(2 / 3))]
    assert found.score == pytest.approx((0.25 + 0.81) / np.sqrt((0.25 + 0.81 + 0.04) * (0.25 + 0.81 + 1)))
    assert match(taste({0: 1.0}), taste({8: 1.0})).score == 0


# The item graph


def test_ease_is_the_ridge_regression_of_each_artist_on_all_others() -> None:
    rng = np.random.default_rng(1)
    plays = (rng.random((40, 6)) < 0.4).astype(float)
    found = ease(csr_array(plays), 2.0)
    for column in range(6):
        others = np.delete(np.arange(6), column)
        x = plays[:, others]
        ridge = np.linalg.solve(x.T @ x + 2.0 * np.eye(5), x.T @ plays[:, column])
        assert found[others, column] == pytest.approx(ridge, abs=1e-5)
        assert found[column, column] == 0


def test_on_a_checkerboard_artists_point_at_their_own_colour() -> None:
    graph = fit(CHECKERBOARD, SONGS + 100, penalty=1)
    for song in SONGS:
        scores = graph.score(np.array([song + 100]), SONGS + 100)
        own = np.isin(SONGS, SONGS[song % 2 :: 2]) & ~np.isin(SONGS, song)
        assert (scores[own] > 0.1).all()
        assert (scores[~own] < 0.01).all()


def test_the_graph_has_a_place_for_those_with_the_most_listeners_only() -> None:
    plays = csr_array(np.array([[1, 1, 0, 1], [1, 1, 0, 1], [1, 1, 1, 1], [1, 0, 0, 1]], float))
    assert fit(plays, np.array([5, 6, 7, 8]), penalty=1).artists.tolist() == [5, 6, 8]  # 7 has one listener
    graph = fit(plays, np.array([5, 6, 7, 8]), penalty=1, largest=2)
    assert graph.artists.tolist() == [5, 8]
    assert graph.score(np.array([5, 999]), np.array([8, 7, -1, 10**6]))[1:].tolist() == [0, 0, 0]
    assert graph.score(np.array([5, 999]), np.array([8])) > 0


def test_a_row_keeps_its_weightiest_entries_of_either_sign() -> None:
    rng = np.random.default_rng(2)
    plays = csr_array((rng.random((300, TOP + 50)) < 0.2).astype(float))
    graph, whole = fit(plays, np.arange(TOP + 50), penalty=5), ease(plays, 5)
    assert graph.targets.shape == (TOP + 50, TOP)
    for row in (0, 77):
        kept = np.sort(np.argsort(-np.abs(whole[row]))[:TOP])
        assert graph.targets[row].tolist() == kept.tolist()
        assert graph.weight[row].tolist() == whole[row, kept].tolist()
        assert (graph.weight[row] < 0).any()


def test_nobody_has_listened_so_the_graph_is_empty() -> None:
    graph = fit(csr_array((3, 4)), np.arange(4))
    assert graph.score(np.array([1, 2]), np.array([0, 3])).tolist() == [0, 0]
    assert graph.nearest(np.array([1, 2]), np.array([0])) == [None]


# The list


def test_the_item_graph_ranks_what_friends_propose(model: Model) -> None:
    """Listener 0 has heard the even half of rock; 0 listens to folk and jazz: those are open, rock rests."""
    me = taste({0: 0.9, 2: 0.9})
    songs = next_list(model, me, [Friend(1, listener(0)), Friend(2, listener(1))], n=8)
    assert all(song.source == "friends" for song in songs)
    assert set(tracks(songs)) == {4, 5, 6, 7, 8, 9, 10, 11}
    assert {song.genre for song in songs} == {FOLK, JAZZ}
    assert set(tracks(songs)[:4]) == {4, 6, 8, 10}  # what even artists point at
    assert songs[0].closer_to in (100, 102)
    assert [songs[0].genre, songs[1].genre] in ([FOLK, JAZZ], [JAZZ, FOLK])  # variety


def test_reasons_name_the_friends_who_weigh_most_and_share_by_name(model: Model) -> None:
    me = taste({0: 1.0})
    near, far = taste({0: 1.0, 4: 0.5}), taste({1: 1.0, 4: 0.9})
    [song, *_] = next_list(model, me, [Friend(1, far), Friend(2, near)], n=1)
    assert song.because == (Because(2, pytest.approx(0.5)), Because(1, pytest.approx(0.9)))
    [song, *_] = next_list(model, me, [Friend(1, far), Friend(2, near, named=False)], n=1)
    assert song.because == (Because(1, pytest.approx(0.9)),)
    assert song.others == 0  # one alone could be guessed


def test_every_sentence_is_true_of_the_songs_reasons() -> None:
    names = {1: "Mira", 2: "Jon", 3: "Ada"}
    song = Suggestion(4, 104, FOLK, "friends", 1.0, (Because(1, 0.9),))
    assert sentence(song, names, GENRES) == "Because Mira hears 90% of it"
    two = replace(song, because=(Because(1, 0.896), Because(2, 1.0)))
    assert sentence(two, names, GENRES) == "Because Mira hears 90% of it and Jon hears all of it"
    assert sentence(replace(two, others=1), names, GENRES) == (
        "Because Mira hears 90% of it, Jon hears all of it and 1 more of your friends likes it"
    )
    assert sentence(replace(song, because=(), others=4), names, GENRES) == "Because 4 of your friends like it"
    assert sentence(replace(song, source="beyond"), names, GENRES) == (
        "Because friends of your friends hear it or a song like it"
    )
    in_sum = sentence(replace(song, because=(), others=4, in_sum=3), names, GENRES)
    assert in_sum == "Because 4 of your friends like it or a song like it"  # every second song of theirs is exchanged
    assert sentence(replace(song, source="popular"), names, GENRES) == "Popular in Folk, which you hear least"


def test_easy_stays_near_home_and_hard_goes_far(model: Model) -> None:
    me = taste({0: 0.9, 4: 0.9}, listens=(100, 15, 0))
    friends = [Friend(1, listener(0)), Friend(2, listener(1))]
    assert {song.genre for song in next_list(model, me, friends, n=3)} == {FOLK, JAZZ}
    assert {song.genre for song in next_list(model, me, friends, reach="easy", n=3)} == {FOLK}
    assert {song.genre for song in next_list(model, me, friends, reach="hard", n=3)} == {JAZZ}


def test_wishes_are_obeyed_at_once(model: Model) -> None:
    me, friends = taste({0: 0.9}), [Friend(1, listener(0)), Friend(2, listener(1))]
    wishes = Wishes(frozenset({FOLK}), np.array([8, 9]))
    assert servable(model, me, friends, wishes).tolist() == [True, False, True]
    assert set(tracks(next_list(model, me, friends, wishes=wishes, n=2))) == {10, 11}
    everything = next_list(model, me, friends, wishes=wishes, n=50)
    assert not {4, 5, 6, 7, 8, 9} & set(tracks(everything))


def test_friends_of_friends_fill_up_and_then_what_is_popular(model: Model) -> None:
    me = taste({0: 0.9, 1: 0.9}, listens=(10, 0, 1))
    songs = next_list(
        replace(model, popularity=popularity(np.arange(12))), me, [Friend(1, taste({4: 0.9}))],
        Beyond(np.array([4, 5, 2]), np.array([9, 5, 4])), n=5,
    )  # fmt: skip
    assert [song.source for song in songs] == ["friends", "beyond", "popular", "popular", "popular"]
    assert tracks(songs) == [4, 5, 7, 6, 11]  # rock rests; of folk, then of jazz, what is most popular
    assert len(set(tracks(songs))) == 5


def test_nobody_is_left_with_an_empty_list(model: Model) -> None:
    assert len(next_list(model, Taste.empty(3), [], n=10)) == 10
    heard_all_but_one = taste({int(song): 0.9 for song in SONGS[:-1]})
    assert tracks(next_list(model, heard_all_but_one, [], n=10)) == [11]
    assert next_list(model, taste({int(song): 0.9 for song in SONGS}), [Friend(1, listener(1))]) == []


def test_songs_that_the_model_does_not_know_wait_for_the_next_night(model: Model) -> None:
    friend = Taste.of([4, 500], [0.9, 0.9], [0, 1, 0], [104, 600])
    assert tracks(next_list(model, taste({0: 0.9}), [Friend(1, friend)], n=1)) == [4]
    no_genre = replace(model, genre=np.where(SONGS == 4, -1, GENRE).astype(np.int8))
    assert 4 not in tracks(next_list(no_genre, taste({0: 0.9}), [Friend(1, friend)], n=12))


def test_the_score_is_the_item_graphs_and_a_quarter_of_the_friends() -> None:
    item, local = np.array([0.0, 2.0]), np.array([4.0, 0.0])
    assert blend(item, local).tolist() == [-1 + 0.25, 1 - 0.25]
    assert blend(np.zeros(2), local).tolist() == [0.25, -0.25]  # of an unknown listener friends alone speak
    assert blend(np.zeros(0), np.zeros(0)).tolist() == []


def test_variety_prefers_another_artist_and_another_genre_among_equals() -> None:
    score = np.array([1.0, 0.99, 0.98, 0.97, 0.0])
    artist, genre = np.array([1, 1, 2, 3, 4]), np.array([0, 0, 0, 1, 1])
    assert varied(score, artist, genre, 3) == [0, 3, 2]
    assert varied(np.array([1.0, 0.5, 0.0]), np.array([1, 1, 2]), np.array([0, 0, 1]), 2) == [0, 1]  # far better wins
    assert varied(np.zeros(0), artist[:0], genre[:0], 3) == []


def test_a_stored_model_is_the_same_model(model: Model) -> None:
    again = Model.from_bytes(model.to_bytes())
    assert again.version == model.version
    assert again.graph.score(np.array([100]), SONGS + 100).tolist() == (
        model.graph.score(np.array([100]), SONGS + 100).tolist()
    )
    assert replace(model, popularity=popularity(SONGS)).version != model.version
    assert isinstance(again.graph, Graph)
