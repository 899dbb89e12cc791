from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from etl.matching.link import Catalogue, find, read, vocabulary_of
from etl.matching.normalise import is_original_sound
from lab.bench.matching import Run, _judge
from lab.bench.titles import CHUNK, TRACKS, World, made_world, real_world


def candidate_recall(world: World, sounds: int) -> float:
    tracks = world.tracks
    vocabulary = vocabulary_of(tracks)
    frames = list(world.sounds(sounds))
    found = find(Catalogue.of(tracks, vocabulary), frames)
    rows = pd.concat(frames, ignore_index=True)
    key = read(rows, vocabulary)[3].view(np.int64)
    truth = rows.assign(key=key)[rows["track_id"] > 0]
    one = Run(sounds)
    _judge(one, truth, found, pd.DataFrame(columns=["fma_track_id", "tiktok_track_id"]))
    return one.recall


@pytest.fixture(scope="module")
def world() -> World:
    return made_world()


def test_of_made_titles_97_in_100_are_among_the_candidates(world: World) -> None:
    assert candidate_recall(world, 20_000) >= 0.97


def test_of_real_titles_99_in_100_are_among_the_candidates(real_data: Path) -> None:
    assert candidate_recall(real_world(real_data), 20_000) >= 0.99


def test_a_smaller_world_is_the_beginning_of_a_larger_one(world: World) -> None:
    long = pd.concat(world.sounds(CHUNK + 20), ignore_index=True)
    assert (len(long), long["sound_id"].nunique(), len(world.tracks)) == (CHUNK + 20, CHUNK + 20, TRACKS)
    short = pd.concat(world.sounds(30, start=CHUNK - 10), ignore_index=True)
    pd.testing.assert_frame_equal(short, long.iloc[-30:].reset_index(drop=True))


def test_as_many_sounds_are_recorded_by_users_as_in_real_posts(world: World) -> None:
    sounds = next(world.sounds(10_000))
    assert abs(np.mean([is_original_sound(title) for title in sounds["title"]]) - 0.58) < 0.02
    assert sounds["track_id"].gt(0).mean() == pytest.approx(0.42 * 0.05, abs=0.005)
