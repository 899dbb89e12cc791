"""Whether what is expected of campaigns comes true: how many of them end within the interval that is shown.

Made campaigns are held out: each world has its own creators, sounds and days, a history that is learned from, and forty
campaigns after it that nothing learns from. Its rule is richer than the model's: plays bend with followers, some
creators are more erratic than others, tails are heavy, now and then a video goes viral, days hang together, and one in
ten sounds that are taken to resemble a song does not. Then single videos of the demo's posts and of real ones: one of
each creator's, from all others.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import orjson

from etl.recommend.campaigns import NONE, Floats, Videos, interval, learn
from etl.synthetic import chance
from etl.synthetic.demo.world import world
from lab.figures import Figure, Goal, Plot, Report

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SEED, WORLDS, CAMPAIGNS, MOST_CREATORS = 1, 20, 40, 8
CREATORS, SOUNDS, STYLES, DAYS, HISTORY = 200, 240, 12, 40, 3000
SHARES = np.arange(5, 100, 5)  #: per cent, of intervals in the plot
NIGHTS = (date(2020, 12, 19), date(2020, 12, 20), date(2020, 12, 21))
OLDEST = 3  #: days; who is counted later counts as this old
REAL = "tiktok/posts_2020-12.ndjson"


@dataclass(frozen=True)
class Campaign:
    """What came true, and where it lies among what was drawn before."""

    plays: float
    place: float  #: share of the draws that are smaller
    low: float
    mid: float
    high: float
    creators: int

    @property
    def covered(self) -> bool:
        """Whether it ended within the interval."""
        return self.low <= self.plays <= self.high


def run(data: Path | None) -> Report:
    """Expect made campaigns, the demo's videos and real ones, and count what came true."""
    made = [one for number in range(WORLDS) for one in held_out(SEED, number)]
    sets = {"made": made, "demo": left_out(demo_videos(), SEED)}
    if data and (data / REAL).exists():
        sets["real"] = left_out(videos_of((line, None) for line in (data / REAL).read_bytes().splitlines()), SEED)
    figures = [figure for name, found in sets.items() for figure in _figures(name, found)]
    for few, many in ((1, 1), (2, 4), (5, MOST_CREATORS)):
        some = [one for one in made if few <= one.creators <= many]
        share = float(np.mean([one.covered for one in some]))
        figures.append(Figure(f"campaigns.made.covered.{few}_to_{many}_creators", share, "of campaigns", n=len(some)))
    plot = Plot(
        "campaigns-reliability",
        "Of intervals that should hold some share of what comes true, the share that they hold.",
        _reliability(sets),
    )
    missing = "" if "real" in sets else " Real posts are not here."
    about = (
        f"{len(made)} made campaigns in {WORLDS} worlds, none of which was learned from; one video of each "
        f"creator of the demo's three nights, expected from all other videos; the same of 1,000 real posts.{missing} "
        "The interval is to hold four in five (80 %)."
    )
    return Report("What to expect of a campaign", about, figures, [plot])


def held_out(seed: int, number: int) -> list[Campaign]:
    """The campaigns of one made world, expected from its history alone."""
    rng = chance(seed, "campaigns", number)
    size = rng.normal(9.5, 1.8, CREATORS)
    creator = 0.65 * size - 0.03 * (size - 9.5) ** 2 + 0.6 * rng.standard_t(5, CREATORS)
    erratic = np.exp(rng.normal(0, 0.25, CREATORS))
    style = rng.normal(0, 0.35, STYLES)
    of_style = rng.integers(STYLES, size=SOUNDS)
    sound = style[of_style] + rng.normal(0, 0.35, SOUNDS)
    day = _walk(rng, DAYS + CAMPAIGNS)
    new = CREATORS // 20  # creators of whom no video is seen
    posted = new + rng.choice(CREATORS - new, HISTORY, p=_zipf(CREATORS - new))
    used, when = rng.choice(SOUNDS, HISTORY, p=_zipf(SOUNDS)), rng.integers(DAYS, size=HISTORY)
    plays = np.floor(np.exp(creator[posted] + sound[used] + day[when] + erratic[posted] * _rest(rng, HISTORY)))
    followers = np.floor(np.exp(size))
    matched = np.where(rng.random(SOUNDS) < 0.7, of_style, NONE)  # which style a sound is of is not always known
    model = learn(Videos(plays, posted, used, matched[used], when, np.zeros(HISTORY, int), followers))
    found = []
    for campaign in range(CAMPAIGNS):
        who = rng.choice(CREATORS, rng.integers(1, MOST_CREATORS + 1), replace=False)
        like = int(rng.integers(STYLES))
        song = style[like] + rng.normal(0, 0.35)
        close = np.flatnonzero(of_style == like)
        similar = rng.choice(close, min(len(close), int(rng.integers(3, 13))), replace=False)
        similar = np.where(rng.random(len(similar)) < 0.1, rng.integers(SOUNDS, size=len(similar)), similar)
        truth = np.exp(creator[who] + song + day[DAYS + campaign] + erratic[who] * _rest(rng, len(who))).sum()
        asked = [(int(one) if one >= new else NONE, followers[one]) for one in who]
        drawn = model.draw(asked, model.of_song(similar.tolist()), rng).sum(1)
        found.append(_campaign(float(truth), drawn, len(who)))
    return found


def left_out(videos: Videos, seed: int) -> list[Campaign]:
    """A video of each creator with two or more, by chance, expected from all others; its sound counts as known."""
    rng, rows = chance(seed, "left out"), np.arange(len(videos.plays))
    order = rng.permutation(rows)
    one = order[np.unique(videos.creator[order], return_index=True)[1]]
    one = one[np.bincount(videos.creator)[videos.creator[one]] > 1]
    model = learn(videos.without(np.isin(rows, one)))
    found = []
    for row in one:
        who = int(videos.creator[row])
        song = model.of_song([int(videos.sound[row])] if videos.sound[row] < len(model.sound_count) else [])
        drawn = model.draw([(who, videos.followers[who])], song, rng, age=int(videos.age[row]))
        found.append(_campaign(float(videos.plays[row]), drawn.sum(1), 1))
    return found


def demo_videos() -> Videos:
    """The videos of the demo's three nights, with their counts as last seen."""
    return videos_of((line, night) for night in NIGHTS for line in world(1, night).feed.lines(night))


def videos_of(lines: Iterable[tuple[bytes, date | None]]) -> Videos:
    """Posts in their own shape with the night they came in, without one the latest day; the last count of each."""
    rows: dict[str, dict] = {}
    followers: dict[str, float] = {}
    for line, night in lines:
        try:
            post = orjson.loads(line)
            item, author = post["itemInfos"], post["authorInfos"]["userId"]
            video_id = item["id"]
            row = {"plays": float(item["playCount"]), "posted": int(item["createTime"]), "creator": author,
                   "sound": post["musicInfos"]["musicId"], "night": night}  # fmt: skip
        except (ValueError, KeyError, TypeError):
            continue  # the lines that an ingest refuses
        rows[video_id] = row
        if count := (post.get("authorStats") or {}).get("followerCount"):
            followers[author] = float(count)
    table = list(rows.values())
    posted = [date(1970, 1, 1) + timedelta(days=row["posted"] // 86_400) for row in table]
    latest = max(posted)
    codes = {name: {key: code for code, key in enumerate(sorted({row[name] for row in table}))}
             for name in ("creator", "sound")}  # fmt: skip
    days = {day: code for code, day in enumerate(sorted(set(posted)))}
    return Videos(
        np.array([row["plays"] for row in table]),
        np.array([codes["creator"][row["creator"]] for row in table]),
        np.array([codes["sound"][row["sound"]] for row in table]),
        np.full(len(table), NONE),
        np.array([days[day] for day in posted]),
        np.array(
            [min(OLDEST, max(0, ((row["night"] or latest) - day).days)) for row, day in zip(table, posted, strict=True)]
        ),
        np.array([followers.get(key, np.nan) for key in codes["creator"]]),
    )


def _campaign(plays: float, drawn: Floats, creators: int) -> Campaign:
    return Campaign(plays, float((drawn < plays).mean()), *interval(drawn), creators)


def _rest(rng: np.random.Generator, many: int) -> Floats:
    """Heavy tails, and one video in fifty that goes viral."""
    return 0.75 * rng.standard_t(4, many) + np.where(rng.random(many) < 0.02, rng.exponential(1.5, many), 0)


def _walk(rng: np.random.Generator, days: int) -> Floats:
    """Days that resemble the day before."""
    found = np.zeros(days)
    for day in range(1, days):
        found[day] = 0.7 * found[day - 1] + rng.normal(0, 0.12)
    return found


def _zipf(many: int) -> Floats:
    weights = 1 / np.arange(1, many + 1) ** 0.8
    return weights / weights.sum()


def _figures(name: str, found: list[Campaign]) -> list[Figure]:
    share = float(np.mean([one.covered for one in found]))
    width = float(np.median([one.high / max(one.low, 1) for one in found]))
    off = float(np.median([abs(np.log((one.plays + 1) / (one.mid + 1))) for one in found]))
    return [
        Figure(f"campaigns.{name}.covered", share, "of campaigns", n=len(found),
               goal=Goal("value", 0.75, 0.85) if name == "made" else None),
        Figure(f"campaigns.{name}.below", float(np.mean([one.plays < one.low for one in found])), "of campaigns",
               n=len(found)),
        Figure(f"campaigns.{name}.above", float(np.mean([one.plays > one.high for one in found])), "of campaigns",
               n=len(found)),
        Figure(f"campaigns.{name}.high_over_low", width, "times, median", n=len(found)),
        Figure(f"campaigns.{name}.off", float(np.exp(off)), "times too many or few, median", n=len(found)),
    ]  # fmt: skip


def _reliability(sets: dict[str, list[Campaign]]) -> Callable[["Axes"], None]:
    def draw(axes: "Axes") -> None:
        axes.plot([0, 100], [0, 100], color="0.7")
        for name, found in sets.items():
            off = 200 * np.abs(np.array([one.place for one in found]) - 0.5)  # the narrowest interval that holds it
            axes.plot(
                SHARES, [100 * (off <= share).mean() for share in SHARES], "o-", label=f"{name}, n = {len(found)}"
            )
        axes.set_xlabel("share that the interval should hold, %")
        axes.set_ylabel("share that it holds, %")
        axes.legend()

    return draw
