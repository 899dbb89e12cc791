"""Discover over a small made world: every reason is true, what is said is obeyed, and each state explains itself."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pytest
from flask import Flask

from dashboards.components.variety import why_not
from dashboards.pages import discover as page
from dashboards.pages import friends as friends_page
from dashboards.pages.listener import Mine
from dashboards.queries import discover as ask
from dashboards.queries import friends, listeners, weekly
from etl.live import circle, suggest
from etl.recommend.items import Graph
from etl.recommend.model import Model
from etl.recommend.rotation import Shelf
from etl.store.warehouse import Warehouse
from etl.tables import TOP_GENRES
from tests.drawn import badges, words

NOW = datetime(2026, 1, 7, 12, tzinfo=UTC)
PEOPLE, SONGS = 40, 80
KINDS = ("Folk", "Jazz", "Rock", "Pop")
LONER, ASKER = 41, 42  #: who knows nobody; who knows only people who share nothing


@pytest.fixture(scope="module")
def world(new_database: Callable[[], str]) -> Iterator[Warehouse]:
    """Forty listeners who know about eight others each and hear a quarter of eighty songs of four genres."""
    url = new_database()
    warehouse, rng = Warehouse(url), np.random.default_rng(7)
    genre = rng.integers(4, size=SONGS + 1)
    with warehouse.transaction() as cursor:
        for track in range(1, SONGS + 1):
            cursor.execute(
                "INSERT INTO core.track (track_id, title, artist_id, artist_name, genre, genre_ids, day)"
                " VALUES (%s, %s, %s, %s, %s, '{}', '2026-01-01')",
                (track, f"Song {track}", 1 + track % 20, f"Artist {1 + track % 20}", KINDS[genre[track]]),
            )
        for artist in range(1, 21):
            cursor.execute("INSERT INTO core.artist VALUES (%s, %s, NULL, NULL, '2026-01-01')", (artist, f"A {artist}"))
        for who in [*range(1, PEOPLE + 1), LONER, ASKER]:
            share = ("name", "name", "sum", "off")[who % 4] if who <= PEOPLE else "name"
            cursor.execute(
                "INSERT INTO activity.listener (listener_id, name, synthetic, day, sharing)"
                " VALUES (%s, %s, TRUE, '2026-01-01', %s)",
                (who, f"Person {who}", share),
            )
            if who <= PEOPLE:
                heard = rng.choice(np.arange(1, SONGS + 1), 20, replace=False)
                shares = rng.integers(0, 101, 20) / 100
                plays = rng.integers(1, 6, 20)
                counts = np.zeros(16, int)
                np.add.at(counts, [TOP_GENRES.index(KINDS[genre[one]]) for one in heard], plays)
                cursor.execute(
                    "INSERT INTO mart.taste VALUES (%s, %s, %s::real [], %s, %s, now())",
                    (who, heard.tolist(), shares.tolist(), counts.tolist(), sorted({int(1 + t % 20) for t in heard})),
                )
        pairs = {tuple(sorted(pair)) for pair in rng.integers(1, PEOPLE + 1, (160, 2)).tolist() if pair[0] != pair[1]}
        for a, b in [*pairs, (3, ASKER), (7, ASKER)]:  # 3 and 7 share nothing
            cursor.execute("INSERT INTO activity.friendship VALUES (%s, %s, '2025-01-01', TRUE, '2026-01-01')", (a, b))
        artist = np.concatenate(([-1], 1 + np.arange(1, SONGS + 1) % 20)).astype(np.int32)
        kinds = np.array([-1] + [TOP_GENRES.index(KINDS[genre[one]]) for one in range(1, SONGS + 1)], np.int8)
        targets = np.stack([(np.arange(20) + step) % 20 for step in (1, 2)], axis=1).astype(np.int32)
        graph = Graph(np.arange(1, 21, dtype=np.int32), targets, np.tile(np.float32([0.5, 0.2]), (20, 1)))
        model = Model(artist, kinds, rng.random(SONGS + 1).astype(np.float32), graph)
        cursor.execute(
            "INSERT INTO mart.recommender VALUES (%s, '2026-01-06', 40, 20, %s)", (model.version, model.to_bytes())
        )
        cursor.execute("INSERT INTO ops.watermark (table_name, through) VALUES ('lake/listens', '2026-01-06')")
    yield warehouse
    warehouse.close()


@pytest.fixture(autouse=True)
def as_it_was(world: Warehouse) -> None:
    """What a test says and does is gone before the next."""
    world.execute(
        "TRUNCATE app.listener, app.friendship, app.block, app.song_said, app.genre_never, app.weekly_list, core.clip"
    )
    suggest._silent.clear()


def listed(warehouse: Warehouse, who: int, **how: Any) -> list[suggest.Pick]:
    """The next songs of a listener."""
    found = ask.state(warehouse, who, NOW)
    assert found is not None
    return suggest.picks(found, how.pop("reach", "medium"), **how)


def shown(warehouse: Warehouse, who: int, **query: str) -> str:
    """What the card of the next songs says."""
    me = listeners.me(warehouse, who)
    assert me is not None
    with Flask("test").test_request_context():
        return " ".join(words(page.songs(Mine(warehouse, me, date(2026, 1, 6)), query)).split())


HEARS = re.compile(r"(Person \d+) hears (all|\d+%) of it")


def test_every_sentence_is_true_when_it_is_looked_up_in_the_database(world: Warehouse) -> None:
    friends.act(world, 1, 5, "block")
    listeners.share(world, 8, "off")
    rows = world.query("SELECT listener_id, track_ids, heard FROM mart.taste")
    hears = {row["listener_id"]: dict(zip(row["track_ids"], row["heard"], strict=True)) for row in rows}
    number = {row["name"]: row["listener_id"] for row in world.query("SELECT name, listener_id FROM activity.listener")}
    sentences, names = 0, 0
    for who in range(1, PEOPLE + 1):
        known = {friend["friend"] for friend in world.query("SELECT friend FROM app.friends_of(%s)", (who,))}
        found = ask.state(world, who, NOW)
        assert found is not None
        opened = {TOP_GENRES[one.genre] for one in found.shelves if one.state == "open"}
        for reach in ("easy", "medium", "hard"):
            picks = suggest.picks(found, reach)  # type: ignore[arg-type]
            for one in picks:
                assert one.song.track_id not in hears[who]
                named = HEARS.findall(one.why)
                sentences, names = sentences + 1, names + len(named)
                for name, share in named:
                    friend = number[name]
                    assert friend in known
                    assert world.query("SELECT app.sharing_of(%s) AS s", (friend,))[0]["s"] == "name"
                    really = hears[friend][one.song.track_id]
                    assert (100 if share == "all" else int(share[:-1])) == round(100 * really)
                    assert really >= 0.3
                assert found.shelves[one.suggestion.genre].state != "resting"
                if "which you hear least" in one.why:
                    assert found.known.mine.listens[one.suggestion.genre] == found.known.mine.listens.min()
                if one.suggestion.source == "friends":
                    assert one.song.genre in opened
                    others = re.search(r"(\d+) (?:more )?of your friends", one.why)
                    behind = [f for f in known if hears.get(f, {}).get(one.song.track_id, 0) >= 0.3]
                    assert named or others
                    assert len(named) + int(others[1] if others else 0) <= len(behind)
    assert min(sentences, names) > 1000


def test_what_is_said_is_obeyed_at_once(world: Warehouse) -> None:
    first, second, third, *_ = listed(world, 1)
    ask.say(world, 1, first.song.track_id, "down")
    ask.say(world, 1, second.song.track_id, "skip")
    now = {one.song.track_id for one in listed(world, 1, n=80)}
    assert not now & {first.song.track_id, second.song.track_id}
    world.execute("UPDATE app.song_said SET said_at = %s", (datetime(2025, 12, 1, tzinfo=UTC),))
    later = {one.song.track_id for one in listed(world, 1, n=80)}
    assert (first.song.track_id in later, second.song.track_id in later) == (False, True)  # a skip ends, a no does not
    ask.say(world, 1, first.song.track_id, None)
    assert first.song.track_id in {one.song.track_id for one in listed(world, 1, n=80)}
    ask.never(world, 1, third.song.genre or "", True)
    assert third.song.genre not in {one.song.genre for one in listed(world, 1, n=80)}
    ask.never(world, 1, third.song.genre or "", False)
    assert third.song.track_id in {one.song.track_id for one in listed(world, 1, n=80)}
    ask.never(world, 1, "no genre of ours", True)
    assert world.query("SELECT * FROM app.genre_never") == []


def test_more_like_this_brings_artists_close_to_it_forward(world: Warehouse) -> None:
    world.execute("UPDATE mart.taste SET artist_ids = '{}' WHERE listener_id = 2")
    before = listed(world, 2, n=30)
    assert {one.closer_to for one in before} == {None}
    last = max(place for place, one in enumerate(before) if one.suggestion.source == "friends")
    points_at_it = 1 + (before[last].song.artist_id - 2) % 20  # each artist points at the next one
    [liked] = world.query("SELECT min(track_id) AS track_id FROM core.track WHERE artist_id = %s", (points_at_it,))
    ask.say(world, 2, liked["track_id"], "up")
    after = listed(world, 2, n=30)
    place = next(at for at, one in enumerate(after) if one.song.track_id == before[last].song.track_id)
    assert place < last
    assert after[place].closer_to == f"A {points_at_it}"


def test_easy_and_hard_share_no_genre_and_are_both_of_open_ones(world: Warehouse) -> None:
    for who in (1, 2, 6):
        easy, medium, hard = (
            {one.song.genre for one in listed(world, who, reach=reach, n=80) if one.suggestion.source == "friends"}
            for reach in ("easy", "medium", "hard")
        )
        assert easy | hard <= medium
        assert len(medium) < 2 or not easy & hard or len(medium) % 2


def test_one_genre_is_of_that_genre_alone_and_a_resting_one_says_why(world: Warehouse) -> None:
    found = ask.state(world, 1, NOW)
    assert found is not None
    states = {TOP_GENRES[one.genre]: one for one in found.shelves}
    opened = next(name for name, one in states.items() if one.state == "open")
    assert {one.song.genre for one in suggest.picks(found, "medium", opened)} == {opened}
    resting = next((name for name, one in states.items() if one.state == "resting"), None)
    assert resting
    assert f"No {resting} now {resting} rests: " in shown(world, 1, genre=resting)
    assert "Show all genres" in shown(world, 1, genre=resting)


def test_a_resting_genre_says_how_far_it_is_from_its_return() -> None:
    rock = TOP_GENRES.index("Rock")
    assert why_not(Shelf(rock, 118, 40.0, "resting", 5)) == (
        "Rock rests: 118 listens, bar 40; about 5 more listens elsewhere until it returns."
    )
    assert why_not(Shelf(rock, 1, 37.6, "open", 0)) == "Rock is open: 1 listen, bar 37.6."
    assert why_not(Shelf(rock, 0, float("nan"), "unserved", 0)) == "No friend has a Rock song for you: 0 listens."
    assert why_not(Shelf(rock, 7, float("nan"), "never", 0)) == "You want no Rock: 7 listens."


def test_songs_that_cannot_be_played_are_not_suggested_unless_nothing_can(world: Warehouse) -> None:
    everything = {one.song.track_id for one in listed(world, 1, n=80)}
    some = sorted(everything)[::2]
    for track in some:
        world.execute(
            "INSERT INTO core.clip VALUES (%s, 'c', 'p', NULL, 0, 0, 1, 'mp3', 30, '{1}', '2026-01-01')", (track,)
        )
    suggest._silent.clear()
    assert {one.song.track_id for one in listed(world, 1, n=80)} <= set(some)


def test_the_page_explains_itself_when_there_are_no_friends_or_they_share_nothing(world: Warehouse) -> None:
    alone = shown(world, LONER)
    assert "You have no friends here yet." in alone
    assert "Find friends" in alone
    assert alone.count("Popular in ") >= 10  # the card is not empty
    assert "None of your 2 friends shares what they hear." in shown(world, ASKER)
    assert "Find friends" not in shown(world, 1)


def test_the_page_explains_itself_when_nothing_is_unheard_or_wanted(world: Warehouse) -> None:
    every = list(range(1, SONGS + 1))
    world.execute(
        "INSERT INTO mart.taste VALUES (%s, %s, %s::real [], %s, '{}', now())",
        (LONER, every, [0.5] * SONGS, [5] * 16),
    )
    assert "You have heard every song there is" in shown(world, LONER)
    world.execute("DELETE FROM mart.taste WHERE listener_id = %s", (LONER,))
    world.execute("INSERT INTO activity.friendship VALUES (1, %s, '2025-01-01', TRUE, '2026-01-01')", (LONER,))
    listeners.share(world, 1, "name")
    theirs = world.query("SELECT track_ids FROM mart.taste WHERE listener_id = 1")[0]["track_ids"]
    world.execute(
        "INSERT INTO mart.taste VALUES (%s, %s, %s::real [], %s, '{}', now())", (LONER, theirs, [0.5] * 20, [5] * 16)
    )
    assert "You have heard all that your friends share, or turned it down." in shown(world, LONER)
    world.execute("DELETE FROM mart.taste WHERE listener_id = %s", (LONER,))
    world.execute("DELETE FROM activity.friendship WHERE listener_b = %s", (LONER,))
    for genre in TOP_GENRES:
        ask.never(world, LONER, genre, True)
    refused = shown(world, LONER)
    assert "You turned down every genre that has a song for you" in refused
    assert "Allow Rock again" in refused


def test_the_list_of_the_week_keeps_its_songs_and_tells_reasons_as_they_are_now(world: Warehouse) -> None:
    me = listeners.me(world, 1)
    assert me is not None
    mine = Mine(world, me, date(2026, 1, 6))
    with Flask("test").test_request_context():
        first = words(page.week(mine, {}))
        [made] = weekly.lists(world, 1)
        assert len(made.track_ids) == weekly.SONGS
        assert words(page.week(mine, {})) == first
        named = {int(one) for one in re.findall(r"Person (\d+) hears", first)}
        for friend in named:
            listeners.share(world, friend, "off")
        assert re.findall(r"Person (\d+) hears", words(page.week(mine, {}))) == []
        ask.say(world, 1, made.track_ids[0], "down")
        assert f"{weekly.SONGS - 1} songs for the week" in words(page.week(mine, {}))


# What was made


@pytest.fixture
def told(world: Warehouse) -> Iterator[Callable[[], list[str]]]:
    """What the pages of the first listener say is invented: above all, of the songs, of the week, of the friends."""

    def tell() -> list[str]:
        me = listeners.me(world, 1)
        assert me is not None
        my = Mine(world, me, date(2026, 1, 6))
        with Flask("test").test_request_context():
            shown = [page.shown(my), page.songs(my, {}), page.week(my, {}), friends_page.friends(my, {})]
        return [" ".join(badges(each)) for each in shown]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(page.listener, "now", lambda my: NOW)
        yield tell
    world.execute("UPDATE core.track SET synthetic = FALSE")
    world.execute("UPDATE activity.listener SET synthetic = TRUE")


def test_pages_of_a_listener_say_what_of_their_rows_was_made(world: Warehouse, told: Callable[[], list[str]]) -> None:
    assert told() == ["Listeners and listens are invented.", "", "", "People are invented."]
    world.execute("UPDATE activity.listener SET synthetic = FALSE")
    assert told() == ["", "", "", ""]
    world.execute("UPDATE core.track SET synthetic = TRUE")
    assert told() == ["", "Songs are invented.", "Songs are invented.", ""]
    friend = circle.friends(world, 1)[0].listener_id
    world.execute("UPDATE activity.listener SET synthetic = TRUE WHERE listener_id = %s", (friend,))
    assert told()[3] == "Some of the people are invented."
    me = listeners.me(world, 1)
    assert me is not None
    my, picks = Mine(world, me, date(2026, 1, 6)), listed(world, 1)
    assert my.about("x", [one.song for one in picks], circle.friends(world, 1)).invented == (
        "songs, some of the listeners and some of the listens"
    )
