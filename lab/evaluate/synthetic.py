"""How lifelike the made activity is: each figure against its target, and against a real set of listeners where it is.

The real sets are HetRec 2011 (Last.fm): 1,892 listeners, what they play and who their friends are; and 25,324 TikTok
videos of 888 creators.
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

from etl.synthetic.activity import GENRES, Population
from etl.synthetic.activity.listens import Plays
from etl.synthetic.activity.population import FULL
from etl.synthetic.demo.posts import FRESH
from etl.synthetic.demo.world import World, world
from lab.figures import Figure, Goal, Plot, Report

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SEED, LISTENERS, DAYS = 1, 5_000, 60
STRANGERS = 200_000  #: pairs drawn
DEEP, FEWEST = 5_000, 10  #: the Zipf slope is fitted to ranks up to this one, of tracks with that many plays
SITTING_S = 1_800  #: a pause of so many seconds ends a sitting
DAILY = 10  #: plays a day from which a track's days are compared with the days after them
NEAR = Goal("ratio", at_least=0.95, at_most=1.05)  #: what is made is to what is real
VIDEO_DAYS = 28  #: whose videos are measured
SEEN, LARGE = 100, 10_000  #: plays from which a video is measured; followers from which the bend is
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
    """Make the demo's world and 60 days of its listens, and measure them."""
    whole = world(SEED, FULL, LISTENERS)
    made = whole.people
    a, b = (made.friendships()[name].to_numpy() - 1 for name in ("listener_a", "listener_b"))
    founders = len(made.people.founders())
    known = (a < founders) & (b < founders)
    a, b = a[known], b[known]
    days = [made.plays(FULL - timedelta(days=ago)) for ago in reversed(range(DAYS))]
    listener, track, heard_s = (
        np.concatenate([getattr(day, name) for day in days]) for name in ("listener", "track", "heard_s")
    )
    ours = Circle(made.people.taste[:founders], (a, b), np.bincount(track))
    whole_s = made.charts.duration_s[track]
    skips = {
        "gone_by_5_s": (float((heard_s <= 5).mean()), len(track)),
        "gone_by_30_s": (float((heard_s <= 30).mean()), len(track)),
        "gone_before_the_end": (float((heard_s < whole_s).mean()), len(track)),
    }
    measured = ours.measure() | skips
    figures = [_figure(name, value, n) for name, (value, n) in measured.items()]
    figures += _as_heard(made, listener, track, (a, b))
    figures += _rhythm(days) + _causes(days)
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
                NEAR,
            )
            for name, (value, n) in real.measure().items()
        ]
    figures += _videos(whole, data)
    plots = [
        Plot(
            "synthetic-how-far",
            "How far people get: most of those who leave do so in the first seconds.",
            _far(heard_s, whole_s),
        ),
        Plot("synthetic-zipf", "Plays over rank, on logarithmic axes: close to a line.", _zipf(ours, real)),
        Plot("synthetic-days", "Listens a day, and those of them that posts brought.", _days(days)),
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
    return Figure(f"synthetic.{name}", value, unit, f"its target, {target:g}", value / target, n, NEAR)


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


def _rhythm(days: list[Plays]) -> list[Figure]:
    """Repeats, sittings, weekdays, and how much of a day is left in the days after it."""
    sequence = [(day.listener, 86_400 * place + day.second, day.track, day.heard_s) for place, day in enumerate(days)]
    listener, at, track, heard_s = (np.concatenate(column) for column in zip(*sequence, strict=True))
    order = np.lexsort([at, listener])
    listener, at, track, until = listener[order], at[order], track[order], (at + heard_s)[order]
    one = listener[1:] == listener[:-1]
    on = one & (at[1:] - until[:-1] < SITTING_S)
    same = track[1:] == track[:-1]
    lengths = np.diff(np.flatnonzero(np.concatenate([[True], ~on, [True]])))
    volume = np.array([len(day.second) for day in days], float)
    weekday = np.array([(FULL - timedelta(days=DAYS - 1 - place)).weekday() for place in range(DAYS)])
    by_weekday = np.array([volume[weekday == number].mean() for number in range(7)]) / volume.mean()
    daily = np.stack([np.bincount(day.track, minlength=int(track.max()) + 1) for day in days]) / volume[:, None]
    often = daily.mean(axis=0) * volume.mean() >= DAILY
    left = {lag: _autocorrelation(daily[:, often], lag) for lag in (1, 7)}
    return [
        Figure("synthetic.again", float(same[one].mean()), "of plays are of the song before", n=int(one.sum())),
        Figure("synthetic.again_in_a_sitting", float(same[on].mean()), "of plays within a sitting", n=int(on.sum())),
        Figure("synthetic.sitting_median", float(np.median(lengths)), "plays", n=len(lengths)),
        Figure("synthetic.sitting_longest_tenth", float(np.quantile(lengths, 0.9)), "plays", n=len(lengths)),
        Figure("synthetic.busiest_weekday", float(by_weekday.max()), "of a mean day", n=DAYS),
        Figure("synthetic.quietest_weekday", float(by_weekday.min()), "of a mean day", n=DAYS),
        *(
            Figure(f"synthetic.day_after_{lag}", value, "autocorrelation of a track's share", n=int(often.sum()))
            for lag, value in left.items()
        ),
    ]


def _autocorrelation(daily: NDArray, lag: int) -> float:
    """The mean over columns of the correlation of rows with those so many later."""
    centred = daily - daily.mean(axis=0)
    return float(((centred[:-lag] * centred[lag:]).sum(axis=0) / np.maximum((centred**2).sum(axis=0), 1e-12)).mean())


def _causes(days: list[Plays]) -> list[Figure]:
    """What posts bring: how much of all, by how few of them."""
    brought = np.concatenate([day.video_id for day in days])
    _, each = np.unique(brought[brought > 0], return_counts=True)
    each = np.sort(each)[::-1]
    tenth = each[: max(1, len(each) // 10)].sum() / max(1, each.sum())
    return [
        Figure("synthetic.brought_by_posts", float((brought > 0).mean()), "of listens", n=len(brought)),
        Figure(
            "synthetic.brought_by_a_tenth",
            float(tenth),
            "of these, by a tenth of the videos that bring any",
            n=len(each),
        ),
    ]


def _videos(whole: World, data: Path | None) -> list[Figure]:
    """How plays hang on followers, differ among a creator's videos, and are liked; made, and of real videos."""
    those = [whole.feed.videos(FULL - timedelta(days=ago)) for ago in range(VIDEO_DAYS)]
    creator, plays, liked = (
        np.concatenate([getattr(one, name)[:FRESH] for one in those]) for name in ("creator", "plays", "liked")
    )
    followers = np.array([one.followers for one in whole.feed.creators])[creator]
    measured = _of_videos(
        pd.DataFrame({"creator": creator, "plays": plays, "likes": plays * liked, "followers": followers})
    )
    units = {
        "bend": "log plays / log followers",
        "spread": "of log plays within a creator",
        "viral": "of videos have ten times their creator's median",
        "liked": "likes a play, median",
    }
    figures = [Figure(f"synthetic.videos.{name}", value, units[name], n=n) for name, (value, n) in measured.items()]
    file = data / "tiktok" / "creator_videos.csv" if data else None
    if file and file.exists():
        figures += [
            Figure(
                f"synthetic.videos.real.{name}",
                value,
                units[name],
                f"made / real: {name}",
                measured[name][0] / value,
                n,
                NEAR,
            )
            for name, (value, n) in _of_videos(pd.read_csv(file)).items()
        ]
    return figures


def _of_videos(videos: pd.DataFrame) -> dict[str, tuple[float, int]]:
    """Figures of videos (creator, plays, likes, followers), and how many each is measured on."""
    seen = videos[videos["plays"] >= SEEN]
    log = np.log(seen["plays"])
    within = log - log.groupby(seen["creator"]).transform("mean")
    median = seen["plays"].groupby(seen["creator"]).transform("median")
    large = seen["followers"] >= LARGE
    by_creator = pd.DataFrame({"plays": log, "size": np.log(seen["followers"])})[large].groupby(seen["creator"]).mean()
    bend = np.polyfit(by_creator["size"], by_creator["plays"], 1)[0]
    return {
        "bend": (float(bend), len(by_creator)),
        "spread": (float(within.std()), len(seen)),
        "viral": (float((seen["plays"] >= 10 * median).mean()), len(seen)),
        "liked": (float((seen["likes"] / seen["plays"]).median()), len(seen)),
    }


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


def _days(days: list[Plays]):
    def draw(axes: "Axes") -> None:
        number = np.arange(len(days))
        axes.bar(number, [len(day.second) for day in days], label="listens")
        axes.bar(number, [int((day.video_id > 0).sum()) for day in days], label="brought by posts")
        axes.set(xlabel="day", ylabel="listens")
        axes.legend(frameon=False)

    return draw


def _about(real: Circle | None) -> str:
    text = f"""
{LISTENERS:,} made listeners (seed {SEED}), the demo's music and posts, {DAYS} days of listens. Every target is given,
and is to be met within 5 %. *Taste* is a listener's 16 genre shares; strangers are {STRANGERS:,} random
pairs. *Clustering* is the mean over listeners of the share of pairs of their friends that are friends; 0 for who has
fewer than two. *Zipf slope*: least squares of log plays on log rank at 60 ranks evenly apart on the logarithmic axis,
from 1 to the last with {FEWEST} plays, at most {DEEP:,}. *Skip points* are seconds of a track, as it was made; the
end is where `heard_pct` is 100 (Lamere, "The Skip", 2014). `heard_by` says how alike people are in the genres of what
they played, for those with {HEARD} plays or more.

*Again*: plays of the very song that the listener played before; *sittings* end with a pause of {SITTING_S // 60}
minutes. *Day after*: correlation of a track's share of a day's plays with its share so many days later, mean over
tracks with {DAILY} plays a day. *Brought*: listens that would not have been without a post, as the generator knows.
*Videos*: of {VIDEO_DAYS} days, of those with {SEEN} plays and more; *bend* is the slope of a creator's mean log plays
on log followers, from {LARGE:,} followers on. No published figure that could be held against is at hand for repeats,
sittings, weekdays, the days after and what posts bring: these are invented to be plausible, and shown so that a
reader can judge.
"""
    if real:
        return f"""{text}
Beside them, `hetrec`: the same of HetRec 2011 (Last.fm), 1,892 listeners. Taste is there a listener's place in the 16
principal directions of the logarithm of play counts, and what is played are artists. It is where the targets of taste,
clustering and slope come from; it has no skips. `videos.real`: 25,324 videos
of 888 creators, without names.
"""
    return f"{text}\nHetRec 2011, where the targets come from, is not here: set OVERTONE_REAL_DATA to its folder.\n"
