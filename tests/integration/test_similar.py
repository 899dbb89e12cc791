"""What an account keeps of Similar music, and how similar music is followed to TikTok, on a real Postgres."""

from datetime import date

import numpy as np
import pytest

from dashboards import auth
from dashboards.queries import similar as ask
from dashboards.queries.similar import Question
from etl.errors import ArgumentInvalid
from etl.jobs.run import run_job
from etl.live.find_similar import similar_to
from etl.settings import Settings
from etl.similarity.score import Calibration, cosine_of, score
from etl.store.warehouse import Warehouse
from lab.bench.archive import make_archive, store
from lab.evaluate import said

DAY = date(2026, 1, 2)


@pytest.fixture
def accounts(warehouse: Warehouse) -> tuple[int, int]:
    """Ada and Bruno."""
    auth.ensure_demo_accounts(warehouse)
    rows = warehouse.query("SELECT account_id FROM app.account WHERE login IN ('ada', 'bruno') ORDER BY login")
    return rows[0]["account_id"], rows[1]["account_id"]


@pytest.fixture
def asked(settings: Settings, warehouse: Warehouse) -> Question:
    """A song like one of 40 described tracks, of which every second has a match; the sounds have videos."""
    made = make_archive({"Blues": 20, "Rock": 20}, np.random.default_rng(1))
    warehouse.execute(
        "INSERT INTO core.genre (genre_id, title, top_genre_id, top_genre, day)"
        " VALUES (1, 'Blues', 1, 'Blues', %s), (2, 'Rock', 2, 'Rock', %s)",
        (DAY, DAY),
    )
    store(warehouse, made, np.ones(len(made.genres), bool))
    run_job(settings, "scale_features", DAY)
    warehouse.execute(
        "INSERT INTO core.sound (sound_id, letter, title, artist_name, covers, first_day, day)"
        " SELECT 's' || track_id, 'a', title, artist_name, '{}', %s, %s FROM core.track",
        (DAY, DAY),
    )
    warehouse.execute(
        "INSERT INTO core.track_match (fma_track_id, tiktok_track_id, title_score, artist_score, total_score,"
        " probability, vocabulary, day)"
        " SELECT track_id, 's' || track_id, 1, 1, 1, 0.9, 'v', %s FROM core.track_feature WHERE track_id %% 2 = 0",
        (DAY,),
    )
    warehouse.execute(
        "INSERT INTO core.creator (creator_id, handle, name, followers, first_day, day)"
        " VALUES ('c1', 'one', 'One', 10, %s, %s), ('c2', 'two', '', 20, %s, %s)",
        (DAY,) * 4,
    )
    warehouse.execute(
        "INSERT INTO core.video (video_id, sound_id, creator_id, url, caption, covers, plays, created_at, first_day,"
        " day) SELECT 'v' || track_id || n, 's' || track_id, 'c' || n, NULL, '', '{}', 100 * n,"
        " '2026-01-05T00:30Z'::timestamptz - n * interval '1 day', %s, %s"
        " FROM core.track, generate_series(1, 2) AS n",
        (DAY, DAY),
    )
    return Question("song", made.features[made.asked][0], None, None)


def test_followed_music_is_the_nearest_that_has_a_match_and_coverage_counts_the_rest(
    warehouse: Warehouse, accounts: tuple[int, int], asked: Question
) -> None:
    ada, bruno = accounts
    found = ask.on_tiktok(warehouse, ada, asked, None)
    nearest = similar_to(warehouse, asked.features, limit=40, tiktok=False)
    assert all(track.match is None for track in nearest)
    similar = [track for place, track in enumerate(nearest) if track.score >= 0.5 or place < 10]
    matched = [track.track_id for track in similar if track.track_id % 2 == 0]
    assert (found.similar_tracks, found.matched_tracks) == (len(similar), len(matched))
    assert [track.track_id for track in found.tracks] == matched[:8]
    assert found.sound_ids == [f"s{track_id}" for track_id in matched[:8]]
    shown = len(found.tracks)
    assert [(week.week, week.videos) for week in found.weeks] == [(date(2025, 12, 29), 2 * shown)]  # Sunday, Saturday
    assert [(user.name, user.videos, user.plays) for user in found.users] == [
        ("two", shown, 200 * shown),
        ("One", shown, 100 * shown),
    ]
    first = found.tracks[0]
    ask.say_wrong(warehouse, ada, first.track_id, f"s{first.track_id}")
    ask.say_wrong(warehouse, ada, first.track_id, "another")  # not a match: nothing to be wrong
    after = ask.on_tiktok(warehouse, ada, asked, None)
    assert after.hidden == [first.track_id]
    assert after.matched_tracks == found.matched_tracks - 1
    assert first.track_id not in [track.track_id for track in after.tracks]
    assert ask.on_tiktok(warehouse, bruno, asked, None) == found
    report = {figure.name: figure.value for figure in said.run(warehouse=warehouse).figures}
    assert (report["said.wrong"], report["said.share"]) == (1, 1 / 20)
    assert report["said.probability"] == pytest.approx(0.9)
    ask.take_back(warehouse, bruno, [first.track_id])  # somebody else's word stays
    assert ask.on_tiktok(warehouse, ada, asked, None).hidden == [first.track_id]
    ask.take_back(warehouse, ada, [first.track_id])
    assert ask.on_tiktok(warehouse, ada, asked, None) == found


def test_a_track_that_is_asked_about_is_not_its_own_answer(
    warehouse: Warehouse, accounts: tuple[int, int], asked: Question
) -> None:
    like = similar_to(warehouse, asked.features, limit=1)[0].track_id
    question = ask.question(warehouse, accounts[0], None, like=like)
    assert question is not None
    found = similar_to(warehouse, question.features, limit=5, without=like)
    assert len(found) == 5
    assert like not in [track.track_id for track in found]
    assert like not in [track.track_id for track in ask.on_tiktok(warehouse, accounts[0], question, None).tracks]
    assert ask.question(warehouse, accounts[0], None, like=999_999) is None


def test_what_was_made_is_told_of_every_track_sound_video_and_creator(
    warehouse: Warehouse, accounts: tuple[int, int], asked: Question
) -> None:
    def told() -> dict[str, list]:
        found = ask.on_tiktok(warehouse, accounts[0], asked, None)
        return {
            "tracks": [track.synthetic for track in found.tracks],
            "sounds": [track.match.synthetic for track in found.tracks if track.match],
            "videos": [video.synthetic for track in found.tracks for video in track.videos],
            "weeks": [(week.synthetic, week.videos) for week in found.weeks],
            "users": [(user.creator_id, user.synthetic) for user in found.users],
        }

    found = ask.on_tiktok(warehouse, accounts[0], asked, None)
    ids, shown = [track.track_id for track in found.tracks], len(found.tracks)
    observed = told()
    assert observed == {
        "tracks": [False] * shown,
        "sounds": [False] * shown,
        "videos": [False] * 2 * shown,
        "weeks": [(0, 2 * shown)],
        "users": [("c2", False), ("c1", False)],
    }
    warehouse.execute("UPDATE core.track SET synthetic = TRUE WHERE track_id = %s", (ids[0],))
    assert told() == observed | {"tracks": [True] + [False] * (shown - 1)}
    assert [one.synthetic for one in similar_to(warehouse, asked.features, limit=40)].count(True) == 1
    question = ask.question(warehouse, accounts[0], None, like=ids[0])
    assert question
    assert question.track
    assert question.track.synthetic
    warehouse.execute("UPDATE core.track SET synthetic = FALSE")
    warehouse.execute("UPDATE core.sound SET synthetic = TRUE WHERE sound_id = %s", (f"s{ids[1]}",))
    assert told() == observed | {"sounds": [False, True] + [False] * (shown - 2)}
    warehouse.execute("UPDATE core.sound SET synthetic = FALSE")
    warehouse.execute("UPDATE core.creator SET synthetic = TRUE WHERE creator_id = 'c1'")
    assert told() == observed | {"users": [("c2", False), ("c1", True)]}
    warehouse.execute("UPDATE core.creator SET synthetic = FALSE")
    warehouse.execute("UPDATE core.video SET synthetic = TRUE WHERE creator_id = 'c2'")
    assert told() == observed | {
        "videos": [True, False] * shown,
        "weeks": [(shown, 2 * shown)],
        "users": [("c2", True), ("c1", False)],
    }


def test_what_an_account_keeps_is_seen_by_nobody_else(
    warehouse: Warehouse, accounts: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, bruno = accounts
    monkeypatch.setattr(ask, "MOST_SAVED", 2)
    ask.save(warehouse, ada, "first\x00\n", "?like=1", None)
    ask.save(warehouse, ada, "", "?like=2", None)
    with pytest.raises(ArgumentInvalid, match="all there may be"):
        ask.save(warehouse, ada, "third", "?like=3", None)
    assert [(one.name, one.search) for one in ask.saved(warehouse, ada)] == [
        ("Untitled", "?like=2"),
        ("first", "?like=1"),
    ]
    assert ask.saved(warehouse, bruno) == []
    for one in ask.saved(warehouse, ada):
        ask.remove(warehouse, bruno, one.saved_id)
    assert len(ask.saved(warehouse, ada)) == 2
    ask.remove(warehouse, ada, ask.saved(warehouse, ada)[0].saved_id)
    assert [one.name for one in ask.saved(warehouse, ada)] == ["first"]

    assert not ask.agreed(warehouse, ada)
    ask.agree(warehouse, ada, True)
    ask.agree(warehouse, ada, True)
    assert [ask.agreed(warehouse, one) for one in (ada, bruno)] == [True, False]
    ask.agree(warehouse, ada, False)
    assert not ask.agreed(warehouse, ada)


def test_a_score_leads_back_to_its_cosine() -> None:
    usual = Calibration()
    for likely in (0.1, 0.5, 0.9):
        assert score(usual, cosine_of(usual, likely)) == pytest.approx(likely)
