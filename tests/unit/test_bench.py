import io

import numpy as np
import soundfile

from etl.bench.features import measure


def test_a_cost_is_held_against_the_least_that_it_could_be() -> None:
    file = io.BytesIO()
    soundfile.write(file, np.random.default_rng(1).normal(0, 0.1, 44_100), 44_100, format="WAV")
    floor, described = measure([file.getvalue()], rounds=2)
    assert (floor.name, floor.ratio, floor.n) == ("features.floor", 1.0, 2)
    assert (described.name, described.versus, described.n) == ("features.describe", "features.floor", 2)
    assert described.value > 0
    assert described.ratio > 0
