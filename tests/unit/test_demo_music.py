import io

import numpy as np
import pytest
import soundfile

from etl.synthetic.demo.archive import TOP
from etl.synthetic.demo.music import mp3, render
from etl.synthetic.demo.recipes import RECIPES


def test_every_top_genre_has_a_recipe():
    assert set(RECIPES) == set(TOP)


@pytest.mark.parametrize("genre", RECIPES)
def test_a_clip_is_heard_and_does_not_clip(genre):
    clip = render(7, genre, artist_id=1, track_id=2, seconds=4)
    assert clip.shape == (4 * 44_100,)
    assert clip.dtype == np.float32
    assert 0.02 < clip.std() < 0.4
    assert np.abs(clip).max() < 1


def test_the_same_track_has_the_same_bytes_and_another_has_others():
    assert mp3(7, "Jazz", 1, 2, seconds=2) == mp3(7, "Jazz", 1, 2, seconds=2)
    assert mp3(7, "Jazz", 1, 2, seconds=2) != mp3(7, "Jazz", 1, 3, seconds=2)


def test_a_clip_is_an_mp3_that_decodes_to_its_length():
    signal, rate = soundfile.read(io.BytesIO(mp3(7, "Folk", 1, 2, seconds=3)))
    assert (rate, signal.shape) == (44_100, (3 * 44_100,))


def test_players_of_a_genre_keep_one_bar():
    for genre, recipe in RECIPES.items():
        bars = {len(layer.rhythm) for layer in recipe.layers}
        bars |= {len(pattern) for groove in recipe.grooves for pattern in groove.values()}
        assert len(bars) == 1, genre
