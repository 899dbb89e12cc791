"""What the page Influencers asks, over twelve creators; and that a shortlist is its account's alone."""

import pytest

from dashboards.queries import campaigns
from dashboards.queries import influencers as ask
from dashboards.queries.influencers import LONGEST_NOTE, Wanted
from etl.errors import ArgumentInvalid, SettingInvalid


@pytest.fixture
def world(warehouse, made_creators):
    """The warehouse with the twelve, and two accounts."""
    made_creators(warehouse)
    for login in ("ann", "ben"):
        warehouse.execute(
            "INSERT INTO app.account (login, password_hash, role, display_name) VALUES (%s, '', 'artist', %s)",
            (login, login),
        )
    return warehouse


@pytest.fixture
def accounts(world):
    """The ids of the two accounts."""
    return [row["account_id"] for row in world.query("SELECT account_id FROM app.account ORDER BY login")]


def ids(found):
    """The creators in their order."""
    return [one.influencer.influencer_id for one in found]


def suggested(warehouse, genre=None, artist_id=None, **wanted):
    """Who suits best, as the page asks for them."""
    fit = ask.ranked(ask.everyone(warehouse), Wanted(genre, **wanted))
    return ask.with_evidence(warehouse, fit, genre, artist_id)


def everything(warehouse):
    """All rows of all shortlists."""
    return warehouse.query("SELECT account_id, influencer_id, note FROM app.shortlist ORDER BY 1, 2")


def test_who_has_more_of_the_genre_and_more_engagement_fits_better(world):
    found = suggested(world, "Rock")
    assert ids(found) == [f"i{place}" for place in range(1, 11)]  # a tenth of Rock, which i11 has not, is the least
    assert found[0].fit.parts["genre"].score == pytest.approx(100)
    assert list(found[0].fit.parts) == ["genre", "engagement", "reach"]
    assert (found[0].engagement.creators, found[0].engagement.followers) == (12, (2000, 4096000))


def test_a_country_of_the_audience_is_a_part_of_the_fit_and_those_without_it_are_left_out(world):
    found = suggested(world, "Rock", audience="SWE")
    assert ids(found) == ["i1", "i3", "i5", "i7", "i9"]
    assert {one.fit.parts["audience"].score for one in found} == {100.0}
    everywhere = suggested(world, audience="DEU")
    assert [one.fit.parts["audience"].score for one in everywhere] == pytest.approx([40] * 12)


def test_country_size_and_name_narrow_and_engagement_is_still_compared_with_everybody(world):
    found = suggested(world, country="NOR", tier="nano")
    assert set(ids(found)) == {"i2", "i4"}
    assert {one.engagement.creators for one in found} == {12}
    assert set(ids(suggested(world, text="CREATOR handle.1"))) == {"i1", "i10", "i11", "i12"}
    assert ids(suggested(world, text="ｃｒｅａｔｏｒ 12")) == ["i12"]


def test_evidence_is_what_used_the_artists_sound_or_one_of_the_genre(world):
    counts = {one.influencer.influencer_id: (one.evidence, one.own) for one in suggested(world, "Rock", artist_id=171)}
    assert counts.pop("i1") == (2, 1)
    assert set(counts.values()) == {(0, 0)}
    own, other = ask.evidence(world, "c1", "Rock", 171)
    assert (own.video_id, own.title, own.own, own.score, own.plays) == (
        "v1",
        "Quiet Harbour",
        True,
        pytest.approx(0.9),
        900,
    )
    assert (other.video_id, other.artist_name, other.own, other.videos) == ("v2", "Artist 7", False, 2)
    assert [one.video_id for one in ask.evidence(world, "c1", "Folk", 171)] == ["v1"]  # the artist's own, of any genre
    assert ask.evidence(world, "c1", "Folk", 255) == []
    assert [one.video_id for one in ask.evidence(world, "c1", None, None)] == ["v2", "v1"]
    assert [one.synthetic or one.synthetic_track for one in (own, other)] == [False, False]
    world.execute("UPDATE core.video SET synthetic = TRUE WHERE video_id = 'v1'")
    world.execute("UPDATE core.track SET synthetic = artist_id <> 171")
    seen = ask.evidence(world, "c1", "Rock", 171)
    assert [(one.synthetic, one.synthetic_track) for one in seen] == [(True, False), (False, True)]
    assert ask.evidence(world, "c2", "Rock", 171) == ask.evidence(world, None, "Rock", 171) == []


def test_the_nearest_relaxation_is_what_finds_the_fewest(world):
    people = ask.everyone(world)
    assert ask.matching(people, Wanted("Rock", country="NOR", audience="SWE")) == []
    assert [(name, many) for name, _, many in ask.relaxed(people, Wanted("Rock", country="NOR", audience="SWE"))] == [
        ("audience", 5),
        ("country", 5),
    ]
    (everything,) = ask.relaxed(people, Wanted("Jazz", country="DNK", audience="SWE"))
    assert everything == ("all", Wanted(), 12)


def test_a_shortlist_is_added_to_written_on_and_taken_from(world, accounts):
    ann, _ = accounts
    for one in ("i1", "i2", "i1"):
        ask.add(world, ann, one)
    ask.write_note(world, ann, "i1", "  write in March\x00\u202e\nno brands ")
    assert {(one.influencer_id, one.note) for one in ask.shortlist(world, ann)} == {
        ("i1", "write in March\nno brands"),
        ("i2", ""),
    }
    ask.remove(world, ann, "i2")
    assert [one.name for one in ask.shortlist(world, ann)] == ["Creator 1"]
    world.execute("DELETE FROM activity.influencer WHERE influencer_id = 'i1'")
    assert [(one.influencer_id, one.name) for one in ask.shortlist(world, ann)] == [("i1", None)]


def test_a_note_that_is_too_long_is_refused_and_the_old_one_stays(world, accounts):
    ask.add(world, accounts[0], "i1")
    ask.write_note(world, accounts[0], "i1", "x" * LONGEST_NOTE)
    with pytest.raises(ArgumentInvalid, match="it has 501 characters, and 500 is the most"):
        ask.write_note(world, accounts[0], "i1", "x" * (LONGEST_NOTE + 1))
    assert ask.shortlist(world, accounts[0])[0].note == "x" * LONGEST_NOTE


def test_a_full_list_says_so(world, accounts, monkeypatch):
    monkeypatch.setattr(ask, "LONGEST_LIST", 2)
    for one in ("i1", "i2", "i2"):
        ask.add(world, accounts[0], one)
        if len(ask.shortlist(world, accounts[0])) == 2:
            break
    with pytest.raises(ArgumentInvalid, match="all it can"):
        ask.add(world, accounts[0], "i3")


def test_another_account_sees_changes_and_removes_nothing(world, accounts):
    ann, ben = accounts
    ask.add(world, ann, "i1")
    ask.write_note(world, ann, "i1", "mine")
    assert ask.shortlist(world, ben) == []
    ask.write_note(world, ben, "i1", "not mine")
    ask.remove(world, ben, "i1")
    ask.add(world, ben, "nobody")  # a forged id names nobody
    ask.write_note(world, ben, "nobody", "x")
    assert everything(world) == [{"account_id": ann, "influencer_id": "i1", "note": "mine"}]


def test_without_an_account_nothing_is_seen_or_written_and_no_other_account_can_be_named(world, accounts):
    ann, ben = accounts
    ask.add(world, ann, "i1")
    assert world.query_as("SELECT * FROM app.shortlist", {}) == []
    forge = "INSERT INTO app.shortlist (account_id, influencer_id) VALUES (%(of)s::bigint, 'i2') RETURNING 1"
    with pytest.raises(SettingInvalid, match="row-level security policy"):
        world.query_as(forge, {"of": ann}, account_id=ben)
    assert len(everything(world)) == 1


def test_what_to_expect_is_learned_from_the_videos_and_adds_up(world):
    world.execute(
        "INSERT INTO core.creator (creator_id, handle, name, followers, first_day, day)"
        " SELECT 'c' || place, 'h', 'n', 1000 * 2 ^ place, '2020-12-18', '2020-12-20'"
        " FROM generate_series(1, 10) AS place"
    )
    world.execute(
        "INSERT INTO core.video (video_id, sound_id, creator_id, caption, covers, plays, created_at, first_day, day)"
        " SELECT 'w' || place || '.' || n, 's' || n % 5 + 1, 'c' || place, '', '{}',"
        " 1000 * place * (1 + n % 3), '2020-12-17T10:00Z', '2020-12-18', '2020-12-20'"
        " FROM generate_series(1, 10) AS place, generate_series(1, 20) AS n"
    )
    found = campaigns.expected(world, ["i9", "i2", "i12", "i9", "nobody"], track_ids=[1, 2], sound_ids=["s4"])
    assert [one.influencer.influencer_id for one in found.creators] == ["i9", "i2", "i12"]
    many, few, unseen = found.creators
    assert (many.videos, many.similar, unseen.videos) == (20, 12, 0)
    assert 9000 < many.plays.mid < 27_000
    assert 2000 < few.plays.mid < 6000 < many.plays.mid
    assert (found.videos, found.similar_sounds, found.similar_videos, found.days) == (204, 3, 122, 3)
    assert found.plays.low < found.plays.mid < found.plays.high
    assert [one.country for one in found.countries][-1] == "elsewhere"
    assert {one.country for one in found.countries} == {"SWE", "NOR", "DEU", "elsewhere"}
    assert sum(one.plays.mid for one in found.countries) == pytest.approx(found.plays.mid, rel=0.1)
    assert found == campaigns.expected(world, ["i9", "i2", "i12"], track_ids=[2, 1], sound_ids=["s4"])
    assert campaigns.expected(world, ["nobody"]) is None
    assert found.synthetic_videos == 0
    world.execute("UPDATE core.video SET synthetic = creator_id = 'c3' WHERE video_id LIKE 'w%'")
    assert campaigns.expected(world, ["i9", "i2", "i12"]).synthetic_videos == 20


def test_without_videos_nothing_is_expected(world):
    world.execute("DELETE FROM core.video")
    assert campaigns.expected(world, ["i1"]) is None
