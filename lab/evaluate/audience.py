"""Whether what artists are told of their audience is what was heard: of songs and times to the listen, of people ±.

Everything is asked of a scratch server whose marts the job built of a lake, and held against the raw listens, counted
here by other means.
"""

import tempfile
from collections import Counter, defaultdict
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import opendp.prelude as dp
import pandas as pd

from etl.audience import interests as likes
from etl.audience import people, sketches
from etl.audience.people import SIGMA, SONG_SIGMA, SONG_SPANS, SONGS, SPANS, Cell, Z, noisy, spans_of
from etl.audience.spans import WEEK, Span, cut, span_start
from etl.jobs import build_audience
from etl.jobs.build_audience import Counted, Due, months, people_key
from etl.machine import postgres
from etl.machine.spark import session
from etl.store.parts import lake
from etl.store.warehouse import sql
from etl.tables import TOP_GENRES
from lab.bench.load import LAST, World
from lab.figures import Figure, Goal, Report

SEED, QUESTIONS = 7, 1000
SIZE = 9_000, 300, 14_000, 280  #: listeners, tracks, listens a day, days
WEEKS = 40  #: whole ones that are asked about, up to LAST
RAW = ["listened_at", "listener_id", "artist_id", "track_id", "country", "heard_pct"]  #: of a listen, as it was made
NAMES = ["artist_id", "track_id", "country"]  #: of a cell
KEYS = 3  #: homes, each with another key: noise is drawn for each
TRIALS = 40  #: sketches of each size
LIKED = 30  #: artists, drawn at random, whose listeners' favourites are counted
DELTA = 1e-6  #: of the ε that is printed


def run(data: Path | None) -> Report:
    """Ask a thousand questions of songs and times, and read all that is told of people, against the raw listens."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        try:
            world = World(home, SIZE)
            rows = pd.concat([world.load(day).select(RAW).to_pandas() for day in world.days])
            rows = rows.assign(day=rows["listened_at"].dt.date)
            with session(world.settings, "evaluate audience"):
                world.build()
                counted = _counted(world)
            figures = [
                *_music(world, rows), *_weeks(world, rows), *_distinct(), *_people(world, rows, counted),
                *_likes(world, rows, counted), *_costs(),
            ]  # fmt: skip
        finally:
            postgres.stop(home)
    return Report("Whether an audience is told as it is", ABOUT, figures)


def _counted(world: World) -> Counted:
    """The true numbers of every span that is asked about, as the job counts them before it adds noise."""
    work, last = world.work(LAST), LAST - WEEK + timedelta(days=1)
    with world.warehouse.transaction() as cursor:
        key = people_key(work, cursor).key
    due = Due(spans=dict.fromkeys(sorted(_ended()), None))
    with lake(world.warehouse, world.storage), session(world.settings, "evaluate audience") as spark:
        return build_audience.count(work, spark, key, due, last)


# Of songs and times


def _music(world: World, rows: pd.DataFrame) -> list[Figure]:
    rng = np.random.default_rng(SEED)
    lasts = dict(zip(world.tracks["track_id"].to_pylist(), world.tracks["duration_s"].to_pylist(), strict=True))
    rows = rows.assign(heard_s=np.round(rows["heard_pct"] * rows["track_id"].map(lasts) / 100))
    artists = rows["artist_id"].value_counts()
    by_artist = dict(iter(rows.groupby("artist_id")))
    equal, off = 0, []
    for _ in range(QUESTIONS):
        artist = int(rng.choice(artists.index, p=artists / artists.sum()))
        own = by_artist[artist]
        first, last = sorted(rng.integers(0, WEEKS, 2))
        start, end = LAST + timedelta(days=1) - (last + 1) * WEEK, LAST - first * WEEK
        track = int(rng.choice(own["track_id"])) if rng.random() < 0.5 else 0
        asked: dict[str, Any] = {"by": "period", "track_ids": [track], "genre": None, "reached": None}
        spans = cut(start, end + timedelta(days=1))
        columns = {
            "labels": ["" for _ in spans],
            "spans": [size for size, _ in spans],
            "weeks": [at for _, at in spans],
        }
        answer = world.warehouse.query_as(sql("queries/audience_heard"), asked | columns, artist_id=artist)
        true = own[(own["day"] >= start) & (own["day"] <= end) & ((own["track_id"] == track) | (not track))]
        names = ["listens", "heard_s", *(f"heard_{point}" for point in range(10, 100, 10)), "finished"]
        wanted = [
            len(true),
            true["heard_s"].sum(),
            *((true["heard_pct"] >= point).sum() for point in range(10, 110, 10)),
        ]
        told = [answer[0][name] for name in names] if answer else [0] * len(names)
        equal += told == [int(one) for one in wanted]
        distinct, said = true["listener_id"].nunique(), sketches.listeners(answer[0]) if answer else 0
        if distinct and start + WEEK < end:
            off.append(said / distinct - 1)
    return [
        Figure("audience.music_equal", equal / QUESTIONS, "of questions: listens, seconds, ten deciles", n=QUESTIONS,
               goal=Goal("value", at_least=1)),
        Figure("audience.listeners_of_several_weeks", float(np.sqrt(np.mean(np.square(off)))), "root mean square error",
               n=len(off), goal=Goal("value", at_most=0.02)),
    ]  # fmt: skip


def _weeks(world: World, rows: pd.DataFrame) -> list[Figure]:
    """Of every artist and song in every week: a sketch of few is a list of who was there."""
    first = LAST + timedelta(days=1) - WEEKS * WEEK
    weeks = [first + number * WEEK for number in range(WEEKS)]
    recent = rows[rows["day"] >= first]
    week = (pd.to_datetime(recent["day"]) - pd.Timestamp(first)).dt.days // 7
    owner = recent.drop_duplicates("track_id").set_index("track_id")["artist_id"]
    asked: dict[str, Any] = {"by": "period", "genre": None, "reached": None, "weeks": weeks, "spans": [1] * WEEKS}
    asked["labels"] = [str(number) for number in range(WEEKS)]
    pairs = []
    for name, of in (("artist_id", owner.unique()), ("track_id", owner.index)):
        true = recent.assign(week=week).groupby([name, "week"])["listener_id"].nunique()
        for one in of:
            track, artist = (0, one) if name == "artist_id" else (one, owner[one])
            question = asked | {"track_ids": [int(track)]}
            told = world.warehouse.query_as(sql("queries/audience_heard"), question, artist_id=int(artist))
            said = {int(row["name"]): sketches.listeners(row) for row in told}
            pairs += [(distinct, said.get(number, 0)) for number, distinct in true[one].items()]
    distinct, said = np.array(pairs).T
    few = distinct <= sketches.LISTED
    off = said[~few] / distinct[~few] - 1
    return [
        Figure("audience.listeners_of_a_week_equal", np.mean(said[few] == distinct[few]),
               f"of artists' and songs' weeks with {sketches.LISTED} listeners or fewer", n=few.sum(),
               goal=Goal("value", at_least=1)),
        Figure("audience.listeners_of_a_week", float(np.sqrt(np.mean(np.square(off)))),
               "root mean square error where there are more", n=len(off), goal=Goal("value", at_most=0.02)),
    ]  # fmt: skip


def _distinct() -> list[Figure]:
    """How far off sketches are of so many listeners, each week another half of them."""
    figures = []
    for count in (100, 300, 1_000, 10_000, 100_000, 1_000_000, 10_000_000):
        off = []
        for trial in range(TRIALS):
            first = trial * 100_000_000
            weeks = [range(first + count * week // 4, first + count * (week + 2) // 4) for week in range(3)]
            off.append(sketches.distinct(map(sketches.sketch, weeks)) / count - 1)
        goal = Goal("value", at_most=0.02 if count >= 1_000 else 0)
        error = float(np.sqrt(np.mean(np.square(off))))
        figures.append(Figure(f"audience.distinct_{count}", error, "root mean square error", n=TRIALS, goal=goal))
    return figures


# Of people


def _people(world: World, rows: pd.DataFrame, counted: Counted) -> list[Figure]:
    cells = {span: _true(rows, span) for span in _ended()}
    mistakes = sum(_differs(counted.people[span].to_pandas(), true) for span, true in cells.items())
    drawn = []
    for number in range(KEYS):
        for span, part in cells.items():
            shown, count, _ = _noisy(number, span, part)
            drawn.append(part.assign(size=span[0], week=span[1], home=number, shown=shown, count=count))
    told = pd.concat(drawn, ignore_index=True)
    told["error"] = np.where(told["track_id"] == 0, SIGMA, SONG_SIGMA)
    told["off"] = told["count"] - told["people"]
    holds = (told["off"].abs() <= Z * told["error"]).to_numpy()
    shown = told[told["shown"]]
    figures = [
        Figure("audience.published_wrongly", mistakes, "spans whose true cells the job counts otherwise", n=len(cells),
               goal=Goal("value", at_most=0)),
        Figure("audience.intervals_hold", holds.mean(), "of all cells, before small ones go", n=len(told),
               goal=Goal("value", at_least=0.93, at_most=0.97)),
        Figure("audience.intervals_of_what_is_told_hold", holds[told["shown"]].mean(), "of cells that are told",
               n=len(shown), goal=Goal("value", at_least=0.93)),
    ]  # fmt: skip
    figures += _errors("artists", told[told["track_id"] == 0], 0.08, 0.01)
    figures += _errors("songs", told[told["track_id"] != 0], 0.1, None)
    return figures + _order(shown[shown["track_id"] == 0]) + _estimates(world, rows, cells)


def _errors(name: str, some: pd.DataFrame, error_at_50: float, of_sum: float | None) -> list[Figure]:
    """How far what is told is off."""
    shown = some[some["shown"]]
    figures = [
        Figure(f"audience.{name}.told_of_ten_and_more", len(shown) / (some["people"] >= 10).sum(), "of cells",
               n=len(some)),
        Figure(f"audience.{name}.sum", abs(shown["off"].sum()) / shown["people"].sum(), "of the sum of what is told",
               n=len(shown), goal=Goal("value", at_most=of_sum) if of_sum else None),
    ]  # fmt: skip
    for size, goal in ((50, error_at_50), (500, 0.02)):
        near = some[(some["people"] > 0.8 * size) & (some["people"] < 1.25 * size)]
        if len(near):
            off = (near["off"].abs() / near["people"]).median()
            goal_at = Goal("value", at_most=goal)
            figures.append(
                Figure(f"audience.{name}.error_at_{size}", off, "median, as a share", n=len(near), goal=goal_at)
            )
    return figures


def _ended() -> list[Span]:
    """Every span of people that has ended by LAST and lies in what is asked about."""
    first = LAST + timedelta(days=1) - WEEKS * WEEK
    return [
        (size, week)
        for size in SPANS
        for week in sorted({span_start(first + number * WEEK, size) for number in range(WEEKS)})
        if first <= week and week + size * WEEK <= LAST + timedelta(days=1)
    ]


def _true(rows: pd.DataFrame, span: Span) -> pd.DataFrame:
    """True cells of a span: artist, track, country, people, histogram."""
    size, week = span
    part = rows[(rows["day"] >= week) & (rows["day"] < week + size * WEEK)]
    plays = part.groupby(["artist_id", "listener_id", "country"], dropna=False).size().rename("n").reset_index()
    plays = plays.assign(unknown=plays["country"].isna()).sort_values(
        ["artist_id", "listener_id", "unknown", "n", "country"], ascending=[True, True, True, False, True]
    )
    lives = plays.drop_duplicates(["artist_id", "listener_id"])[["artist_id", "listener_id", "country"]]
    song = part.groupby(["artist_id", "listener_id", "track_id"]).agg(
        n=("heard_pct", "size"), heard=("heard_pct", "max")
    )
    song = song.reset_index().sort_values(
        ["artist_id", "listener_id", "n", "track_id"], ascending=[True, True, False, True]
    )
    artist = song.groupby(["artist_id", "listener_id"])["heard"].max().reset_index().assign(track_id=0)
    best = song.groupby(["artist_id", "listener_id"]).head(0 if size == 1 else SONGS)
    one = pd.concat([artist, best[["artist_id", "listener_id", "track_id", "heard"]]]).merge(lives)
    one["country"] = one["country"].fillna("unknown")
    bins = (
        one.assign(bin=one["heard"] // 10)
        .groupby(["artist_id", "track_id", "country", "bin"])
        .size()
        .unstack(fill_value=0)
    )
    bins = bins.reindex(columns=range(people.BINS + 1), fill_value=0)
    found = bins.index.to_frame(index=False)
    return found.assign(people=bins.to_numpy().sum(axis=1), heard=list(bins.to_numpy()))


def _differs(counted: pd.DataFrame, true: pd.DataFrame) -> bool:
    """Whether the job counts otherwise."""
    counted, true = counted.sort_values(NAMES), true.sort_values(NAMES)
    same = counted[NAMES].to_numpy().tolist() == true[NAMES].to_numpy().tolist()
    return not (same and np.array_equal(counted.iloc[:, 3:].to_numpy(), _histograms(true)))


def _noisy(number: int, span: Span, cells: pd.DataFrame) -> tuple[Any, Any, Any]:
    """What is told of cells with the key of one home."""
    names = list(zip(*(cells[name].tolist() for name in NAMES), strict=True))
    return noisy(bytes([number + 1]) * 32, *span, names, _histograms(cells))


def _histograms(cells: pd.DataFrame) -> people.Ints:
    return np.array(cells["heard"].tolist(), np.int64).reshape(-1, people.BINS + 1)


def _order(shown: pd.DataFrame) -> list[Figure]:
    """Of pairs of countries of one artist and span whose intervals do not meet, how many are in the true order."""
    apart = right = pairs = 0
    for _, part in shown.groupby(["artist_id", "size", "week", "home"]):
        count, true = part["count"].to_numpy(), part["people"].to_numpy()
        sure = count[:, None] - count[None, :] > 2 * Z * SIGMA
        pairs += len(part) * (len(part) - 1) // 2
        apart, right = apart + sure.sum(), right + (sure & (true[:, None] > true[None, :])).sum()
    return [
        Figure("audience.pairs_in_order", right / apart, "of pairs of countries whose intervals do not meet", n=apart,
               goal=Goal("value", at_least=0.97)),
        Figure("audience.pairs_tied", 1 - apart / pairs, "of all pairs: shown as tied", n=pairs),
    ]  # fmt: skip


def _estimates(world: World, rows: pd.DataFrame, cells: dict[Span, pd.DataFrame]) -> list[Figure]:
    """Whether intervals over several spans hold, for the artists and the songs that are heard most."""
    figures = []
    for name, song, heard in (("artists", False, "artist_id"), ("songs", True, "track_id")):
        hold, off = [], []
        for size in (8, 13, 26, 36):
            spans = spans_of(LAST - size * WEEK + timedelta(days=1), LAST, LAST, song=song)
            start, end = spans[0][1], spans[-1][1] + spans[-1][0] * WEEK
            of_all = _true(rows, (((end - start).days // 7), start))
            for one in rows[heard].value_counts().index[:60]:
                artist = int(one) if not song else int(rows.loc[rows["track_id"] == one, "artist_id"].iloc[0])
                track = int(one) if song else 0
                true = _of(of_all, artist, track).set_index("country")["people"]
                listeners, whole = _listeners(world, artist, track, spans)
                some = {span: _of(cells[span] if span in cells else _true(rows, span), artist, track) for span in spans}
                for number in range(KEYS):
                    told: dict[Span, dict[str, Cell]] = {}
                    for span, part in some.items():
                        shown, count, bins = _noisy(number, span, part)
                        lands = part["country"].tolist()
                        told[span] = {
                            lands[at]: Cell(int(count[at]), bins[at].tolist()) for at in np.flatnonzero(shown)
                        }
                    for place in people.places(spans, told, listeners, whole, song=song):
                        there = int(true.get(place.country, 0))
                        hold.append(place.low <= there <= place.high)
                        off.append(abs(place.people - there) / max(1, there))
        figures += [
            Figure(f"audience.{name}.estimates_hold", float(np.mean(hold)), "of intervals over several spans",
                   n=len(hold), goal=Goal("value", at_least=0.93)),
            Figure(f"audience.{name}.estimates_error", float(np.median(off)), "median, as a share", n=len(off)),
        ]  # fmt: skip
    return figures


def _of(cells: pd.DataFrame, artist: int, track: int) -> pd.DataFrame:
    return cells[(cells["artist_id"] == artist) & (cells["track_id"] == track)]


def _listeners(world: World, artist: int, track: int, spans: list[Span]) -> tuple[dict[Span, int], int]:
    """How many listeners there were in each span, and in all of them, as the page is told it."""
    whole = spans[0][1], spans[-1][1] + spans[-1][0] * WEEK
    periods = {
        **{str(number): (week, week + size * WEEK) for number, (size, week) in enumerate(spans)},
        "": whole,
    }
    labels = [(label, *part) for label, period in periods.items() for part in cut(*period)]
    params = {"by": "period", "track_ids": [track], "genre": None, "reached": None}
    columns = {name: [one[place] for one in labels] for place, name in enumerate(("labels", "spans", "weeks"))}
    rows = world.warehouse.query_as(sql("queries/audience_heard"), params | columns, artist_id=artist)
    found = {row["name"]: sketches.listeners(row) for row in rows}
    return {span: found.get(str(number), 0) for number, span in enumerate(spans)}, found.get("", 0)


# What they like


def _likes(world: World, rows: pd.DataFrame, counted: Counted) -> list[Figure]:
    """Whether intervals of what else is liked hold, and whether what is told to be liked more is."""
    rng = np.random.default_rng(SEED)
    artists = rng.choice(np.unique(rows["artist_id"]), LIKED, replace=False).tolist()
    genre = dict(zip(world.tracks["track_id"].to_pylist(), world.tracks["genre"].to_pylist(), strict=True))
    true = _lifts(rows.assign(genre=rows["track_id"].map(genre)), artists)
    told = [likes.interests(bytes([number + 1]) * 32, counted.liked or [], TOP_GENRES) for number in range(KEYS)]
    figures = []
    for place, kind in enumerate(("genres", "songs")):
        some = [one for home in told for one in home[place] if one.artist_id in artists]
        lifts = [true[one.artist_id, TOP_GENRES[one.item] if kind == "genres" else one.item] for one in some]
        hold = [one.low <= lift <= one.high for one, lift in zip(some, lifts, strict=True)]
        more = [lift > 1 for one, lift in zip(some, lifts, strict=True) if one.low > 1]
        figures += [
            Figure(f"audience.likes.{kind}.intervals_hold", float(np.mean(hold)), "of what is told", n=len(hold),
                   goal=Goal("value", at_least=0.95)),
            Figure(f"audience.likes.{kind}.liked_more", float(np.mean(more)), "of what is told to be liked more",
                   n=len(more), goal=Goal("value", at_least=0.95)),
            Figure(f"audience.likes.{kind}.told", len(some) / KEYS / LIKED, "an artist"),
        ]  # fmt: skip
    return figures


def _lifts(rows: pd.DataFrame, artists: list[int]) -> dict[tuple[int, Any], float]:
    """How much more often a genre or a song is a favourite of an artist's listeners than of all in the same months."""
    found: Counter[tuple[int, Any]] = Counter()
    usual: defaultdict[tuple[int, Any], float] = defaultdict(float)
    for month in months(LAST - WEEK + timedelta(days=1)):
        part = rows[(rows["day"] >= month) & (rows["day"] < month + 4 * WEEK)]
        of = (
            part.groupby(["listener_id", "track_id", "artist_id", "genre"], dropna=False)
            .size()
            .rename("n")
            .reset_index()
        )
        of["lot"] = likes.lot(of["listener_id"].to_numpy(), of["track_id"].to_numpy())
        of = of.sort_values(["listener_id", "n", "lot"], ascending=[True, False, True])
        every = of.groupby("listener_id").head(likes.SONGS)
        for artist in artists:
            others = of[(of["artist_id"] != artist)]
            own = others[others["listener_id"].isin(of.loc[of["artist_id"] == artist, "listener_id"])]
            best, rest = own.groupby("listener_id").head(likes.SONGS), every[every["artist_id"] != artist]
            for name in ("track_id", "genre"):
                found.update((artist, item) for item in best[name])
                for item, count in rest[name].value_counts().items():
                    usual[artist, item] += count * len(best) / len(rest)
    return {key: found[key] / count for key, count in usual.items()}


# What it costs


def _costs() -> list[Figure]:
    """What all that is told of one week says of one listener at most; and over 13 and 52 weeks."""
    dp.enable_features("contrib")
    spent = people.loss()
    by_size = {size: spent["artist"] + (spent["songs"] if size in SONG_SPANS else 0) for size in SPANS}
    by_size[4] += likes.loss()
    week = sum(by_size.values())
    figures = [Figure("audience.rho_week", week, "zCDP", goal=Goal("value", at_most=0.5))]
    for weeks in (1, 13, 52):
        touched = {size: -(-(weeks + size - 1) // size) for size in by_size}  # spans, wherever the weeks begin
        rho = sum(cost * touched[size] for size, cost in by_size.items())
        scale = 1 / np.sqrt(2 * rho)
        gaussian = dp.m.make_gaussian(dp.vector_domain(dp.atom_domain(T="i64")), dp.l2_distance(T="f64"), scale=scale)
        epsilon = dp.c.make_fix_delta(dp.c.make_zCDP_to_approxDP(gaussian), delta=DELTA).map(1.0)[0]
        figures.append(Figure(f"audience.epsilon_{weeks}_weeks", epsilon, f"ε at δ = {DELTA:g}; ρ = {rho:.3g}"))
    of_a_country = 2 * (week - likes.loss())
    figures.append(
        Figure("audience.rho_week_of_a_country", of_a_country, "zCDP, of being in this country or in that one")
    )
    return figures


ABOUT = f"""
{SIZE[2] * SIZE[3]:,} made listens of {SIZE[0]:,} listeners and {SIZE[1]:,} tracks over {SIZE[3]} days in a lake, and
the marts that the job builds of it on a scratch server. *music_equal*: of {QUESTIONS:,} random questions (artists drawn
by how much they are heard, an artist or a track, 1 to {WEEKS} whole weeks) those whose listens, seconds and ten deciles
are all equal to a count of the raw listens. How many listeners there were is estimated from the merged sketches of
days. A sketch of {sketches.LISTED} or fewer is a list of who was there, so every week of every artist and song that has
no more is to be exact: *listeners_of_a_week_equal*. *listeners_of_a_week* is of those that have more,
*listeners_of_several_weeks* of the thousand questions; *distinct* asks of three weeks of so many listeners in all.
*intervals_hold*: of the people of all cells (artists and songs by country, spans of 1, 4 and 16 weeks that have ended),
with the noise of {KEYS} keys. *sum*: what is told less the truth, of all cells that are told. *error_at_50*, *_500*: of
cells of 40 to 62 and 400 to 625 people. *estimates_hold*: of the intervals of people over 8, 13, 26 and 36 weeks, for
the 60 artists and songs heard most, which no constant was fitted on. *likes*: of what {LIKED} artists, drawn at random,
are told that their listeners like, with the noise of {KEYS} keys, against the same of the raw listens. ε is what OpenDP
says of the loss ρ of all cells that one listener of an artist can be in; who is known to listen, and only not where, is
in two countries' cells or the other's: twice ρ.
"""
