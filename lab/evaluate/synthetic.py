"""How lifelike the made activity is: each figure against its target, and against a real set of listeners where it is.

The real set is HetRec 2011 (Last.fm): 1,892 listeners, what they play and who their friends are.
"""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.linalg import svds

from etl.synthetic.activity import GENRES, Population, catalogue
from etl.synthetic.activity.population import FULL
from lab.figures import Figure, Goal, Plot, Report

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SEED, LISTENERS, TRACKS, DAYS = 1, 5_000, 992, 60
STRANGERS = 200_000  #: pairs drawn
DEEP, FEWEST = 5_000, 10  #: the Zipf slope is fitted to ranks up to this one, of tracks with that many plays
HEARD = 20  #: plays from which the genres that somebody heard are compared with another's

#: What is asked of it, each to be met within a twentieth
TARGETS = {
    "taste_of_friends": (0.59, "cosine"),
    "taste_of_strangers": (0.22, "cosine"),
    "clustering": (0.19, "of pairs of friends"),
    "zipf_slope": (-0.92, "log plays / log rank"),
    "gone_by_5_s": (0.24, "of listens"),
    "gone_by_30_s": (0.35, "of listens"),
    "gone_before_the_end": (0.49, "of listens"),
}

Pairs = tuple[NDArray[np.integer], NDArray[np.integer]]


@dataclass(frozen=True)
class Circle:
    """People: how alike they are, how they are friends, and how often each thing is played."""

    taste: NDArray[np.floating]  #: (people, dimensions)
    friends: Pairs
    plays: NDArray[np.integer]  #: of each track or artist

    def measure(self) -> dict[str, tuple[float, int]]:
        """The figures that need no seconds, and how many pairs, people or ranks each is measured on."""
        strangers = _strangers(len(self.taste))
        ranks, _, slope = fit(self.plays)
        return {
            "taste_of_friends": (alike(self.taste, self.friends), len(self.friends[0])),
            "taste_of_strangers": (alike(self.taste, strangers), len(strangers[0])),
            "clustering": (clustering(self.friends, len(self.taste)), len(self.taste)),
            "zipf_slope": (slope, int(ranks[-1])),
        }


def run(data: Path | None) -> Report:
    """Make the demo's audience and 60 days of listens, and measure them."""
    made = Population.of(SEED, LISTENERS, catalogue(SEED, TRACKS))
    a, b = (made.friendships()[name].to_numpy() - 1 for name in ("listener_a", "listener_b"))
    days = [made.plays(FULL - timedelta(days=ago)) for ago in range(DAYS)]
    listener, track, heard_s = (
        np.concatenate([getattr(day, name) for day in days]) for name in ("listener", "track", "heard_s")
    )
    ours = Circle(made.people.taste, (a, b), np.bincount(track))
    whole_s = made.charts.duration_s[track]
    skips = {
        "gone_by_5_s": (float((heard_s <= 5).mean()), len(track)),
        "gone_by_30_s": (float((heard_s <= 30).mean()), len(track)),
        "gone_before_the_end": (float((heard_s < whole_s).mean()), len(track)),
    }
    measured = ours.measure() | skips
    figures = [_figure(name, value, n) for name, (value, n) in measured.items()]
    figures += _as_heard(made, listener, track, (a, b))
    real = hetrec(data) if data else None
    if real:
        figures += [
            Figure(
                f"synthetic.hetrec.{name}",
                value,
                TARGETS[name][1],
                f"made / real: {name}",
                measured[name][0] / value,
                n,
            )
            for name, (value, n) in real.measure().items()
        ]
    figures += _likes(made, data)
    plots = [
        Plot(
            "synthetic-how-far",
            "How far people get: most of those who leave do so in the first seconds.",
            _far(heard_s, whole_s),
        ),
        Plot("synthetic-zipf", "Plays over rank, on logarithmic axes: close to a line.", _zipf(ours, real)),
    ]
    return Report("How lifelike the made activity is", _about(real), figures, plots)


def alike(taste: NDArray, pairs: Pairs) -> float:
    """Mean cosine of the pairs' tastes."""
    unit = taste / np.maximum(np.linalg.norm(taste, axis=1, keepdims=True), 1e-12)
    return float((unit[pairs[0]] * unit[pairs[1]]).sum(axis=1).mean())


def clustering(friends: Pairs, people: int) -> float:
    """Mean over people of the share of their friends' pairs that are friends; 0 for who has fewer than two."""
    a, b = friends
    graph = csr_array((np.ones(2 * len(a)), (np.r_[a, b], np.r_[b, a])), shape=(people, people))
    degree = graph.sum(axis=1)
    closed = (graph @ graph).multiply(graph).sum(axis=1)
    return float((closed / np.maximum(degree * (degree - 1), 1)).mean())


def fit(plays: NDArray[np.integer]) -> tuple[NDArray[np.integer], NDArray[np.integer], float]:
    """Zipf's slope: least squares of log plays on log rank at 60 ranks, evenly apart on the logarithmic axis.

    From the first to the last with ``FEWEST`` plays, at most ``DEEP``: each decade of ranks weighs alike, and counts
    that chance alone decides have no part.
    """
    counts = np.sort(plays)[::-1]
    last = min(DEEP, int((counts >= FEWEST).sum()))
    ranks = np.unique(np.geomspace(1, last, 60).astype(int))
    return ranks, counts[ranks - 1], float(np.polyfit(np.log(ranks), np.log(counts[ranks - 1]), 1)[0])


def hetrec(data: Path) -> Circle | None:
    """The real listeners; their taste are 16 principal directions of the logarithm of their play counts."""
    folder = data / "friends" / "hetrec2011_lastfm"
    if not folder.is_dir():
        return None
    plays = pd.read_csv(folder / "user_artists.dat", sep="\t")
    known, user = np.unique(plays["userID"], return_inverse=True)
    artist = np.unique(plays["artistID"], return_inverse=True)[1]
    left, values, _ = svds(
        csr_array((np.log1p(plays["weight"].to_numpy()), (user, artist))), k=16, v0=np.ones(len(known))
    )
    both = np.searchsorted(known, pd.read_csv(folder / "user_friends.dat", sep="\t").to_numpy())
    a, b = both[both[:, 0] < both[:, 1]].T
    return Circle(left * values, (a, b), np.bincount(artist, plays["weight"]).astype(int))


def _figure(name: str, value: float, n: int) -> Figure:
    target, unit = TARGETS[name]
    goal = Goal("ratio", at_least=0.95, at_most=1.05)
    return Figure(f"synthetic.{name}", value, unit, f"its target, {target:g}", value / target, n, goal)


def _strangers(people: int) -> Pairs:
    a, b = np.random.default_rng(SEED).integers(people, size=(2, STRANGERS))
    return a[a != b], b[a != b]


def _as_heard(made: Population, listener: NDArray, track: NDArray, friends: Pairs) -> list[Figure]:
    """The same of what people did play: it shows their tastes as far as some dozens of plays can."""
    counts = np.bincount(listener * 16 + made.charts.genre[track], minlength=16 * LISTENERS).reshape(-1, len(GENRES))
    often = counts.sum(axis=1) >= HEARD
    figures = []
    for name, (a, b) in {"friends": friends, "strangers": _strangers(LISTENERS)}.items():
        both = often[a] & often[b]
        heard, taste = (alike(of, (a[both], b[both])) for of in (counts, made.people.taste))
        figures.append(
            Figure(
                f"synthetic.heard_by_{name}",
                heard,
                "cosine",
                "cosine of the tastes of the same",
                heard / taste,
                int(both.sum()),
            )
        )
    return figures


def _likes(made: Population, data: Path | None) -> list[Figure]:
    """How widely likes vary within a tier: a log-normal's spread, as among the 250 greatest of 2020."""
    people = made.influencers(how_many=1_000).to_pandas()
    rate = np.log(people["median_likes"] / people["followers"])
    within = rate - rate.groupby(people["tier"]).transform("mean")
    figures = [Figure("synthetic.likes_spread", float(within.std()), "of log likes within a tier", n=len(within))]
    file = data / "influencers" / "top250_numbers.csv" if data else None
    if file and file.exists():
        known = pd.read_csv(file)
        real = np.log((_number(known["Likes"]) / _number(known["Followers"])).dropna())
        figures.append(
            Figure(
                "synthetic.top250.likes_spread",
                float(real.std()),
                "of log likes a follower",
                "made / real: likes_spread",
                float(within.std() / real.std()),
                len(real),
            )
        )
    return figures


def _number(text: pd.Series) -> pd.Series:
    """Numbers such as 78.9m and 503.0k."""
    parts = text.astype(str).str.extract(r"([\d.]+)\s*([kmKM]?)")
    return parts[0].astype(float) * parts[1].str.lower().map({"k": 1e3, "m": 1e6, "": 1.0})


def _far(heard_s: NDArray, whole_s: NDArray):
    seconds = np.arange(0, 241)
    share = [100 * float((heard_s[whole_s >= 240] > second).mean()) for second in seconds]

    def draw(axes: "Axes") -> None:
        axes.plot(seconds, share)
        for second, name in ((5, "gone_by_5_s"), (30, "gone_by_30_s")):
            axes.plot(second, 100 * (1 - TARGETS[name][0]), "o", color="black")
            axes.annotate(
                f"target: {100 * (1 - TARGETS[name][0]):.0f} % at {second} s",
                (second + 6, 100 * (1 - TARGETS[name][0])),
            )
        axes.set(
            xlabel="second of tracks of four minutes or more", ylabel="still listening, % of listens", ylim=(0, 100)
        )

    return draw


def _zipf(ours: Circle, real: Circle | None):
    def draw(axes: "Axes") -> None:
        for name, circle in {"made": ours, "HetRec 2011": real}.items():
            if circle:
                ranks, plays, slope = fit(circle.plays)
                axes.loglog(ranks, plays / circle.plays.sum(), ".-", label=f"{name}: slope {slope:.2f}")
        axes.set(xlabel="rank", ylabel="share of plays")
        axes.legend(frameon=False)

    return draw


def _about(real: Circle | None) -> str:
    text = f"""
{LISTENERS:,} made listeners (seed {SEED}), {TRACKS:,} tracks, {DAYS} days of listens. Every target is given, and
is to be met within 5 %. *Taste* is a listener's 16 genre shares; strangers are {STRANGERS:,} random pairs. *Clustering*
is the mean over listeners of the share of pairs of their friends that are friends; 0 for who has fewer than two. *Zipf
slope*: least squares of log plays on log rank at 60 ranks evenly apart on the logarithmic axis, from 1 to the last with
{FEWEST} plays, at most {DEEP:,}. *Skip points* are seconds of a track, as it was made; the end is where `heard_pct` is
100 (Lamere, "The Skip", 2014). `heard_by` says how alike people are in the genres of what they played, for those with
{HEARD} plays or more.
"""
    if real:
        return f"""{text}
Beside them, `hetrec`: the same of HetRec 2011 (Last.fm), 1,892 listeners. Taste is there a listener's place in the 16
principal directions of the logarithm of play counts, and what is played are artists. It is where the targets of taste,
clustering and slope come from; it has no skips. `top250`: the most followed creators of 2020, names removed.
"""
    return f"{text}\nHetRec 2011, where the targets come from, is not here: set OVERTONE_REAL_DATA to its folder.\n"
