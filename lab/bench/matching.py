"""What matching costs, from texts as people wrote them to a decision, against two searches by characters."""

import resource
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import perf_counter, process_time
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sparse_dot_topn import sp_matmul_topn
from threadpoolctl import threadpool_limits

from etl.machine.spark import session
from etl.matching.candidates import FLOOR, TOP
from etl.matching.link import (
    CHUNK,
    Catalogue,
    Linked,
    decide,
    find,
    link,
    link_on_spark,
    link_stream,
    read,
    vocabulary_of,
)
from etl.matching.normalise import is_original_sound, normalise_all
from etl.matching.vocabulary import Vocabulary
from etl.settings import Settings
from lab.bench.titles import TRACKS, World, made_world, real_world
from lab.figures import Figure, Goal, Plot, Report

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIZES = (20_000, 200_000)
LARGE = 2_000_000
COMPARED = 20_000  #: sounds that a search by characters can bear
PHASES = ("catalogue", "normalise and vectorise", "search", "score and decide")
T = TypeVar("T")


@dataclass
class Run:
    """One match of the whole catalogue with so many sounds."""

    sounds: int
    music: int = 0  #: sounds that are no "original sound"
    linked: int = 0  #: sounds that are a track
    pairs: int = 0  #: candidates scored
    recall: float = 0.0  #: share of the linked whose text is among their track's candidates
    found: float = 0.0  #: … is its match
    precision: float = 0.0  #: share of the matches that are right
    memory_mb: float = 0.0  #: by how much the process grew at its largest
    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))  #: CPU seconds by phase

    @property
    def total(self) -> float:
        """CPU seconds of all phases."""
        return sum(self.seconds.values())

    def timed(self, phase: str, call: Callable[..., T], *args: object) -> T:
        """Call, and count the CPU time as the phase's."""
        begin = process_time()
        result = call(*args)
        self.seconds[phase] += process_time() - begin
        return result


def run(full: bool, data: Path | None, sounds: int | None = None) -> Report:
    """Match 106,574 tracks with 20,000 and 200,000 sounds, and with ``sounds``, or 2 million if ``full``."""
    world = real_world(data) if data else made_world()
    last = sounds or (LARGE if full else SIZES[-1])
    sizes = [*(size for size in SIZES if size < last), last]
    with threadpool_limits(1):
        link(world.tracks[:1000], next(world.sounds(1000)), vocabulary_of(world.tracks[:1000]))  # compiles
        runs = []
        for size in sizes:
            one, vocabulary, linked = measure(world, size)
            runs.append(one)
        night = measure_night(world, last, vocabulary, linked)
        compared = [by_words(world), *(by_characters(world, name) for name in CHARACTERS)]
    return _report(world, data is not None, runs, night, compared, *on_spark(world, SIZES[0]))


def measure(world: World, size: int) -> tuple[Run, Vocabulary, Linked]:
    """Match all tracks with so many sounds, which are made as they are asked for; making them is not counted."""
    one = Run(size)
    start = _memory_mb(reset=True)
    tracks = world.tracks
    vocabulary = one.timed("catalogue", vocabulary_of, tracks)
    catalogue = one.timed("catalogue", Catalogue.of, tracks, vocabulary)
    truth, beside = [], 0.0

    def stream() -> Iterator[pd.DataFrame]:
        nonlocal beside
        frames = world.sounds(size)
        begin = process_time()
        for frame in frames:
            # `find` does this again; here it is looked at alone
            *_, key = one.timed("normalise and vectorise", read, frame, vocabulary)
            is_track = frame["track_id"].to_numpy() > 0
            truth.append(frame.loc[is_track, ["sound_id", "track_id"]].assign(key=key[is_track].view(np.int64)))
            one.music += sum(not is_original_sound(title) for title in frame["title"][::10]) * 10
            beside += process_time() - begin
            yield frame
            begin = process_time()

    best = catalogue.best()
    found = one.timed("search", find, catalogue, stream(), best)
    one.seconds["search"] -= beside + one.seconds["normalise and vectorise"]
    matches = one.timed("score and decide", decide, tracks, catalogue, found)
    one.pairs, one.memory_mb = len(found), _memory_mb() - start
    _judge(one, pd.concat(truth), found, matches)
    return one, vocabulary, Linked(matches, best)


def _judge(one: Run, truth: pd.DataFrame, found: pd.DataFrame, matches: pd.DataFrame) -> None:
    """Count what was found of the truth; a sound of the same text is the same answer."""
    right = truth[["track_id", "key"]].drop_duplicates()
    hit = found.assign(track_id=found["track"] + 1).merge(right, on=["track_id", "key"])
    said = hit.merge(matches, left_on=["track_id", "sound_id"], right_on=["fma_track_id", "tiktok_track_id"])
    one.linked, one.recall = len(right), len(hit) / max(len(right), 1)
    one.found, one.precision = len(said) / max(len(right), 1), len(said) / max(len(matches), 1)


def measure_night(world: World, size: int, vocabulary: Vocabulary, before: Linked) -> Run:
    """One more sound in a hundred, of all tracks, with the candidates that are held."""
    one = Run(size // 100)
    sounds = pd.concat(world.sounds(one.sounds, start=size), ignore_index=True)
    one.timed("night", link_stream, world.tracks, [sounds], vocabulary, before.best)
    return one


def by_words(world: World) -> tuple[str, float, float]:
    """Our search alone, for the comparison: name, CPU seconds, recall."""

    def search(tracks: pd.DataFrame, sounds: pd.DataFrame) -> pd.DataFrame:
        found = find(Catalogue.of(tracks, vocabulary_of(tracks)), [sounds])
        return found.assign(sound=pd.Index(sounds["sound_id"]).get_indexer(found["sound_id"]))

    return _compared(world, "words", search)


def by_characters(world: World, name: str) -> tuple[str, float, float]:
    """A search by runs of characters: name, CPU seconds, recall."""
    return _compared(world, name, CHARACTERS[name])


def _compared(
    world: World, name: str, search: Callable[[pd.DataFrame, pd.DataFrame], pd.DataFrame]
) -> tuple[str, float, float]:
    sounds = pd.concat(world.sounds(COMPARED), ignore_index=True)
    sounds = sounds[[not is_original_sound(title) for title in sounds["title"]]].reset_index(drop=True)
    begin = process_time()
    found = search(world.tracks, sounds)
    cost = process_time() - begin
    texts, wanted = np.array(_texts(sounds)), np.flatnonzero(sounds["track_id"])
    pairs = set(zip(found["track"] + 1, texts[found["sound"]], strict=True))
    hit = [(track, text) in pairs for track, text in zip(sounds["track_id"][wanted], texts[wanted], strict=True)]
    return name, cost, float(np.mean(hit))


def _texts(rows: pd.DataFrame) -> list[str]:
    return normalise_all(
        [f"{title} {artist}" for title, artist in zip(rows["title"], rows["artist_name"], strict=True)]
    )


def _ngrams(tracks: pd.DataFrame, sounds: pd.DataFrame) -> pd.DataFrame:
    """Runs of two to four characters of title and artist, as string-matching with sparse_dot_topn is usually done."""
    return _nearest(_texts(tracks), _texts(sounds), (2, 4))


def _first_letter(tracks: pd.DataFrame, sounds: pd.DataFrame) -> pd.DataFrame:
    """Runs of one to three characters, only among titles that begin with the same letter."""
    texts, parts = [pd.Series(_texts(rows)) for rows in (tracks, sounds)], []
    for letter, rows in texts[1].groupby(texts[1].str[:1]):
        same = texts[0][texts[0].str[:1] == letter]
        if letter and len(same):
            found = _nearest(same.tolist(), rows.tolist(), (1, 3))
            parts.append(found.assign(track=same.index[found["track"]], sound=rows.index[found["sound"]]))
    return pd.concat(parts)


def _nearest(tracks: list[str], sounds: list[str], lengths: tuple[int, int]) -> pd.DataFrame:
    weights = TfidfVectorizer(analyzer="char_wb", ngram_range=lengths, dtype=np.float32)
    left = weights.fit_transform(tracks)
    found = sp_matmul_topn(left, weights.transform(sounds).T.tocsr(), TOP, threshold=FLOOR)
    return pd.DataFrame({"track": np.repeat(np.arange(len(tracks)), np.diff(found.indptr)), "sound": found.indices})


CHARACTERS = {"character n-grams": _ngrams, "first letter": _first_letter}


def on_spark(world: World, size: int) -> tuple[float, bool]:
    """Link on Spark with two workers: seconds by the clock but for its start, and whether the rows are the same."""
    sounds = pd.concat(world.sounds(size), ignore_index=True).drop(columns="track_id")
    vocabulary = vocabulary_of(world.tracks)
    with session(replace(Settings.from_env(), spark_master="local[2]"), "bench matching") as spark:
        frame = spark.createDataFrame(sounds).repartition(2).cache()
        frame.count()
        begin = perf_counter()
        there = link_on_spark(spark, world.tracks, frame, vocabulary).matches
        seconds = perf_counter() - begin
    return seconds, there.equals(link(world.tracks, sounds, vocabulary))


def _memory_mb(reset: bool = False) -> float:
    """The process's resident memory at its highest, since the last reset where the system can."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6  # bytes on macOS
    if reset:
        Path("/proc/self/clear_refs").write_text("5")
    [line] = (line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1e3


def _report(
    world: World,
    real: bool,
    runs: list[Run],
    night: Run,
    compared: list[tuple[str, float, float]],
    spark_seconds: float,
    spark_same: bool,
) -> Report:
    figures, last = [], runs[-1]
    for one in runs:
        name = f"matching.{_short(one.sounds)}"
        goal = Goal("value", at_most=60) if one.sounds == LARGE else None
        figures.append(Figure(name, one.total, "CPU s", n=one.sounds, goal=goal))
        for phase in PHASES:
            part = one.seconds[phase]
            figures.append(
                Figure(f"{name}.{phase.replace(' ', '_')}", part, "CPU s", name, part / one.total, one.sounds)
            )
        figures += [
            Figure(f"{name}.per_sound", 1e6 * one.total / one.sounds, "CPU µs a sound", n=one.sounds),
            Figure(f"{name}.candidate_recall", one.recall, "share", n=one.linked, goal=Goal("value", at_least=0.97)),
            Figure(f"{name}.memory", one.memory_mb, "MB more than before", n=one.sounds),
        ]
    if len(runs) > 1:
        growth = np.polyfit(np.log([one.sounds for one in runs]), np.log([one.total for one in runs]), 1)[0]
        figures.append(Figure("matching.growth", growth, "exponent", n=len(runs), goal=Goal("value", at_most=1.05)))
    share = night.total / last.total
    versus = f"matching.{_short(last.sounds)}"
    figures.append(
        Figure("matching.night", night.total, "CPU s", versus, share, night.sounds, Goal("ratio", at_most=0.05))
    )
    (_, ours, recall), *others = compared
    figures.append(Figure("matching.words", ours, "CPU s", "itself", 1.0, COMPARED))
    figures.append(Figure("matching.words.candidate_recall", recall, "share", n=COMPARED))
    for name, cost, recall in others:
        name = f"matching.{name.replace(' ', '_').replace('-', '_')}"
        figures.append(Figure(name, cost, "CPU s", "matching.words, how many times as fast", cost / ours, COMPARED))
        figures.append(Figure(f"{name}.candidate_recall", recall, "share", n=COMPARED))
    figures.append(Figure("matching.spark", spark_seconds, "s by the clock, two workers", n=SIZES[0]))
    figures.append(
        Figure("matching.spark.same_rows", float(spark_same), "1: yes", n=SIZES[0], goal=Goal("value", at_least=1))
    )
    origin = "recombined from real titles and names (FMA, songs used on TikTok, posts)" if real else "of invented names"
    sizes = ", ".join(f"{one.sounds:,}" for one in runs)
    others_share, per_music = 1 - last.music / last.sounds, 1e6 * last.total / max(last.music, 1)
    about = f"""\
{TRACKS:,} tracks against {sizes} sounds, in one thread, from the texts as
they were written to a decision for every track; making the sounds is not counted. Both sides are {origin}:
{len(world.catalogue):,} tracks and {len(world.elsewhere):,} other pieces, ends exchanged, one in seven with a new
word. Of the sounds {others_share:.0%} are an "original sound" in some language, as in real posts;
without these the largest run costs {per_music:.0f} CPU µs a sound. {last.linked:,} are a track, one a track at
most: decorated, uploaded as "Artist - Title", misspelt, in other letters (`lab/bench/titles.py`). Candidate recall
counts a sound of the same text as the same. Of the sounds that are a track {last.found:.1%} are its match, and
{last.precision:.1%} of the matches are right ({last.pairs:,} pairs scored).

Memory is that of {CHUNK:,} sounds and of ten a track, whatever the number of sounds.

The night compares {night.sounds:,} further sounds with all tracks, preparing the tracks included, and is given the
ten candidates a track that the largest run left.

Against searches by characters only the search for candidates counts, ours from the texts on, for {COMPARED:,} sounds
less their original sounds: TF-IDF of runs of two to four characters with `sparse_dot_topn`; and of one to three among
titles that begin with the same letter."""
    return Report("Cost of matching", about, figures, [_plot(runs)])


def _short(sounds: int) -> str:
    for unit, size in (("m", 1_000_000), ("k", 1000)):
        if sounds % size == 0:
            return f"{sounds // size}{unit}"
    return str(sounds)


def _plot(runs: list[Run]) -> Plot:
    def draw(axes: "Axes") -> None:
        bottom = np.zeros(len(runs))
        places = [f"{one.sounds:,}" for one in runs]
        for phase in PHASES:
            part = np.array([one.seconds[phase] for one in runs])
            axes.bar(places, part, bottom=bottom, label=phase)
            bottom += part
        axes.set_xlabel("sounds")
        axes.set_ylabel("CPU seconds")
        axes.legend(frameon=False)

    most = max(PHASES, key=lambda phase: runs[-1].seconds[phase])
    caption = f"CPU seconds of matching {TRACKS:,} tracks by number of sounds and by step; most of it is to {most}."
    return Plot("bench-matching", caption, draw)
