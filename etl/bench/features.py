"""What describing a clip costs, against the least that it could: decoding it and one Fourier transform."""

from collections.abc import Callable, Sequence
from statistics import median
from time import process_time

from etl.audio.decode import decode
from etl.audio.features import describe, magnitudes
from etl.bench import Figure
from etl.synthetic.demo import music
from etl.synthetic.demo.recipes import RECIPES

SEED = 1
GENRES = 6


def made_clips() -> list[bytes]:
    """Clips of 30 s, one of each of some genres, as the demo has them."""
    return [music.mp3(SEED, genre, artist_id=1, track_id=1) for genre in sorted(RECIPES)[:GENRES]]


def measure(clips: Sequence[bytes], rounds: int = 3) -> list[Figure]:
    """CPU milliseconds a clip, the median over clips and rounds; each clip is a turn of every contestant."""

    def floor(data: bytes) -> None:
        for _ in magnitudes(decode(data, "clip").samples):
            pass

    contestants: dict[str, Callable[[bytes], object]] = {
        "floor": floor,
        "describe": lambda data: describe(decode(data, "clip")),
    }
    spent: dict[str, list[float]] = {name: [] for name in contestants}
    for data in clips:
        for contestant in contestants.values():
            contestant(data)  # what is computed once, such as filter banks, is no part of a clip's cost
        for _ in range(rounds):
            for name, contestant in contestants.items():
                begin = process_time()
                contestant(data)
                spent[name].append(1000 * (process_time() - begin))
    ratio = median(ours / least for ours, least in zip(spent["describe"], spent["floor"], strict=True))
    n = len(spent["floor"])
    return [
        Figure("features.floor", median(spent["floor"]), "CPU ms a clip", "itself", 1.0, n),
        Figure("features.describe", median(spent["describe"]), "CPU ms a clip", "features.floor", ratio, n),
    ]
