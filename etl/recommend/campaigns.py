"""How many plays to expect when some creators each post a video with a song, and how sure that is.

The logarithm of a video's plays is taken as a sum: a level that rises with followers, what its creator adds, what the
style of its sound adds, what the sound itself adds, what its day and its age when counted add, and a rest. What each
level of these adds is drawn towards nothing by as much as chance could have made it (random effects, their spreads
estimated by EM), so a creator with two videos is judged by their size and one with fifty by themselves. A song that is
not out yet is like the sounds that resemble it, plus what one sound differs from another by; that, and the day, is
shared by all its creators and does not average out. The sum over creators is drawn many times, the rest from what was
really left over, whose tails are heavier than a normal distribution's.

Source: Robinson, "That BLUP is a good thing", Statistical Science 1991; the smearing of rests is Duan's (JASA 1983).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ROUNDS = 150  #: of EM, at most
SETTLED = 1e-4  #: when no spread moves by more
DRAWS = 4000
INTERVAL = (10, 50, 90)  #: percentiles of what is shown: four in five campaigns end within the outer two
FEWEST_COUNTED = 30  #: videos that must have been counted at an age for it to be what is projected to
NONE = -1  #: a level that is not known

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Videos:
    """What is learned from: a row a video, levels as numbers from 0, ``NONE`` where there is none."""

    plays: Floats
    creator: Ints
    sound: Ints
    style: Ints  #: of the sound: what resembles what, e.g. the genre of the matched track
    day: Ints  #: on which it was posted
    age: Ints  #: days from then until its plays were counted
    followers: Floats  #: by creator; nan: not known

    def without(self, left_out: NDArray[np.bool_]) -> "Videos":
        """The same without some rows."""
        rows = {name: getattr(self, name)[~left_out] for name in ("plays", "creator", "sound", "style", "day", "age")}
        return Videos(**rows, followers=self.followers)


@dataclass(frozen=True)
class Effects:
    """What the levels of one thing add to the logarithm of plays."""

    mean: Floats
    variance: Floats  #: of how far the mean may be off
    spread: float  #: variance between levels


@dataclass(frozen=True)
class Song:
    """Sounds that resemble a song, and what they add on average."""

    mean: float
    variance: float
    sounds: int
    videos: int


@dataclass(frozen=True)
class Model:
    """What was learned."""

    level: float
    slope: float  #: for each e-fold of followers
    middle: float  #: mean logarithm of followers
    effects: Mapping[str, Effects]
    rest: Floats  #: what was left over, a value a video, with the variance of a video around all else
    age: Ints  #: of the same videos
    noise: float  #: that variance
    counted_at: int  #: the age in days that is projected to
    videos_of: Ints  #: by creator
    sound_sum: Floats  #: by sound, over its videos: what style, sound and rest add
    sound_count: Ints

    def of_song(self, similar: Sequence[int]) -> Song:
        """What is known of a song by the sounds that resemble it: nothing, where none was used in a video."""
        used = np.array(sorted({code for code in similar if code != NONE and self.sound_count[code]}), dtype=int)
        between = self.effects["style"].spread
        one = self.effects["sound"].spread + self.noise / np.maximum(self.sound_count[used], 1)
        precision = 1 / max(between, 1e-9) + (1 / one).sum()
        mean = (self.sound_sum[used] / np.maximum(self.sound_count[used], 1) / one).sum() / precision
        return Song(float(mean), float(1 / precision), len(used), int(self.sound_count[used].sum()))

    def draw(
        self,
        creators: Sequence[tuple[int, float]],
        song: Song,
        rng: np.random.Generator,
        draws: int = DRAWS,
        age: int | None = None,
    ) -> Floats:
        """Plays of one video by each creator, drawn many times.

        Args:
            creators: of each the level in ``Videos.creator`` (``NONE``: no video of theirs was seen) and the followers
                (nan: not known).
            age: in days, at which plays are counted; else the greatest that enough videos were counted at.
        Returns:
            Shape (draws, creators).
        """
        codes = np.array([code for code, _ in creators])
        size = np.log1p(np.array([followers for _, followers in creators], float)) - self.middle
        known = self.effects["creator"]
        seen = (codes >= 0) & (self.videos_of[codes] > 0)
        mean = np.where(seen, known.mean[codes], 0.0)
        spread = np.sqrt(np.where(seen, known.variance[codes], known.spread))
        ages = self.effects["age"].mean
        age = min(self.counted_at if age is None else age, len(ages) - 1)
        alike = self.rest[self.age == age]  # young videos vary more
        rest = alike if len(alike) >= FEWEST_COUNTED else self.rest
        shared = rng.normal(
            self.level + song.mean + ages[age],
            np.sqrt(song.variance + self.effects["sound"].spread + self.effects["day"].spread),
            (draws, 1),
        )
        own = mean + self.slope * np.nan_to_num(size) + spread * rng.standard_normal((draws, len(codes)))
        return np.maximum(np.expm1(shared + own + rng.choice(rest, (draws, len(codes)))), 0)


def learn(videos: Videos) -> Model:
    """Learn what makes videos be played.

    Raises:
        ValueError: fewer than two videos, or all with the same plays.
    """
    y = np.log1p(videos.plays)
    if len(y) < 2 or not y.std():
        raise ValueError("at least two videos with different plays are needed")
    logs = np.log1p(videos.followers)
    middle = float(np.nanmean(logs)) if np.isfinite(logs).any() else 0.0
    size = np.nan_to_num(logs - middle)
    codes = {name: getattr(videos, name) for name in ("creator", "style", "sound", "day", "age")}
    counts = {name: np.bincount(code[code >= 0], minlength=1) for name, code in codes.items()}
    counts["creator"] = np.bincount(videos.creator, minlength=len(size))
    mean = {name: np.zeros(len(count)) for name, count in counts.items()}
    variance = {name: np.zeros(len(count)) for name, count in counts.items()}
    noise = float(y.var()) / 2
    spread = dict.fromkeys(codes, noise / 4)
    level, slope = float(y.mean()), 0.0
    left = y - level
    posted = counts["creator"] > 0
    across = size[posted] - size[posted].mean()
    for _ in range(ROUNDS):
        before = np.array([noise, *spread.values()])
        shaky = 0.0
        for name, code in codes.items():
            there = code >= 0
            left[there] += mean[name][code[there]]
            variance[name] = 1 / (counts[name] / noise + 1 / spread[name])
            sums = np.bincount(code[there], left[there], minlength=len(counts[name]))
            mean[name] = variance[name] * sums / noise
            left[there] -= mean[name][code[there]]
            used = counts[name] > 0
            spread[name] = max(1e-6, float((mean[name] ** 2 + variance[name])[used].mean()) if used.any() else 1e-6)
            shaky += float((counts[name] * variance[name]).sum())
        # Each creator once, however much they post: what they add beyond their size, and what size adds.
        beyond = mean["creator"][posted] + slope * size[posted]
        if (across**2).sum() > 0:
            change = float((across * beyond).sum() / (across**2).sum()) - slope
            slope += change
            mean["creator"] -= change * size
        shift = float(left.mean())
        level, left = level + shift, left - shift
        noise = max(1e-6, float((left**2).sum() + shaky) / len(y))
        if np.abs(np.array([noise, *spread.values()]) - before).max() < SETTLED:
            break
    aged = np.flatnonzero(counts["age"] >= min(FEWEST_COUNTED, counts["age"].max()))
    whole = left.copy()
    for name in ("style", "sound"):
        there = codes[name] >= 0
        whole[there] += mean[name][codes[name][there]]
    heard = videos.sound >= 0
    return Model(
        level,
        slope,
        middle,
        {name: Effects(mean[name], variance[name], spread[name]) for name in codes},
        (left - left.mean()) * np.sqrt(noise) / max(float(left.std()), 1e-9),
        videos.age,
        noise,
        int(aged[-1]),
        counts["creator"],
        np.bincount(videos.sound[heard], whole[heard], minlength=len(counts["sound"])).astype(float),
        counts["sound"],
    )


def interval(drawn: Floats) -> tuple[float, float, float]:
    """Low, middle and high of what was drawn; four in five end between low and high."""
    low, mid, high = np.percentile(drawn, INTERVAL)
    return float(low), float(mid), float(high)
