"""What two confederates find out of a third friend, who shares in sum only, by varying what they hear themselves."""

from collections import Counter
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import numpy as np
import pytest

from etl.live import circle
from etl.recommend.friends import FEWEST, LIKED, OWN, propose
from etl.recommend.taste import UNKNOWN
from etl.store.warehouse import Warehouse, sql
from etl.tables import TOP_GENRES

ASKER, ONE, OTHER, VICTIM = 1, 2, 3, 4
BEYOND = 5  #: whose friend knows the three, and they do not know her
CROWD = range(100, 400)
SONGS, LIKES = 2_000, 200
GENRES = TOP_GENRES[:4]


@pytest.fixture
def world(new_database: Callable[[], str]) -> Iterator[SimpleNamespace]:
    """Some hundred listeners who like 200 of 2,000 songs each, the popular ones more; the victim is one like them."""
    warehouse, rng = Warehouse(new_database()), np.random.default_rng(3)
    weight = 1 / (np.arange(SONGS) + 20.0)
    with warehouse.transaction() as cursor:
        cursor.execute(
            "INSERT INTO core.track (track_id, title, artist_id, artist_name, genre, genre_ids, day)"
            " SELECT n, 'Song', n / 5, 'A', (%s)[1 + n %% 4], '{}', '2020-01-01' FROM generate_series(0, %s) AS n",
            (list(GENRES), SONGS - 1),
        )
        tastes = {}
        for who in (VICTIM, *CROWD):
            tastes[who] = rng.choice(SONGS, LIKES, replace=False, p=weight / weight.sum())
        for who in (ASKER, ONE, OTHER, BEYOND, 6, *tastes):
            cursor.execute(
                "INSERT INTO activity.listener (listener_id, name, synthetic, day, sharing)"
                " VALUES (%s, 'x', FALSE, '2020-01-01', 'sum')",
                (who,),
            )
        for a, b in [(ASKER, ONE), (ASKER, OTHER), (ASKER, VICTIM), (ONE, 6), (OTHER, 6), (VICTIM, 6), (BEYOND, 6)]:
            cursor.execute(
                "INSERT INTO activity.friendship VALUES (%s, %s, '2020-01-01', FALSE, '2020-01-01')", sorted((a, b))
            )
    for who, songs in tastes.items():
        like(warehouse, who, songs)
    night(warehouse)
    chance = np.bincount(np.concatenate([tastes[who] for who in CROWD]), minlength=SONGS) / len(CROWD)
    yield SimpleNamespace(warehouse=warehouse, liked=set(tastes[VICTIM].tolist()), chance=chance, rng=rng)
    warehouse.close()


def like(warehouse: Warehouse, who: int, songs: np.ndarray) -> None:
    """Let somebody hear all of these songs, and nothing else."""
    warehouse.execute(
        "INSERT INTO mart.taste VALUES (%s, %s, array_fill(1::real, ARRAY[%s]), array_fill(0, ARRAY[16]), '{}', now())"
        " ON CONFLICT (listener_id) DO UPDATE SET track_ids = excluded.track_ids, heard = excluded.heard",
        (who, [int(song) for song in songs], len(songs)),
    )


def night(warehouse: Warehouse) -> None:
    with warehouse.transaction() as cursor:
        cursor.execute("SELECT setseed(0.5)")  # the same chance each time
        cursor.execute(sql("marts/stand_in"), {"liked": LIKED, "own": OWN, "fewest": FEWEST, "unknown": UNKNOWN})


def proposed(warehouse: Warehouse) -> set[int]:
    """All songs that the list of the one who asks is made from."""
    known = circle.tastes(warehouse, ASKER)
    return set(propose(known.mine, known.friends, np.empty(0, np.int32)).tracks.tolist())


def beyond(warehouse: Warehouse) -> set[int]:
    """All songs of friends of friends."""
    return {row["track_id"] for row in circle.rows(warehouse, BEYOND, "discover_beyond")}


@pytest.mark.parametrize("asked", [proposed, beyond])
def test_confederates_learn_no_song_of_a_friend_who_shares_in_sum_surer_than_is_stated(
    world: SimpleNamespace, asked: Callable[[Warehouse], set[int]]
) -> None:
    found: Counter[int] = Counter()
    for part in range(4):  # they like a quarter of all songs, then another; then all, night after night
        for who in (ONE, OTHER):
            like(world.warehouse, who, np.arange(SONGS)[part::4])
        night(world.warehouse)
        found.update(asked(world.warehouse))
    for who in (ONE, OTHER):
        like(world.warehouse, who, np.arange(SONGS))
    for _ in range(3):
        night(world.warehouse)
        found.update(asked(world.warehouse))
    right = np.array([song in world.liked for song in found])
    # What is lost is stated: every second song is there because it is liked; the others as often as any so popular.
    stated = OWN + (1 - OWN) * world.chance[[*found]].mean()
    assert len(found) >= 30
    assert right.mean() <= stated + 3 * np.sqrt(stated * (1 - stated) / len(found))


def test_whoever_could_read_all_that_is_said_would_be_right_every_second_time(world: SimpleNamespace) -> None:
    def said() -> list[int]:
        return world.warehouse.query("SELECT stand_ins FROM app.stand_in WHERE listener_id = 4")[0]["stand_ins"]

    first = said()
    assert len(first) == LIKES
    right = np.array([song in world.liked for song in first])
    stated = OWN + (1 - OWN) * world.chance[first].mean()
    assert abs(right.mean() - stated) <= 3 * np.sqrt(stated * (1 - stated) / LIKES)
    # Rare songs tell no more than popular ones, nor do genres: what stands in is like what it stands for.
    rare = world.chance[first] < np.median(world.chance[first])
    assert right[rare].mean() <= OWN + (1 - OWN) * world.chance[first][rare].mean() + 0.15  # 3 σ of 100
    genres = [np.bincount(np.array(songs) % 4, minlength=4).tolist() for songs in (first, sorted(world.liked))]
    assert genres[0] == genres[1]
    night(world.warehouse)
    assert said() == first  # asked again, it is the same
    fresh = world.rng.choice(sorted(set(range(SONGS)) - world.liked), 150, replace=False)
    like(world.warehouse, VICTIM, np.concatenate((sorted(world.liked), fresh)))
    night(world.warehouse)
    assert said()[:LIKES] == first
    newer = np.array([song in set(fresh.tolist()) for song in said()[LIKES:]])
    assert len(newer) == 150
    assert abs(newer.mean() - OWN) < 0.16  # nor does the day tell on which a song comes


def test_friends_who_share_in_sum_weigh_by_what_is_said_of_them_alone(world: SimpleNamespace) -> None:
    for who in (ONE, OTHER):
        like(world.warehouse, who, np.arange(SONGS))
    night(world.warehouse)
    like(world.warehouse, ASKER, np.array([1_999]))
    before = circle.tastes(world.warehouse, ASKER).friends
    world.warehouse.execute("UPDATE mart.taste SET heard = array_fill(0.4::real, ARRAY[200]) WHERE listener_id = 4")
    night(world.warehouse)
    after = circle.tastes(world.warehouse, ASKER).friends
    parts = [sorted((len(one.taste.tracks), one.taste.tracks.sum()) for one in some) for some in (before, after)]
    assert parts[0] == parts[1]
    assert {float(share) for one in after for share in one.taste.heard} == {1.0}
    assert all(not one.taste.listens.any() and not len(one.taste.artists) for one in after)
