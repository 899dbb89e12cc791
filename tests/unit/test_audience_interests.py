"""What else an audience likes: found where it was planted, and next to nothing where nobody likes anything more."""

import numpy as np
import pytest

from etl.audience.interests import SURE, Plays, genre_interests, track_interests

LISTENERS, OWN, TRACKS = 1500, 300, 1000


def world(seed: int, planted: int = 0, lift: float = 1.0) -> Plays:
    """Listeners who play songs by chance, the first ``OWN`` of them an artist's; of these more play some songs.

    The artist (1) has song 0; the other songs are ten other artists' and of ten genres. One in ten plays a song that
    is planted, ``lift`` times as many of the artist's listeners.
    """
    rng = np.random.default_rng(seed)
    chance = np.tile(rng.uniform(0.01, 0.2, TRACKS), (LISTENERS, 1))
    chance[:OWN, :planted] = 0.1 * lift
    chance[OWN:, :planted] = 0.1 * (LISTENERS - lift * OWN) / (LISTENERS - OWN)
    who, which = np.nonzero(rng.random(chance.shape) < chance)
    who, which = np.concatenate((who, np.arange(OWN))), np.concatenate((which + 1, np.zeros(OWN, int)))
    artist = np.where(which > 0, 2 + which % 10, 1)
    return Plays(who, artist, which, np.where(which > 0, which % 10, -1), np.ones(len(who), int))


def of_the_artist(found):
    return [one for one in found if one.artist_id == 1]


def test_of_a_thousand_songs_that_nobody_likes_more_next_to_none_is_told():
    told = [len(of_the_artist(track_interests(world(seed)))) for seed in range(40)]
    assert sum(map(bool, told)) <= 3  # SURE / 2 of 40 is one; more than three come in 2 of 100 such tests
    assert sum(told) <= 4


def test_songs_that_are_liked_are_found_and_their_intervals_hold():
    found = [of_the_artist(track_interests(world(seed, 15, 2.0))) for seed in range(20)]
    true = [one for each in found for one in each if 1 <= one.item <= 15]
    wrong = [one for each in found for one in each if one.item > 15]
    assert len(true) >= 0.8 * 15 * 20
    assert len(wrong) <= SURE * (len(true) + len(wrong))
    assert np.mean([one.low <= 2.0 <= one.high for one in true]) >= 0.95
    assert np.mean([one.lift for one in true]) == pytest.approx(2.0, rel=0.05)


def test_the_artists_own_songs_are_no_interest_and_counts_are_in_tens():
    found = of_the_artist(track_interests(world(1, 15, 3.0)))
    assert 0 not in {one.item for one in found}
    assert all(one.listeners % 10 == 0 and one.low > 1 for one in found)
    assert [one.lift for one in found] == sorted((one.lift for one in found), reverse=True)


def test_all_intervals_of_genres_hold_at_once_where_nobody_likes_one_more():
    crossed = [
        all(one.low <= 1 <= one.high for one in of_the_artist(genre_interests(world(seed), 10))) for seed in range(60)
    ]
    assert np.mean(crossed) >= 0.9
