"""Who sees what of whom: listeners, their friends, and nobody else; and what becomes of two people."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from dashboards.queries import discover, friends, listeners, weekly
from etl.errors import SettingInvalid, ValueRefused
from etl.live import circle
from etl.recommend.rotation import variety
from etl.store.warehouse import Warehouse
from etl.tables import TOP_GENRES

#: Ann knows Ben (by name), Cid (in sum), Dan (nothing), Eva and Fay (in sum). Ben knows Gus, Hal and Ida (beyond Ann).
#: Jon knows nobody.
ANN, BEN, CID, DAN, EVA, FAY, GUS, HAL, IDA, JON = range(1, 11)
NAMES = dict(zip(range(1, 11), ["Ann", "Ben", "Cid", "Dan", "Eva", "Fay", "Gus", "Hal", "Ida", "Jon"], strict=True))
SHARING = {BEN: "name", CID: "sum", DAN: "off", EVA: "sum", FAY: "sum", GUS: "name", HAL: "sum", IDA: "name"}
PAIRS = [(ANN, BEN), (ANN, CID), (ANN, DAN), (ANN, EVA), (ANN, FAY), (BEN, GUS), (BEN, HAL), (BEN, IDA)]
ROCK, FOLK = TOP_GENRES.index("Rock"), TOP_GENRES.index("Folk")
NOON = datetime(2026, 1, 7, 12, tzinfo=UTC)  # a Wednesday


@dataclass
class People:
    """Ten listeners and their warehouse."""

    warehouse: Warehouse

    def sees(self, listener_id: int | None, sql: str) -> list[tuple[Any, ...]]:
        """What a transaction of the app sees for a listener."""
        return [tuple(row.values()) for row in self.warehouse.query_as(sql, {}, listener_id=listener_id)]

    def act(self, who: int, what: friends.Act, other: int) -> str:
        """Do something about somebody."""
        return friends.act(self.warehouse, who, other, what)

    def friends(self, who: int) -> set[int]:
        """Whose friend somebody is."""
        return {one.listener_id for one in circle.friends(self.warehouse, who)}


@pytest.fixture(scope="module")
def migrated(new_database: Callable[[], str]) -> str:
    return new_database()


@pytest.fixture
def people(migrated: str) -> Iterator[People]:
    """Ten listeners who heard a song each and one together, a week ago."""
    warehouse = Warehouse(migrated)
    with warehouse.transaction() as cursor:
        cursor.execute(
            "TRUNCATE app.listener, app.friendship, app.block, app.heard, app.song_said, app.genre_never,"
            " app.weekly_list, app.stand_in, core.clip, mart.taste, mart.variety, activity.listener,"
            " activity.friendship, ops.audience_due, core.track"
        )
        for track, genre in [*((100 + who, "Rock") for who in NAMES), (200, "Folk"), (201, None)]:
            cursor.execute(
                "INSERT INTO core.track (track_id, title, artist_id, artist_name, genre, genre_ids, day)"
                " VALUES (%s, %s, %s, 'A', %s, '{}', '2026-01-01')",
                (track, f"Song {track}", track, genre),
            )
        for who, name in NAMES.items():
            cursor.execute(
                "INSERT INTO activity.listener (listener_id, name, country, synthetic, day, sharing)"
                " VALUES (%s, %s, 'SWE', FALSE, '2026-01-01', %s)",
                (who, f"{name} Olsson", SHARING.get(who)),
            )
            counts = [0] * 16
            counts[ROCK], counts[FOLK] = 3, who
            cursor.execute(
                "INSERT INTO mart.taste VALUES (%s, %s, %s::real [], %s, '{200}', '2026-01-01')",
                (who, [100 + who, 200], [0.9, 0.5], counts),
            )
            songs = [100 + who, 200]  # by chance each stands for itself
            cursor.execute("INSERT INTO app.stand_in VALUES (%s, %s, %s)", (who, songs, songs))
            cursor.execute("INSERT INTO mart.variety VALUES (%s, '2025-12-29', %s)", (who, counts))
        for a, b in PAIRS:
            cursor.execute("INSERT INTO activity.friendship VALUES (%s, %s, '2025-01-01', FALSE, '2026-01-01')", (a, b))
    yield People(warehouse)
    warehouse.close()


# Who sees what


def test_a_listener_sees_own_rows_and_what_friends_share_by_name_and_nothing_else(people: People) -> None:
    tastes = "SELECT listener_id FROM mart.taste ORDER BY 1"
    assert people.sees(ANN, tastes) == [(ANN,), (BEN,)]
    assert people.sees(CID, tastes) == [(CID,)]  # Ann has not said what she shares: that is nothing
    assert people.sees(JON, tastes) == [(JON,)]
    assert people.sees(None, tastes) == []
    assert people.sees(ANN, "SELECT listener_id FROM mart.variety") == [(ANN,)]
    assert people.sees(ANN, "SELECT listener_id FROM activity.listener ORDER BY 1") == [
        (ANN,), (BEN,), (CID,), (DAN,), (EVA,), (FAY,)
    ]  # fmt: skip
    assert people.sees(JON, "SELECT listener_a, listener_b FROM activity.friendship") == []
    listeners.share(people.warehouse, ANN, "name")
    assert people.sees(CID, tastes) == [(ANN,), (CID,)]
    assert people.sees(HAL, tastes) == [(BEN,), (HAL,)]


def test_a_taste_that_is_loaded_with_a_listener_is_shown_to_nobody(people: People) -> None:
    for column in ("taste", "sharing"):
        with pytest.raises(SettingInvalid, match="permission denied"):
            people.sees(ANN, f"SELECT {column} FROM activity.listener")


def test_friends_who_share_in_sum_are_three_or_more_and_have_no_names(people: People) -> None:
    in_sum = "SELECT * FROM app.tastes_in_sum()"
    assert sorted(row[0][0] for row in people.sees(ANN, in_sum)) == [100 + who for who in (CID, EVA, FAY)]
    assert "listener_id" not in people.warehouse.query_as(in_sum, {}, listener_id=ANN)[0]
    listeners.share(people.warehouse, CID, "off")
    assert people.sees(ANN, in_sum) == []
    weeks = "SELECT * FROM app.friends_variety()"
    assert people.sees(ANN, weeks) == []  # two of three could move a median to where the third is
    for who in (EVA, FAY):
        listeners.share(people.warehouse, who, "name")
    assert people.sees(ANN, weeks) == [(date(2025, 12, 29), 1.9, 3)]


def test_songs_of_friends_of_friends_are_those_of_three_and_of_nobody_who_shares_nothing(people: People) -> None:
    beyond = "SELECT track_id, people FROM app.beyond_friends()"
    assert people.sees(ANN, beyond) == [(200, 3)]  # of Gus, Hal and Ida together; not the song of each
    listeners.share(people.warehouse, IDA, "off")
    assert people.sees(ANN, beyond) == []
    listeners.share(people.warehouse, IDA, "sum")
    listeners.share(people.warehouse, BEN, "off")  # what Ben's friends are is Ben's
    assert people.sees(ANN, beyond) == []


def test_what_listeners_choose_and_say_is_their_own_to_read_and_to_write(people: People) -> None:
    tables = {
        "app.listener": "(listener_id, sharing) VALUES ({}, 'off')",
        "app.song_said": "(listener_id, track_id, said) VALUES ({}, 200, 'up')",
        "app.genre_never": "(listener_id, genre) VALUES ({}, 'Rock')",
        "app.weekly_list": "(listener_id, week, track_ids) VALUES ({}, '2026-01-05', '{{200}}')",
    }
    for table, row in tables.items():
        people.sees(BEN, f"INSERT INTO {table} {row.format(BEN)} RETURNING 1")
        with pytest.raises(SettingInvalid, match="row-level security"):
            people.sees(ANN, f"INSERT INTO {table} {row.format(BEN + 1)} RETURNING 1")
        assert people.sees(ANN, f"SELECT * FROM {table}") == []
        assert people.sees(ANN, f"DELETE FROM {table} RETURNING 1") == []
        assert people.sees(None, f"SELECT * FROM {table}") == []
        assert len(people.sees(BEN, f"SELECT * FROM {table}")) == 1
        with pytest.raises(SettingInvalid, match="row-level security"):
            people.sees(BEN, f"UPDATE {table} SET listener_id = {ANN} RETURNING 1")
    for table in ("mart.taste", "mart.variety", "app.block", "app.heard", "activity.friendship", "ops.lake"):
        with pytest.raises(SettingInvalid, match="permission denied"):
            people.sees(ANN, f"DELETE FROM {table}")
    for function in (
        "app.friends_of(2)",
        "app.sharing_of(2)",
        "app.apart(1, 2)",
        "app.weeks_of(ARRAY[2])",
        "app.tastes_of(ARRAY[2])",
    ):
        with pytest.raises(SettingInvalid, match="permission denied"):
            people.sees(ANN, f"SELECT {function}")


def test_an_artist_sees_nothing_of_listeners(people: People) -> None:
    for table in (
        "mart.taste",
        "mart.variety",
        "activity.listener",
        "activity.friendship",
        "app.listener",
        "app.block",
    ):
        assert people.warehouse.query_as(f"SELECT 1 FROM {table}", {}, artist_id=200) == []
    for function in (
        "tastes",
        "my_weeks",
        "tastes_in_sum",
        "beyond_friends",
        "friends_variety",
        "my_friends",
        "my_requests",
        "known_to_me",
    ):
        assert people.warehouse.query_as(f"SELECT 1 FROM app.{function}()", {}, artist_id=200) == []
    assert people.warehouse.query_as("SELECT 1 FROM app.find_people('Olsson')", {}, artist_id=200) == []
    assert people.warehouse.query_as("SELECT app.friend_act(2, 'ask') AS became", {}, artist_id=200) == [
        {"became": "nobody"}
    ]


# What becomes of two people


def test_people_are_found_by_name_with_friends_in_common_unless_they_share_nothing(people: People) -> None:
    found = friends.find(people.warehouse, ANN, "olss")
    assert [(one.name.split()[0], one.in_common, one.state) for one in found] == [
        ("Gus", 1, "stranger"), ("Hal", 1, "stranger"), ("Ida", 1, "stranger"),
        ("Ben", 0, "friends"), ("Cid", 0, "friends"), ("Eva", 0, "friends"), ("Fay", 0, "friends"),
    ]  # fmt: skip
    assert friends.find(people.warehouse, ANN, "Da") == []  # two letters
    assert friends.find(people.warehouse, ANN, "Dan") == []  # shares nothing
    assert friends.find(people.warehouse, ANN, "%_%") == []  # no pattern


def test_a_request_is_accepted_declined_withdrawn_or_met_by_another(people: People) -> None:
    assert people.act(JON, "ask", GUS) == "asked"
    assert people.act(JON, "ask", GUS) == "asked"
    assert people.act(JON, "accept", GUS) == "nothing"  # one does not accept for the other
    [asked] = friends.requests(people.warehouse, GUS)
    assert (asked.listener_id, asked.name, asked.from_me) == (JON, "Jon Olsson", False)
    assert people.act(GUS, "decline", JON) == "declined"
    assert friends.requests(people.warehouse, GUS) == []
    assert [one.from_me for one in friends.requests(people.warehouse, JON)] == [True]  # Jon is not told
    assert people.act(JON, "withdraw", GUS) == "ended"
    assert friends.requests(people.warehouse, JON) == []
    assert people.act(JON, "ask", GUS) == "asked"
    assert friends.requests(people.warehouse, GUS) == []  # the answer stays
    assert people.act(GUS, "ask", JON) == "asked"
    assert people.act(JON, "accept", GUS) == "friends"
    assert (people.friends(JON), GUS in people.friends(GUS)) == ({GUS}, False)
    assert people.act(HAL, "ask", IDA) == "asked"
    assert people.act(IDA, "ask", HAL) == "friends"  # both asked
    assert people.act(JON, "ask", DAN) == "nobody"  # who cannot be found cannot be asked
    assert people.act(JON, "ask", JON) == people.act(JON, "ask", 999) == "nobody"


def test_a_friendship_that_was_ended_stays_so_when_it_is_loaded_again(people: People) -> None:
    assert people.act(BEN, "remove", ANN) == "ended"
    assert people.act(BEN, "remove", ANN) == "nothing"
    assert (BEN in people.friends(ANN), ANN in people.friends(BEN)) == (False, False)
    assert people.sees(ANN, "SELECT listener_id FROM mart.taste") == [(ANN,)]
    people.warehouse.execute("UPDATE activity.friendship SET day = '2026-02-01'")
    assert BEN not in people.friends(ANN)
    assert people.act(ANN, "ask", BEN) == "asked"
    assert people.act(BEN, "accept", ANN) == "friends"
    assert BEN in people.friends(ANN)


def test_who_is_blocked_disappears_at_once_both_ways_and_is_not_told(people: People) -> None:
    listeners.share(people.warehouse, ANN, "name")
    assert people.act(ANN, "block", BEN) == "blocked"
    for who, other in ((ANN, BEN), (BEN, ANN)):
        assert other not in people.friends(who)
        assert (other,) not in people.sees(who, "SELECT listener_id FROM mart.taste")
        assert people.sees(who, "SELECT * FROM activity.friendship WHERE listener_a = 1 AND listener_b = 2") == []
        assert NAMES[other] not in {one.name.split()[0] for one in friends.find(people.warehouse, who, "Olsson")}
        assert people.act(who, "ask", other) == "nobody"
    assert people.sees(ANN, "SELECT track_id FROM app.beyond_friends()") == []
    assert people.sees(BEN, "SELECT blocker FROM app.block") == []
    assert (ANN,) not in people.sees(BEN, "SELECT listener_id FROM activity.listener")
    assert [one.name for one in friends.blocked(people.warehouse, ANN)] == ["Ben Olsson"]
    assert people.act(BEN, "unblock", ANN) == "nothing"
    assert people.act(ANN, "unblock", BEN) == "unblocked"
    assert BEN not in people.friends(ANN)  # to be friends again, one asks again
    assert people.act(BEN, "ask", ANN) == "asked"
    assert people.act(ANN, "block", BEN) == "blocked"
    assert friends.requests(people.warehouse, ANN) == friends.requests(people.warehouse, BEN) == []


def test_whether_somebody_who_may_not_be_found_exists_is_told_by_no_act(people: People) -> None:
    listeners.share(people.warehouse, JON, "name")
    assert people.act(GUS, "block", JON) == "blocked"
    acts: tuple[friends.Act, ...] = ("ask", "accept", "decline", "withdraw", "remove", "block", "unblock")
    told = {
        who: [people.act(JON, act, who) for act in acts]
        for who in (DAN, GUS, 999)  # shares nothing; has blocked Jon; does not exist
    }
    nothing = ["nobody", *["nothing"] * 4, "nobody", "nothing"]
    assert told == {DAN: nothing, GUS: nothing, 999: nothing}
    assert friends.blocked(people.warehouse, JON) == friends.requests(people.warehouse, JON) == []
    assert people.sees(JON, "SELECT name FROM activity.listener") == [("Jon Olsson",)]


def test_who_is_blocked_is_shown_by_what_was_known_then(people: People) -> None:
    assert people.act(JON, "block", GUS) == people.act(JON, "block", GUS) == "blocked"
    people.warehouse.execute(
        "UPDATE activity.listener SET name = 'Gustav', country = 'NOR' WHERE listener_id = %s", (GUS,)
    )
    listeners.share(people.warehouse, GUS, "off")
    assert friends.blocked(people.warehouse, JON) == [friends.Blocked(GUS, "Gus Olsson", "SWE")]
    assert people.sees(JON, "SELECT name FROM activity.listener") == [("Jon Olsson",)]
    assert people.act(JON, "unblock", GUS) == "unblocked"
    assert people.act(JON, "block", GUS) == "nobody"


def test_who_was_declined_does_not_come_back_by_blocking_and_unblocking(people: People) -> None:
    listeners.share(people.warehouse, JON, "name")
    assert [people.act(JON, "ask", GUS), people.act(GUS, "decline", JON)] == ["asked", "declined"]
    assert [people.act(JON, act, GUS) for act in ("block", "unblock", "ask")] == ["blocked", "unblocked", "asked"]
    assert friends.requests(people.warehouse, GUS) == []
    assert [people.act(GUS, "ask", JON), people.act(JON, "accept", GUS)] == ["asked", "friends"]


def test_what_cannot_be_stored_is_told_to_who_sent_it(people: People) -> None:
    for send in (
        lambda: friends.find(people.warehouse, ANN, "Ol\0son"),
        lambda: friends.find(people.warehouse, ANN, "Ol\ud800son"),
        lambda: friends.act(people.warehouse, ANN, 2**70, "ask"),
        lambda: friends.act(people.warehouse, ANN, "x", "ask"),  # type: ignore[arg-type]
        lambda: discover.say(people.warehouse, ANN, 2**40, "up"),
        lambda: weekly.keep(people.warehouse, ANN, "no day", True),  # type: ignore[arg-type]
        lambda: people.warehouse.query("SELECT %s", ("\0",)),
    ):
        with pytest.raises(ValueRefused, match="what was sent"):
            send()
    assert people.act(ANN, "dance", BEN) == "nothing"  # type: ignore[arg-type]


# Listens in the app


def counts(people: People) -> list[list[tuple[Any, ...]]]:
    """All that a listen could change."""
    tables = ("ops.lake", "mart.taste", "mart.variety", "app.heard", "ops.audience_due")
    return [
        sorted(map(str, people.warehouse.query(f"SELECT * FROM {table}")))  # type: ignore[misc]
        for table in tables
    ]


def test_a_listen_changes_counts_and_completion_at_once_and_counts_once(people: People) -> None:
    def taste() -> Any:
        return circle.tastes(people.warehouse, ANN).mine

    def heard() -> dict[int, float]:
        return dict(zip(taste().tracks.tolist(), [round(one, 3) for one in taste().heard.tolist()], strict=True))

    def hear(listen_id: str, track: int, pct: int) -> str:
        return listeners.hear(people.warehouse, ANN, listen_id, track, NOON, pct)

    assert hear("listen-1", 110, 80) == "counted"
    assert taste().listens[ROCK] == 4
    assert heard()[110] == 0.8
    assert taste().artists.tolist() == [200, 110]
    after = counts(people)
    assert hear("listen-1", 110, 80) == "known"
    assert counts(people) == after
    assert hear("listen-2", 110, 30) == "counted"  # 0.8 + 0.3 (0.3 − 0.8)
    assert heard()[110] == 0.65
    assert hear("listen-3", 201, 100) == "counted"  # of no genre
    assert taste().listens.sum() == 6
    assert people.sees(ANN, "SELECT listens[14] FROM app.my_weeks() WHERE week = '2026-01-05'") == [(2,)]
    stored = people.warehouse.query("SELECT * FROM app.heard WHERE listen_id = 'listen-1'")
    assert [(row["track_id"], row["heard_pct"], row["booked"]) for row in stored] == [(110, 80, None)]
    assert hear("listen-4", 999, 100) == "no_track"
    assert listeners.hear(people.warehouse, BEN, "listen-1", 110, NOON, 80) == "counted"  # another's id is another's


def test_in_a_private_session_no_number_anywhere_changes(people: People) -> None:
    before = counts(people)
    assert listeners.private(people.warehouse, ANN, True) is not None
    me = listeners.me(people.warehouse, ANN)
    assert me is not None
    assert me.private_until is not None
    assert listeners.hear(people.warehouse, ANN, "listen-1", 110, NOON, 100) == "private"
    assert counts(people) == before
    assert listeners.private(people.warehouse, ANN, False) is None
    assert listeners.hear(people.warehouse, ANN, "listen-1", 110, NOON, 100) == "counted"


def test_what_began_in_a_private_session_is_not_kept_after_its_end_whatever_is_said(people: People) -> None:
    def hear(listen_id: str, began: datetime, pct: int = 100) -> str:
        return listeners.hear(people.warehouse, ANN, listen_id, 110, NOON, pct, began)

    clips(people)
    before, seconds = counts(people), timedelta(seconds=1)
    began = []
    for _ in range(2):  # a second private session does not forget the first
        listeners.private(people.warehouse, ANN, True)
        began.append(datetime.now(UTC))
        listeners.private(people.warehouse, ANN, False)
    assert [hear(f"listen-{number}", at) for number, at in enumerate(began)] == ["private"] * 2
    assert hear("listen-2", began[0] - 20 * seconds) == "private"  # a part of it
    assert counts(people) == before
    assert hear("listen-3", began[0] - 40 * seconds) == "counted"  # it was over
    long_ago = "tstzmultirange(tstzrange(now() - INTERVAL '3 days', now() - INTERVAL '2 days'))"
    people.warehouse.execute(f"UPDATE app.listener SET private_spans = {long_ago}")
    listeners.private(people.warehouse, ANN, True)
    listeners.private(people.warehouse, ANN, False)
    [row] = people.warehouse.query(
        "SELECT lower(private_spans) > now() - INTERVAL '26 hours' AS recent FROM app.listener"
    )
    assert row == {"recent": True}  # no longer than anything could be sent


def clips(people: People) -> None:
    """Every song has a clip of 30 s."""
    people.warehouse.execute(
        "INSERT INTO core.clip SELECT track_id, 'x', 'x', NULL, 0, 0, 1, 'mp3', 30, '{}', '2026-01-01' FROM core.track"
        " WHERE track_id <> 201"
    )


def test_nobody_hears_more_than_there_was_time_for(people: People) -> None:
    def hear(number: int, pct: int = 100) -> str:
        song = 101 + number % 10
        return listeners.hear(people.warehouse, ANN, f"listen-{number}", song, NOON, pct)  # it began long ago

    clips(people)
    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(hear, range(59))) == ["counted"] + ["too_soon"] * 58
    assert len(people.warehouse.query("SELECT FROM app.heard")) == 1
    people.warehouse.execute("UPDATE app.listener SET heard_until = heard_until - INTERVAL '1 minute'")
    assert [hear(number) for number in range(61, 64)] == ["counted"] + ["too_soon"] * 2
    assert hear(64, 60) == "counted"  # what is late by some seconds, after those of others
    assert listeners.hear(people.warehouse, BEN, "listen-1", 101, NOON, 100) == "counted"  # another's time is another's


def test_a_listen_is_not_complete_sooner_than_its_song_lasts(people: People) -> None:
    def hear(number: int, pct: int, ago: int, track: int = 110) -> str:
        began = datetime.now(UTC) - timedelta(seconds=ago)
        return listeners.hear(people.warehouse, number, "listen-1", track, NOON, pct, began)

    clips(people)
    assert [hear(ANN, 100, 0), hear(ANN, 100, 20), hear(ANN, 60, 10)] == ["too_soon"] * 3
    assert [hear(ANN, 10, 3), hear(BEN, 100, 30), hear(CID, 60, 18)] == ["counted"] * 3
    assert [hear(EVA, 100, 0, 201), hear(EVA, 100, 30, 201)] == ["too_soon", "counted"]  # it has no clip to be heard


def test_who_is_no_listener_cannot_have_heard_anything(people: People) -> None:
    with pytest.raises(SettingInvalid, match="a listen needs a listener"):
        people.warehouse.query_as("SELECT app.hear('listen-1', 110, now(), 50)", {}, artist_id=110)


def test_sql_and_python_agree_on_genres_and_their_effective_number(people: People) -> None:
    places = people.warehouse.query(
        "SELECT activity.genre_place(genre) AS place FROM unnest(%s) AS genre", ([*TOP_GENRES, "Polka"],)
    )
    assert [row["place"] for row in places] == [*range(1, 17), None]
    for listens in ([4, 4, 4, 4], [7, 0, 0], [3, 1, 9], [0, 0]):
        [row] = people.warehouse.query("SELECT mart.effective_genres(%s) AS n", (listens,))
        assert (row["n"] or 0) == pytest.approx(variety(np.array(listens)))


# Lists of the week


def test_a_list_of_the_week_stays_as_it_was_made_and_goes_unless_it_is_kept(people: People) -> None:
    first, second, third = date(2026, 1, 5), date(2026, 1, 12), date(2026, 1, 19)
    weekly.make(people.warehouse, ANN, first, [110, 109])
    weekly.make(people.warehouse, ANN, first, [101])
    assert [list(one.track_ids) for one in weekly.lists(people.warehouse, ANN)] == [[110, 109]]
    weekly.keep(people.warehouse, ANN, first, True)
    weekly.make(people.warehouse, ANN, second, [108])
    weekly.make(people.warehouse, ANN, third, [107])
    assert [one.week for one in weekly.lists(people.warehouse, ANN)] == [third, first]
    weekly.keep(people.warehouse, ANN, first, False)
    weekly.make(people.warehouse, ANN, date(2026, 1, 26), [106])
    assert [one.week for one in weekly.lists(people.warehouse, ANN)] == [date(2026, 1, 26)]
    assert weekly.lists(people.warehouse, BEN) == []


def test_how_alike_two_friends_are_is_told_of_those_who_share_by_name_alone(people: People) -> None:
    known = circle.tastes(people.warehouse, ANN)
    assert list(friends.likenesses(known)) == [BEN]
    like = friends.likeness(people.warehouse, ANN, known, BEN)
    assert like is not None
    # Both heard half of one song, and most of one of their own: .25 / (.81 + .25)
    assert (round(like.score, 3), like.shared, [song.track_id for song in like.best]) == (0.236, 1, [200])
    assert [(genre, round(mine, 2), round(theirs, 2)) for genre, mine, theirs in like.genres] == [
        ("Rock", 0.75, 0.6), ("Folk", 0.25, 0.4)
    ]  # fmt: skip
    assert friends.likeness(people.warehouse, ANN, known, CID) is None
    for who in (EVA, FAY):
        listeners.share(people.warehouse, who, "name")
    assert discover.weeks(people.warehouse, ANN)[0].friends == pytest.approx(1.9)
