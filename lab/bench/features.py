"""What describing a clip costs: against the reference's order of work, against librosa, and against the least possible.

The least possible is to decode a clip, window its frames and transform them: no way to the features does less.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from etl.audio.banks import HOP, WINDOW, hann
from etl.audio.decode import Signal, decode
from etl.audio.features import describe
from etl.audio.reference import librosa, reference_order, shared_stft
from etl.errors import SourceMissing
from etl.synthetic.demo import music
from etl.synthetic.demo.recipes import RECIPES
from lab.bench.clock import in_turns
from lab.figures import Figure, Goal, Plot, Report

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SEED = 1
GENRES = 6
BLOCK = 256  #: frames that the floor transforms at a time; of 16, 32, 64 and 256 the fastest

Clip = tuple[bytes, Signal]


def run(full: bool, data: Path | None, files: Sequence[Path] | None = None, rounds: int = 3) -> Report:
    """Measure clips: the given ones, else the FMA's (``full``: all real music), else made ones.

    Raises:
        SetupFailed: librosa is not installed.
        SourceMissing: a file that was given is not there.
        AudioError: one of them cannot be described.
    """
    librosa()
    what, clips = _clips(full, data, files)
    decoded = [(clip, decode(clip, what)) for clip in clips]
    contestants: dict[str, Callable[[Clip], object]] = {
        "floor": lambda clip: _transform(decode(clip[0], what)),
        "describe": lambda clip: describe(decode(clip[0], what)),
        "reference": lambda clip: reference_order(clip[0]),
        "decoded": lambda clip: describe(clip[1]),
        "librosa": lambda clip: shared_stft(clip[1].samples, clip[1].rate),
    }
    spent = in_turns(contestants, decoded, rounds)
    cost = {name: 1000 * median(seconds) for name, seconds in spent.items()}
    n = len(spent["floor"])

    def figure(name: str, versus: str = "", over: str = "", under: str = "", goal: Goal | None = None) -> Figure:
        ratio = median(a / b for a, b in zip(spent[over], spent[under], strict=True)) if over else None
        return Figure(f"features.{name}", cost[name], "CPU ms a clip", versus, ratio, n, goal)

    figures = [
        figure("floor"),
        figure("describe", "features.floor", "describe", "floor", Goal("ratio", at_most=1.35)),
        figure("reference", "times features.describe", "reference", "describe", Goal("ratio", at_least=9)),
        figure("decoded", "features.floor", "decoded", "floor"),
        figure("librosa", "times features.decoded", "librosa", "decoded", Goal("ratio", at_least=10)),
    ]
    seconds = median(signal.duration_s for _, signal in decoded)
    return Report(
        "Cost of features",
        ABOUT.format(what=what, count=len(clips), seconds=seconds, rounds=rounds),
        figures,
        [_plot(cost)],
    )


ABOUT = """Measured on {count} clips ({what}, {seconds:.0f} s in the median), {rounds} rounds each, in one thread, all
contestants in turns on each clip; values are medians of CPU time, ratios medians of the ratios within a turn.

- *floor*: decode, window, Fourier transform in float32 (`scipy.fft`), no features. Our own transform is in float64 and
  still takes less than that, so the floor is no bound on what describing can cost.
- *describe*: decode and all 245 numbers. *decoded*: the same without decoding.
- *reference*: decode and describe in the order of FMA's `features.py`, limited to our five features, with its
  constant-Q transform. *librosa*: decoded already, and one short-time Fourier transform for all five.

Where a goal is missed: the reference takes 405 to 600 ms from run to run on one machine, so its ratio moved between 7.9
and 9.4, and that to librosa between 9.3 and 10.8. Tried without gain: fused multiply-add, a spectrum split in pairs, a
last stage without a turn, compiled zero crossings. Not tried: a transform in float32, in float64 where needed."""

LABELS = {
    "reference": "reference, with decoding",
    "librosa": "librosa, one transform, decoded",
    "describe": "describe, with decoding",
    "floor": "decode and transform only",
    "decoded": "describe, decoded",
}


def _plot(cost: dict[str, float]) -> Plot:
    def draw(axes: "Axes") -> None:
        names = list(LABELS)[::-1]
        bars = axes.barh([LABELS[name] for name in names], [cost[name] for name in names])
        axes.bar_label(bars, fmt="%.0f ms", padding=3)
        axes.set_xlabel("CPU ms a clip")
        axes.grid(visible=False, axis="y")

    caption = "What describing a clip costs, beside the reference, librosa and the least that it could."
    return Plot("bench-features", caption, draw)


def _transform(signal: Signal) -> None:
    """Window and transform every frame of a signal, in float32."""
    from scipy import fft

    padded = np.pad(signal.samples, WINDOW // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP]
    window = hann().astype(np.float32)
    for start in range(0, len(frames), BLOCK):
        fft.rfft(frames[start : start + BLOCK] * window)


def _clips(full: bool, data: Path | None, files: Sequence[Path] | None) -> tuple[str, list[bytes]]:
    """Clips, and what they are in words."""
    if files:
        if missing := [file for file in files if not file.is_file()]:
            raise SourceMissing(missing[0], "there is no such file", "Check the name.")
        return "given files", [file.read_bytes() for file in files]
    if data and (found := real_clips(data, "fma/fma_small", *(["music_cc"] if full else []))):
        return "real mp3 of the FMA" + (" and other free music" if full else ""), [file.read_bytes() for file in found]
    return "made music, mono mp3", made_clips()


def real_clips(data: Path, *folders: str) -> list[Path]:
    """The music in some folders of real data, in the order of their names."""
    return [
        file for folder in folders for file in sorted((data / folder).rglob("*")) if file.suffix in (".mp3", ".ogg")
    ]


def made_clips() -> list[bytes]:
    """Clips of 30 s, one of each of some genres, as the demo has them."""
    return [music.mp3(SEED, genre, artist_id=1, track_id=1) for genre in sorted(RECIPES)[:GENRES]]
