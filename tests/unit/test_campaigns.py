"""What to expect of a campaign: the model on videos that can be checked by eye, its coverage, and how it is said."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from dashboards.components import campaigns as draw
from dashboards.components.card import About, Card
from dashboards.queries.campaigns import Expectation, ExpectedCountry, ExpectedCreator, Plays
from dashboards.queries.influencers import Influencer
from etl.recommend.campaigns import NONE, Videos, interval, learn
from etl.tables import TOP_GENRES
from lab.evaluate import campaigns as evaluate
from tests.drawn import words

RNG = np.random.default_rng(7)
CREATORS, EACH, SOUNDS = 40, 30, 20


def world(of_sound=0.0, of_creator=0.8, rest=0.5):
    """Forty creators with thirty videos each; every tenfold of followers doubles plays; sound 0 is the best."""
    followers = np.geomspace(1000, 10**6, CREATORS)
    creator = np.repeat(np.arange(CREATORS), EACH)
    sound = np.arange(CREATORS * EACH) % SOUNDS
    adds = of_sound * np.linspace(1, -1, SOUNDS)
    added = of_creator * RNG.standard_normal(CREATORS)
    y = (
        5
        + np.log(2) * np.log10(followers)[creator]
        + added[creator]
        + adds[sound]
        + rest * RNG.standard_normal(len(creator))
    )
    zero = np.zeros(len(creator), int)
    return Videos(np.exp(y), creator, sound, np.where(sound < SOUNDS // 2, 0, 1), zero, zero, followers), added


def median(model, creators, similar=()):
    """The middle of what is expected."""
    return interval(model.draw(creators, model.of_song(similar), np.random.default_rng(1)).sum(1))[1]


def test_the_spreads_that_made_the_videos_are_found_again():
    videos, added = world(of_sound=0.5, of_creator=0.8, rest=0.5)
    model = learn(videos)
    assert model.noise == pytest.approx(0.25, rel=0.1)
    assert model.effects["creator"].spread == pytest.approx(added.var(), rel=0.25)
    assert model.slope == pytest.approx(np.log(2) / np.log(10), abs=0.15)
    assert np.corrcoef(model.effects["creator"].mean, added)[0, 1] > 0.9


def test_who_was_seen_is_judged_by_their_videos_and_who_was_not_by_their_size():
    videos, added = world()
    best = int(added.argmax())
    model = learn(videos)
    size = videos.followers[best]
    assert median(model, [(best, size)]) > 1.5 * median(model, [(NONE, size)])
    assert median(model, [(NONE, 10**6)]) > 2 * median(model, [(NONE, 1000)])
    known = model.draw([(best, size)], model.of_song([]), np.random.default_rng(1))
    unknown = model.draw([(NONE, size)], model.of_song([]), np.random.default_rng(1))
    assert np.log(unknown).std() > 1.2 * np.log(known).std()


def test_a_creator_with_two_videos_is_drawn_towards_their_size_and_one_with_thirty_is_not():
    videos, added = world(rest=1.0)
    best = int(added.argmax())
    few = videos.without((videos.creator == best) & (np.arange(len(videos.plays)) % EACH > 1))
    assert 0 < learn(few).effects["creator"].mean[best] < learn(videos).effects["creator"].mean[best]


def test_sounds_that_did_well_raise_what_is_expected_of_a_song_like_them():
    videos, _ = world(of_sound=1.0)
    model = learn(videos)
    middle = [(20, videos.followers[20])]
    good, unknown, bad = (median(model, middle, similar) for similar in ([0, 1, 2], [], [17, 18, 19]))
    assert bad < unknown < good
    assert (model.of_song([0, 1, NONE, 1]).sounds, model.of_song([0, 1]).videos) == (2, 2 * CREATORS * EACH // SOUNDS)


def test_what_a_song_adds_is_shared_and_does_not_average_out_over_creators():
    calm, moody = learn(world(of_sound=0.0)[0]), learn(world(of_sound=1.5)[0])
    eight = [(place, 10_000.0) for place in range(8)]
    low, _, high = interval(moody.draw(eight, moody.of_song([]), np.random.default_rng(1)).sum(1))
    low_calm, _, high_calm = interval(calm.draw(eight, calm.of_song([]), np.random.default_rng(1)).sum(1))
    assert high_calm / low_calm < 2 < high / low


def test_plays_are_expected_as_old_videos_have_them_and_not_as_new_ones():
    videos, _ = world()
    age = np.arange(len(videos.plays)) // SOUNDS % 2
    model = learn(replace(videos, plays=np.where(age, videos.plays, videos.plays / 4), age=age))
    young = model.draw([(0, 1000.0)], model.of_song([]), np.random.default_rng(1), age=0)
    assert model.counted_at == 1
    assert median(model, [(0, 1000.0)]) == pytest.approx(4 * np.median(young), rel=0.2)


def test_the_same_chance_draws_the_same_and_too_few_videos_teach_nothing():
    videos, _ = world()
    model = learn(videos)
    assert median(model, [(0, 1000.0)]) == median(model, [(0, 1000.0)])
    with pytest.raises(ValueError, match="two videos"):
        learn(videos.without(np.arange(len(videos.plays)) > 0))


def test_four_in_five_held_out_campaigns_end_within_the_interval(tmp_path: Path):
    report = evaluate.run(None)
    figures = {one.name.removeprefix("campaigns."): one for one in report.figures}
    covered = figures["made.covered"]
    assert covered.n == 800
    assert 0.75 <= covered.value <= 0.85
    assert covered.met
    assert figures["made.below"].value + figures["made.above"].value == pytest.approx(1 - covered.value)
    assert 0.72 <= figures["demo.covered"].value <= 0.88  # single videos of the demo's posts
    assert figures["made.off"].value < 2  # half of all campaigns get between half and double the middle
    assert "Real posts are not here." in report.about


def test_real_videos_end_within_it_about_as_often(real_data: Path):
    lines = ((line, None) for line in (real_data / evaluate.REAL).read_bytes().splitlines())
    found = evaluate.left_out(evaluate.videos_of(lines), 1)
    assert len(found) == 91
    assert np.mean([one.covered for one in found]) > 0.75


def test_no_campaign_is_learned_from_and_a_world_hangs_on_its_seed_and_number():
    assert evaluate.held_out(1, 3) == evaluate.held_out(1, 3)
    assert evaluate.held_out(1, 3) != evaluate.held_out(1, 4)


def expected(**changes):
    """Two creators, one of whom was never seen."""
    people = [Influencer(f"i{place}", f"c{place}", f"h{place}", name, "SWE", "Rock", "nano", 5000, 40, 1, 1, 1, 1,
                         [1 / 16] * len(TOP_GENRES), ["SWE"], [0.6], True)
              for place, name in ((1, "Ann"), (2, "<b>Ben</b> & friends"))]  # fmt: skip
    creators = [
        ExpectedCreator(people[0], Plays(400, 1000, 2600), 12, 3),
        ExpectedCreator(people[1], Plays(9, 90, 900), 0, 0),
    ]
    countries = [ExpectedCountry("SWE", Plays(300, 700, 1700)), ExpectedCountry("elsewhere", Plays(200, 470, 1100))]
    given = {"plays": Plays(600, 1200, 3100), "creators": creators, "countries": countries, "videos": 6812,
             "similar_sounds": 2, "similar_videos": 18, "days": 3, "through": date(2020, 12, 21),
             "synthetic_videos": 6812}  # fmt: skip
    return Expectation(**given | changes)


def test_it_is_said_in_a_sentence_and_the_method_in_two():
    assert draw.sentence(expected()) == (
        "With 2 creators and a video each, expect about 1.2k plays; four times in five between 600 and 3.1k."
    )
    method = draw.method_words(expected())
    assert "after 3 days, drawn towards creators of their size where few were seen (1 creator by size alone" in method
    assert "plus what 2 similar sounds added in 18 videos." in method
    assert method.count(". ") == 1
    assert "nothing for the song" in draw.method_words(expected(similar_sounds=0))


def test_the_picture_and_the_file_have_all_creators_and_countries_and_no_marks():
    about = About("2 creators", date(2020, 12, 21), "creators and videos")
    shown = draw.expectation(Card("expect", "What to expect", 300, draw.MEANING), expected(), about)
    text = words(shown)
    for name in ("All together", "Ann", "Sweden", "Elsewhere", "four times in five between"):
        assert name in text
    figure = draw._dots([("<b>Ben</b> & friends", Plays(9, 90, 900))])
    assert figure.layout.annotations[0].text == "&lt;b>Ben&lt;/b> &amp; friends"
    assert figure.data[0].x == (90,)
