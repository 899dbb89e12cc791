"""What else an audience likes: counted right, hidden by noise, found where planted, next to nothing by chance."""

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import opendp.prelude as dp
import pytest

from etl.audience import interests as module
from etl.audience import people
from etl.audience.interests import (
    ALL_SIGMA,
    GENRE_SIGMA,
    NAMED,
    SONG_SIGMA,
    SONGS,
    SURE,
    SURELY,
    Plays,
    favourites,
    interests,
    loss,
    lot,
)
from etl.audience.people import FEWEST, WIDER

MONDAY, MONTH = date(2020, 11, 9), timedelta(days=28)
GENRES = [f"Genre {number}" for number in range(5)]
KEYS = [bytes([number]) * 32 for number in range(60)]
LISTENERS, OWN, TRACKS = 3000, 1000, 200  #: OWN of the listeners are artist 1's, whose song is 0


def month(rng, number=0, *, listeners=LISTENERS, own=OWN, planted=0, lift=1.0, activity=None, rising=()):
    """The favourites of people who play songs by chance: of ten other artists, two of each genre.

    Args:
        own: listeners of artist 1, the first ones; they play the songs that are ``planted`` ``lift`` times as often.
        activity: plays of each listener; one in twelve songs otherwise.
        rising: songs that everybody plays six times as often.
    """
    weight = np.random.default_rng(9).uniform(0.3, 1, TRACKS)
    weight[:planted] = 0.6
    weight[list(rising)] *= 6
    theirs = np.where(np.arange(TRACKS) < planted, lift, 1) * weight
    plays = np.full(listeners, TRACKS // 12) if activity is None else activity
    counts = np.array(
        [rng.multinomial(n, (theirs if one < own else weight) / (theirs if one < own else weight).sum())
         for one, n in enumerate(plays)]
    )  # fmt: skip
    who, which = np.nonzero(counts)
    played = counts[who, which]
    who, which = np.concatenate((who, np.arange(own))), np.concatenate((which + 1, np.zeros(own, int)))
    artist = np.where(which > 0, 2 + which % 10, 1)
    genre = np.where(which > 0, which % 5, -1)
    return favourites(MONDAY - number * MONTH, Plays(who, artist, which, genre, np.append(played, np.ones(own, int))))


def months(seed, **world):
    rng = np.random.default_rng(seed)
    return [month(rng, number, **world) for number in range(4)]


def told(key, some):
    """What artist 1 is told: genres, songs."""
    return tuple([one for one in part if one.artist_id == 1] for part in interests(key, some, GENRES))


# Counting


def some_plays(seed, listeners=60, songs=40):
    rng = np.random.default_rng(seed)
    pairs = np.unique(rng.integers(0, (listeners, songs), (listeners * 14, 2)), axis=0)
    song, plays = pairs[:, 1], rng.integers(1, 4, len(pairs))
    return Plays(pairs[:, 0] + 7, np.where(song > 35, -1, 1 + song // 6), 100 + song, song % 5 - 1, plays)


def counted(plays):
    """The same by hand: by artist and song, of how many of the artist's listeners it is a favourite."""
    lots = lot(plays.listener_id, plays.track_id).tolist()
    rows = list(zip(plays.listener_id, plays.artist_id, plays.track_id, plays.plays, lots, strict=True))
    songs = Counter()
    for who in sorted({row[0] for row in rows}):
        own = [row for row in rows if row[0] == who]
        for artist in {0} | {row[1] for row in own if row[1] > 0}:
            others = [row for row in own if row[1] != artist or not artist]
            songs.update((artist, row[2]) for row in sorted(others, key=lambda row: (-row[3], row[4]))[:SONGS])
    return songs


def told_of(month):
    cells = month.counts.tocoo()
    return Counter(dict(zip(zip(month.artist_id[cells.row], month.track_id[cells.col], strict=True), cells.data,
                            strict=True)))  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_favourites_are_those_that_are_played_most_the_artists_own_left_out(seed):
    plays = some_plays(seed)
    assert (plays.artist_id < 0).any()  # songs of no artist are anybody's favourites, and nobody's own
    assert told_of(favourites(MONDAY, plays)) == counted(plays)


@pytest.mark.parametrize("seed", range(3))
def test_one_listener_changes_ten_songs_of_an_artist_by_one_at_most(seed):
    plays = some_plays(seed)
    for leaving in np.unique(plays.listener_id)[::7]:
        stays = plays.listener_id != leaving
        fewer = Plays(*(getattr(plays, name)[stays] for name in Plays.__dataclass_fields__))
        before, after = told_of(favourites(MONDAY, plays)), told_of(favourites(MONDAY, fewer))
        changed = defaultdict(list)
        for artist, song in before | after:
            changed[artist].append(before[artist, song] - after[artist, song])
        assert all(set(each) <= {0, 1} and sum(each) <= SONGS for each in changed.values())


def test_songs_of_no_artist_are_favourites_of_everybody_alone():
    plays = some_plays(1)
    orphans = replace(plays, artist_id=np.full(len(plays.artist_id), -1))
    assert told_of(favourites(MONDAY, orphans)) == counted(orphans)
    assert interests(KEYS[0], [favourites(MONDAY, orphans)], GENRES) == ([], [])


def test_of_songs_that_are_played_as_often_none_is_preferred():
    who, song = np.divmod(np.arange(400 * 300), 300)
    month = favourites(MONDAY, Plays(who, song % 7 + 1, song, song % 7, np.ones(len(who), int)))
    everybody = month.counts.toarray()[0]
    assert everybody.sum() == 400 * SONGS
    assert np.abs(everybody.reshape(3, 100).sum(axis=1) / (400 * SONGS / 3) - 1).max() < 0.1


# Noise


def test_what_it_costs_is_what_opendp_says():
    dp.enable_features("contrib")

    def cost(deviation, norm):
        space = dp.vector_domain(dp.atom_domain(T="i64")), dp.l2_distance(T="f64")
        return dp.m.make_gaussian(*space, scale=deviation).map(float(norm))

    def cells(wider):
        kinds = ((SONG_SIGMA, SONGS**0.5), (GENRE_SIGMA, SONGS), (ALL_SIGMA, SONGS))
        return sum(cost(wider * deviation, norm) for deviation, norm in kinds)

    assert loss() == pytest.approx(cells(1) + cells(WIDER))
    where = len(people.SPANS) * people.loss()["artist"] + len(people.SONG_SPANS) * people.loss()["songs"]
    assert where + loss() <= 0.5  # all that tells of one week of an artist's listener


def test_every_cell_has_a_draw_of_its_own_that_hangs_on_what_is_in_it(monkeypatch):
    said, wide = [], {}

    def listening(key, names, true, count):
        said.extend(names)
        places = module_drawn(key, names, true, count)
        wide.update(zip(places[:, 0].tolist(), names, strict=True))
        return places

    def measured(places, deviation):
        for place in places.tolist():
            _, kind, artist, *_ = wide[place].split("/")
            assert deviation == (WIDER if artist == "0" else 1) * deviations[kind]
        return discrete(places, deviation)

    deviations = {"track": SONG_SIGMA, "genre": GENRE_SIGMA, "all": ALL_SIGMA}
    module_drawn, discrete = module.drawn, module.discrete_gaussian
    monkeypatch.setattr(module, "drawn", listening)
    monkeypatch.setattr(module, "discrete_gaussian", measured)
    some = months(1, planted=5, lift=2.0)
    once = interests(KEYS[0], some, GENRES)
    assert len(said) == len(set(said))
    parts = list(zip(*(name.split("/")[1:5] for name in said), strict=True))
    assert set(parts[0]) == {"all", "genre", "track"}
    assert {"0", "1", "2"} <= set(parts[1])
    assert set(GENRES) <= set(parts[2])
    assert set(parts[3]) == {str(one.week) for one in some}
    assert once == interests(KEYS[0], some, GENRES) != interests(KEYS[1], some, GENRES)


@pytest.mark.parametrize(("kind", "deviation"), [("track", SONG_SIGMA), ("genre", GENRE_SIGMA), ("all", ALL_SIGMA)])
def test_the_noise_is_as_wide_as_it_says_and_of_everybody_wider(kind, deviation):
    drawing = module._Told(KEYS[0], months(1, listeners=60, own=20), GENRES)
    for artist, wider in ((1, 1), (0, WIDER)):
        some = np.full(2000, artist)
        zero, one = (np.full((2000, 4), true) for true in (0, 1))
        noise = drawing._noisy(kind, some, range(2000), zero, deviation)
        assert noise.std() == pytest.approx(wider * deviation, rel=0.03)
        assert abs(np.corrcoef(noise.T) - np.eye(4)).max() < 0.1
        other = drawing._noisy(kind, some, range(2000), one, deviation) - 1
        assert abs(np.corrcoef(noise[:, 0], other[:, 0])[0, 1]) < 0.1  # so they cannot be subtracted


def test_ten_listeners_are_ten_in_each_month():
    four, one = (module._Told(KEYS[0], months(1, listeners=60, own=20)[:count], GENRES) for count in (4, 1))
    assert four._least(3, 1) == FEWEST * 4 + SURELY * 3 * 2
    assert one._least(3, SONGS) == FEWEST * SONGS + SURELY * 3


def same_every_month(fans, others=2000):
    """Months in which so many listeners of artist 1 have song 5 for a favourite, which everybody else has too."""
    who = np.arange(300 + others)
    heard = np.concatenate((who[:fans], who[300:]))
    rows = [np.concatenate(parts) for parts in (
        (who[:300], heard, who), (np.ones(300, int), np.full(len(heard), 2), np.full(len(who), 3)),
        (np.zeros(300, int), np.full(len(heard), 5), np.full(len(who), 6)),
        (np.zeros(300, int), np.full(len(heard), 1), np.full(len(who), 2)),
        np.ones((3, 1), int).repeat([300, len(heard), len(who)], axis=0).ravel()[:, None].T,
    )]  # fmt: skip
    return [favourites(MONDAY - number * MONTH, Plays(*rows)) for number in range(4)]


def test_nothing_is_told_of_fewer_than_ten_who_come_back():
    for fans, at_most in ((1, 0), (FEWEST - 1, 0), (60, 60)):
        found = [module._Told(key, same_every_month(fans), GENRES).songs for key in KEYS]
        assert sum((one.artist_id == 1) @ (one.item == 5) for one in found) <= at_most
    assert sum((one.artist_id == 1) @ (one.item == 5) for one in found) > 40


def test_of_few_listeners_and_of_one_kind_of_music_nothing_wrong_is_told():
    assert told(KEYS[0], [favourites(MONDAY, some_plays(1))]) == ([], [])
    plays = some_plays(2, 2000)
    alike = favourites(MONDAY, Plays(*(getattr(plays, name) for name in ("listener_id", "artist_id", "track_id")),
                                     np.zeros(len(plays.genre), int), plays.plays))  # fmt: skip
    for key in KEYS:
        for one in (each for part in interests(key, [alike], GENRES) for each in part):
            assert 0 < one.share <= 1
            assert 0 < one.of_all <= 1
            assert 0 < one.low <= one.lift <= one.high < np.inf
            assert one.item != 0 or one.low <= 1 <= one.high


# What is told


def test_of_songs_that_nobody_likes_more_next_to_none_is_told():
    assert sum(len(told(KEYS[seed], months(seed))[1]) for seed in range(10)) <= 2


def test_songs_that_are_liked_are_found_and_their_intervals_hold():
    found = [told(KEYS[seed], months(seed, planted=10, lift=3.0))[1] for seed in range(6)]
    true = [one for each in found for one in each if 1 <= one.item <= 10]
    wrong = [one for each in found for one in each if one.item > 10]
    assert len(true) >= 0.9 * 10 * 6
    assert len(wrong) <= SURE * (len(true) + len(wrong))
    assert all(1 < one.low < one.lift == pytest.approx(one.share / one.of_all) for one in true)
    for each in found:
        assert [one.low for one in each] == sorted((one.low for one in each), reverse=True)
    lifts = [one.lift for one in true]
    assert 1.5 < np.mean(lifts) < 3.0  # of all listeners, a third of whom they are
    assert np.mean([one.low <= np.mean(lifts) <= one.high for one in true]) >= 0.95


def test_whoever_comes_back_counts_as_one():
    for seed in range(6):
        [once] = months(seed)[:1]
        some = [replace(once, week=MONDAY - number * MONTH) for number in range(4)]
        genres, songs = told(KEYS[seed], some)
        assert len(songs) <= 1
        assert all(one.low <= 1 <= one.high for one in genres)


def test_of_many_the_surest_are_named():
    assert len(told(KEYS[0], months(1, planted=40, lift=3.0))[1]) == NAMED


def test_the_artists_own_songs_are_no_interest():
    _, songs = interests(KEYS[0], months(1, planted=10, lift=3.0), GENRES)
    assert songs
    assert not [one for one in songs if one.artist_id == (1 if one.item == 0 else 2 + one.item % 10)]


def test_all_intervals_of_genres_hold_at_once_where_nobody_likes_one_more():
    for seed in range(10):
        genres, _ = interests(KEYS[seed], months(seed), GENRES)
        mine = [one for one in genres if one.artist_id == 1]
        assert len(mine) == len(GENRES)
        assert all(one.low <= 1 <= one.high for one in mine)
        # Artists 2 to 11 have half of the songs of a genre each: these are left out of both sides.
        own = [one for one in genres if one.artist_id > 1 and one.item == (one.artist_id - 2) % 5]
        assert len(own) == 10
        for some in (own, [one for one in genres if one.artist_id > 1 and one not in own]):
            assert np.mean([one.low <= 1 <= one.high for one in some]) >= 0.9


def test_whoever_listens_more_does_not_like_everything_more():
    rng = np.random.default_rng(4)
    few = np.clip(rng.lognormal(1, 1, LISTENERS), 1, 60).astype(int)
    activity = np.concatenate((np.sort(few)[::-1][:OWN], np.sort(few)[::-1][OWN:]))  # the artist's are the busiest
    assert sum(len(told(KEYS[seed], months(seed, activity=activity))[1]) for seed in range(4)) <= 1


def test_what_everybody_plays_in_the_months_in_which_an_artist_is_new_is_no_taste():
    rng = np.random.default_rng(5)
    some = [month(rng, number, own=800 if number == 0 else 30, rising=range(5) if number == 0 else ())
            for number in range(4)]  # fmt: skip
    assert told(KEYS[0], some)[1] == []
