"""What else an audience likes: counted right, hidden by noise, found where planted, next to nothing by chance."""

from collections import Counter, defaultdict
from datetime import date, timedelta

import numpy as np
import opendp.prelude as dp
import pytest

from etl.audience import interests, people
from etl.audience.interests import (
    GENRE_SIGMA,
    SURE,
    TRACK_SIGMA,
    TRACKS,
    Plays,
    favourites,
    genre_interests,
    loss,
    track_interests,
)
from etl.audience.people import FEWEST, WIDER

MONDAY, MONTH = date(2020, 11, 9), timedelta(days=28)
KEYS = [bytes([number]) * 32 for number in range(60)]
LISTENERS, OWN, SONGS = 6000, 2000, 300


def month(rng, number=0, planted=0, lift=1.0):
    """The favourites of listeners who play songs by chance, the first ``OWN`` of them an artist's.

    The artist (1) has song 0; the others are ten other artists', of ten genres. Of the artist's listeners ``lift``
    times as many play each song that is planted, often.
    """
    chance = np.tile(np.random.default_rng(9).uniform(0.005, 0.03, SONGS), (LISTENERS, 1))
    chance[:OWN, :planted] = 0.03 * lift
    chance[OWN:, :planted] = 0.03 * (LISTENERS - lift * OWN) / (LISTENERS - OWN)
    who, which = np.nonzero(rng.random(chance.shape) < chance)
    who, which = np.concatenate((who, np.arange(OWN))), np.concatenate((which + 1, np.zeros(OWN, int)))
    artist = np.where(which > 0, 2 + which % 10, 1)
    plays = Plays(who, artist, which, np.where(which > 0, which % 10, -1), np.where(which > planted, 1, 9))
    return favourites(MONDAY - number * MONTH, plays, 10)


def months(seed, planted=0, lift=1.0):
    rng = np.random.default_rng(seed)
    return [month(rng, number, planted, lift) for number in range(4)]


def of_the_artist(found):
    return [one for one in found if one.artist_id == 1]


# Counting


def some_plays(seed, listeners=60, songs=40):
    rng = np.random.default_rng(seed)
    pairs = np.unique(rng.integers(0, (listeners, songs), (listeners * 14, 2)), axis=0)
    song = pairs[:, 1]
    return Plays(pairs[:, 0] + 7, 1 + song // 6, 100 + song, song % 5 - 1, rng.integers(1, 6, len(pairs)))


def counted(plays):
    """The same by hand: by artist, the listeners, and of whom which genre and which songs are the favourites."""
    rows = list(zip(plays.listener_id, plays.artist_id, plays.track_id, plays.genre, plays.plays, strict=True))
    songs, listeners = Counter(), Counter()
    genres = Counter()
    for who in sorted({row[0] for row in rows}):
        own = [row for row in rows if row[0] == who]
        for artist in [0, *{row[1] for row in own}]:
            listeners[artist] += 1
            others = [row for row in own if row[1] != artist]
            for row in sorted(others, key=lambda row: (-row[4], row[2]))[:TRACKS]:
                songs[artist, row[2]] += 1
            by_genre = Counter()
            for row in others:
                by_genre[row[3]] += row[4] if row[3] >= 0 else 0
            if sum(by_genre.values()):
                genres[artist, min(by_genre, key=lambda genre: (-by_genre[genre], genre))] += 1
    return listeners, genres, songs


def told_of(month):
    """The same of ``favourites``, but for an artist's own songs, which nobody asks for."""
    owner = dict(zip(month.track_id, month.track_artist, strict=True))
    genres = {(month.artist_id[row], genre): month.genres[row, genre] for row, genre in np.argwhere(month.genres)}
    cells = month.tracks.tocoo()
    named = zip(month.artist_id[cells.row], month.track_id[cells.col], cells.data, strict=True)
    songs = {(artist, song): count for artist, song, count in named if count and owner[song] != artist}
    return dict(zip(month.artist_id, month.listeners, strict=True)), genres, songs


@pytest.mark.parametrize("seed", range(4))
def test_favourites_are_those_that_are_played_most_the_artists_own_left_out(seed):
    plays = some_plays(seed)
    assert told_of(favourites(MONDAY, plays, 4)) == counted(plays)


def test_the_rarest_songs_are_nobodys_favourite(monkeypatch):
    monkeypatch.setattr(interests, "POPULAR", 12)
    plays = some_plays(1)
    popular = {song for song, _ in sorted(Counter(plays.track_id).items(), key=lambda one: (-one[1], one[0]))[:12]}
    month = favourites(MONDAY, plays, 4)
    assert set(month.track_id) == popular
    assert all(song in popular for _, song in told_of(month)[2])


@pytest.mark.parametrize("seed", range(3))
def test_one_listener_is_in_one_genre_and_ten_songs_of_an_artist_at_most(seed):
    plays = some_plays(seed)
    for leaving in np.unique(plays.listener_id)[::7]:
        stays = plays.listener_id != leaving
        fewer = Plays(*(getattr(plays, name)[stays] for name in Plays.__dataclass_fields__))
        _, genres, songs = (Counter(part) for part in told_of(favourites(MONDAY, plays, 4)))
        _, genres_less, songs_less = (Counter(part) for part in told_of(favourites(MONDAY, fewer, 4)))
        for before, after, most in ((genres, genres_less, 1), (songs, songs_less, TRACKS)):
            changed = defaultdict(list)
            for artist, item in before | after:
                changed[artist].append(before[artist, item] - after[artist, item])
            assert all(set(each) <= {0, 1} and sum(each) <= most for each in changed.values())


# Noise


def test_what_it_costs_is_what_opendp_says():
    dp.enable_features("contrib")

    def cost(deviation, changed):
        space = dp.vector_domain(dp.atom_domain(T="i64")), dp.l2_distance(T="f64")
        return dp.m.make_gaussian(*space, scale=deviation).map(float(changed) ** 0.5)

    of_artist = cost(GENRE_SIGMA, 1) + cost(TRACK_SIGMA, TRACKS)
    of_all = cost(WIDER * GENRE_SIGMA, 1) + cost(WIDER * TRACK_SIGMA, TRACKS)
    assert loss() == pytest.approx(of_artist + of_all)
    where = len(people.SPANS) * people.loss()["artist"] + len(people.SONG_SPANS) * people.loss()["songs"]
    assert where + loss() <= 0.5  # all that tells of one week of an artist's listener


def genre_shares(key, counts, listeners=4000):
    """What is told of an artist's genres, of so many listeners each."""
    who = np.repeat(np.arange(len(counts)), counts)
    plays = Plays(
        np.concatenate((np.arange(listeners), np.arange(len(who)))),
        np.concatenate((np.full(listeners, 2), np.full(len(who), 1))),
        np.concatenate((np.zeros(listeners, int), np.full(len(who), 1))),
        np.concatenate((np.resize(who, listeners), np.full(len(who), -1))),
        np.ones(listeners + len(who), int),
    )
    return {one.item: one for one in genre_interests(key, [favourites(MONDAY, plays, 10)]) if one.artist_id == 1}


def test_it_is_drawn_once_from_the_key_and_what_is_in_it():
    once, again, other = (genre_shares(key, [90, 300]) for key in (KEYS[0], KEYS[0], KEYS[1]))
    assert once == again
    assert once != other
    counts = np.array([390 * genre_shares(key, [90, 300])[0].share for key in KEYS])
    assert np.abs(counts - np.rint(counts)).max() < 1e-9
    assert abs(counts.mean() - 90) < 4 * GENRE_SIGMA / np.sqrt(len(KEYS))
    assert counts.std() == pytest.approx(GENRE_SIGMA, rel=0.35)


def test_nothing_is_told_of_fewer_than_ten():
    told = [genre_shares(key, [1, 5, FEWEST - 1, 300]) for key in KEYS]
    assert all(set(each) == {3} for each in told)
    assert any(0 in genre_shares(key, [30, 300]) for key in KEYS)


def test_of_few_listeners_nothing_is_told():
    few = [favourites(MONDAY, some_plays(1), 4)]
    assert [*genre_interests(KEYS[0], few), *track_interests(KEYS[0], few)] == []


def test_what_is_nobodys_favourite_but_for_one_artists_songs_is_compared_with_nothing():
    who = np.repeat(np.arange(500), 2 * TRACKS)
    song = np.tile(np.arange(2 * TRACKS), 500)
    own = song < TRACKS
    plays = Plays(who, np.where(own, 1, 2), song, np.where(own, 1, 0), np.where(own, 9, 1))
    month = favourites(MONDAY, plays, 4)
    assert told_of(month) == counted(plays)
    assert [one.item for one in track_interests(KEYS[0], [month]) if one.artist_id == 1] == []
    assert [one.item for one in genre_interests(KEYS[0], [month]) if one.artist_id == 1] == []


# What is told


def test_of_songs_that_nobody_likes_more_next_to_none_is_told():
    told = [len(of_the_artist(track_interests(KEYS[seed], months(seed)))) for seed in range(12)]
    assert sum(told) <= 2


def test_songs_that_are_liked_are_found_and_their_intervals_hold():
    found = [of_the_artist(track_interests(KEYS[seed], months(seed, 10, 2.0))) for seed in range(8)]
    true = [one for each in found for one in each if 1 <= one.item <= 10]
    wrong = [one for each in found for one in each if one.item > 10]
    assert len(true) >= 0.9 * 10 * 8
    assert len(wrong) <= SURE * (len(true) + len(wrong))
    assert np.mean([one.low <= 2.0 <= one.high for one in true]) >= 0.95
    assert np.mean([one.lift for one in true]) == pytest.approx(2.0, rel=0.05)
    assert all(one.low > 1 and one.lift == one.share / one.of_all for one in true)
    for each in found:
        assert [one.lift for one in each] == sorted((one.lift for one in each), reverse=True)


def test_the_artists_own_songs_are_no_interest():
    found = list(track_interests(KEYS[0], months(1, 10, 3.0)))
    assert not [one for one in found if one.artist_id == (1 if one.item == 0 else 2 + one.item % 10)]


def test_all_intervals_of_genres_hold_at_once_where_nobody_likes_one_more():
    worlds = [of_the_artist(genre_interests(KEYS[seed], months(seed))) for seed in range(20)]
    assert all(len(each) == 10 for each in worlds)
    assert np.mean([all(one.low <= 1 <= one.high for one in each) for each in worlds]) >= 0.9


def test_a_song_is_compared_in_the_months_in_which_it_may_be_a_favourite(monkeypatch):
    monkeypatch.setattr(interests, "POPULAR", 30)
    several = months(3, 10, 2.0)
    assert len({song for one in several for song in one.track_id}) > 30  # not the same in each month
    found = of_the_artist(track_interests(KEYS[3], several))
    assert len([one for one in found if 1 <= one.item <= 10]) >= 8
    assert np.mean([one.lift for one in found]) == pytest.approx(2.0, rel=0.1)
