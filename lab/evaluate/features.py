"""How near the 245 numbers are to librosa's, whether they are the same bits everywhere, and what a sampling rate does.

On all real music where it is there, else on some made clips.
"""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import soxr

from etl.audio import kernels, plain
from etl.audio.decode import Signal, decode
from etl.audio.features import COMMON_RATE, FEATURE_NAMES, FEATURES, MOMENTS, describe, describe_alike, summarise
from etl.audio.reference import deviation, librosa, shared_stft
from etl.similarity.model import fit, transform
from etl.synthetic.demo import music
from etl.synthetic.demo.recipes import RECIPES
from lab.figures import Figure, Goal, Plot, Report

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BOUND = 1e-4
RATES = (22_050, 32_000, 48_000)
WORKERS = 3
SEED = 1


def run(data: Path | None) -> Report:
    """Describe every clip by each of our ways and by librosa.

    Raises:
        SetupFailed: librosa is not installed.
    """
    version = librosa().__version__
    clips = _real_clips(data) if data else []
    what = "real mp3 and ogg of free music" if clips else "made music"
    clips = clips or [music.mp3(SEED, genre, artist_id=1, track_id=1) for genre in sorted(RECIPES)]
    signals = [decode(clip, what) for clip in clips]
    expected, tunings = (
        np.array(part) for part in zip(*(shared_stft(one.samples, one.rate) for one in signals), strict=True)
    )
    expected = np.nan_to_num(expected)
    figures = []
    off = {}
    for name, module in (("compiled", kernels), ("plain", plain)):
        tables, tuned = zip(*(module.per_frame(one) for one in signals), strict=True)
        ours = np.array([summarise(table) for table in tables]).astype(np.float32).astype(float)
        off[name] = deviation(ours, expected)
        figures += [
            Figure(
                f"features.{name}.deviation",
                float(off[name].max()),
                "largest, relative or absolute",
                f"librosa {version}",
                n=off[name].size,
                goal=Goal("value", at_most=BOUND),
            ),
            Figure(
                f"features.{name}.tuning",
                float(np.mean(np.equal(tuned, tunings))),
                "share of clips in the same bin",
                f"librosa {version}",
                n=len(clips),
                goal=Goal("value", at_least=1),
            ),
        ]
    figures.append(_same_bits(clips))
    grid = _by_moment(off["compiled"])
    figures += [
        Figure(
            f"features.{feature}_{moment}",
            float(grid[row, column]),
            "largest deviation",
            f"librosa {version}",
            n=len(clips) * count,
            goal=Goal("value", at_most=BOUND),
        )
        for row, (feature, count) in enumerate(FEATURES.items())
        for column, moment in enumerate(MOMENTS)
    ]
    at_rates = _rates([one for one in signals if one.rate == COMMON_RATE])
    figures += at_rates
    about = ABOUT.format(what=what, count=len(clips), version=version, workers=WORKERS, numbers=len(FEATURE_NAMES))
    return Report("Quality of features", about, figures, [_deviations(grid, version), _found(at_rates)])


ABOUT = """On {count} clips, {what}; nothing was trained. Each of the {numbers} numbers of each clip is compared with
librosa {version}; a deviation is relative or absolute, whichever is smaller. *compiled* is what runs, *plain* (numpy
alone) what runs where numba cannot be imported. The kurtosis of chroma is farthest off: the reference sums it in
float32, where each addition rounds, and we in the same order.

*Same bits*: descriptions by {workers} processes at once, against those by one.

*At another rate*: a version of each clip at that rate is compared, by the cosine of scaled features, with all clips at
44,100 Hz. *own rate*: described as it is, which moves chroma, centroid and roll-off, as they are defined for one rate
alone. *resampled*: brought to 44,100 Hz first, as the catalogue and uploads are. What lies above half the lower rate is
lost in either way."""


def _real_clips(data: Path) -> list[bytes]:
    files = sorted(
        [*data.glob("fma/fma_small/**/*.mp3"), *data.glob("music_cc/**/*.mp3"), *data.glob("music_cc/**/*.ogg")]
    )
    return [file.read_bytes() for file in files]


def describe_bytes(clip: bytes) -> bytes:
    """The bits of a clip's features; for processes of their own."""
    return describe(decode(clip, "clip")).features.tobytes()


def _same_bits(clips: Sequence[bytes]) -> Figure:
    some = clips[: 8 * WORKERS]
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as pool:
        equal = [one == describe_bytes(clip) for one, clip in zip(pool.map(describe_bytes, some), some, strict=True)]
    return Figure(
        "features.same_bits",
        float(np.mean(equal)),
        "share of clips",
        "one process",
        n=len(some),
        goal=Goal("value", at_least=1),
    )


def _by_moment(off: np.ndarray) -> np.ndarray:
    """The largest deviation of each feature (rows) and moment (columns)."""
    ends = np.cumsum([count for count in FEATURES.values() for _ in MOMENTS])[:-1]
    return np.reshape([part.max() for part in np.split(off, ends, axis=1)], (len(FEATURES), len(MOMENTS)))


def _rates(signals: list[Signal]) -> list[Figure]:
    """How often a version of a clip at another rate finds its original first, and how near they are."""
    originals = np.array([describe(one).features for one in signals])
    model = fit(originals, [None] * len(signals), [""] * len(signals))
    vectors = transform(model, originals)
    figures = []
    for rate in RATES:
        versions = [Signal(soxr.resample(one.samples, one.rate, rate), rate) for one in signals]
        ways = {
            "own rate": [describe(one).features for one in versions],
            "resampled": [describe_alike(one, "clip").features for one in versions],
        }
        for way, features in ways.items():
            cosine = transform(model, np.array(features)) @ vectors.T
            first = float(np.mean(cosine.argmax(axis=1) == np.arange(len(signals))))
            name = f"features.at_{rate}_hz.{way.replace(' ', '_')}"
            figures += [
                Figure(f"{name}.first", first, "share that finds its original first", way, n=len(signals)),
                Figure(
                    f"{name}.cosine", float(np.median(cosine.diagonal())), "median cosine with it", way, n=len(signals)
                ),
            ]
    return figures


def _deviations(grid: np.ndarray, version: str) -> Plot:
    def draw(axes: "Axes") -> None:
        for feature, row in zip(FEATURES, np.maximum(grid, 1e-9), strict=True):
            axes.plot(MOMENTS, row, "o-", label=feature, linewidth=0.8)
        axes.axhline(BOUND, color="black", linestyle=":", linewidth=1)
        axes.set_yscale("log")
        axes.set_ylabel(f"largest deviation from librosa {version}")
        axes.legend(fontsize=9, ncols=2, loc="lower right")

    caption = "The largest deviation of each feature and moment from librosa; the dotted line is the bound, 1e-4."
    return Plot("evaluate-features-deviation", caption, draw)


def _found(figures: list[Figure]) -> Plot:
    def draw(axes: "Axes") -> None:
        for offset, way in ((-0.2, "own rate"), (0.2, "resampled")):
            shares = [one.value for one in figures if one.versus == way and one.name.endswith(".first")]
            bars = axes.bar(np.arange(len(RATES)) + offset, shares, 0.38, label=way)
            axes.bar_label(bars, fmt="%.2f", padding=2)
        axes.set_xticks(range(len(RATES)), [f"{rate:,} Hz" for rate in RATES])
        axes.set_ylabel("share that finds its original first")
        axes.set_ylim(0, 1.12)
        axes.legend(fontsize=9, loc="lower right")
        axes.grid(visible=False, axis="x")

    caption = "Versions of clips at another sampling rate find their original once they are brought to one rate."
    return Plot("evaluate-features-rates", caption, draw)
