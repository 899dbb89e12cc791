"""What finding the tracks that sound most like a clip costs, and how many of the true nearest the index finds.

A scratch Postgres is filled with a made archive as large as asked for, by the job ``scale_features``; the question is
the product's own, sql/queries/similar_tracks.sql. It is held against one numpy matrix-vector product over the vectors
of the same genre, which finds the same by brute force but for sorting them. The two take turns, query by query.
Latency is wall-clock time, of each query the least of its turns: what else the machine does only adds to it. CPU time
is that of this process and, where Linux tells it, of the server's process together.
"""

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import nan
from pathlib import Path
from time import perf_counter, process_time
from typing import TYPE_CHECKING

import numpy as np
from threadpoolctl import threadpool_limits

from etl.audio.features import FEATURE_NAMES
from etl.jobs import scale_features
from etl.jobs.run import run_job
from etl.jobs.scale_features import LARGE
from etl.live.find_similar import nearest
from etl.similarity.model import Model, transform
from etl.store.warehouse import Cursor, Warehouse, ask, sql
from lab.bench.archive import DAY, FMA, NEW, QUERIES, SEED, Archive, dimension, make_archive, scratch, store
from lab.figures import Figure, Goal, Plot, Report

if TYPE_CHECKING:
    from matplotlib.axes import Axes

K = 10
#: Genres that a quick run has, at their full size: one of the largest and all below 2,000 tracks.
QUICK = "Rock", "International", "Classical", "Jazz", "Old-Time / Historic", "Spoken", "Country", "Soul-RnB", "Blues"
ROUNDS = 5
EVERY = "all genres"


@dataclass
class Timed:
    """What was measured in one genre."""

    tracks: int
    indexed: bool
    recall: np.ndarray  #: of each query
    numpy: np.ndarray  #: ms of each query, the least of its turns
    search: np.ndarray  #: the same
    numpy_cpu: float  #: CPU ms of a query, the median of all turns
    search_cpu: float  #: the same; nan where the server's is not told

    @property
    def ratio(self) -> float:
        """Of the medians."""
        return float(np.median(self.search) / np.median(self.numpy))


def run(full: bool, data: Path | None) -> Report:
    """Measure over an archive as large as the FMA's, or over some of its genres.

    Args:
        full: all 106,574 tracks.
        data: folder of real data: the made features are compared with real ones.
    """
    tracks = FMA if full else {genre: FMA[genre] for genre in QUICK}
    size = sum(tracks.values())
    archive = make_archive(tracks, np.random.default_rng(SEED))
    with scratch() as (settings, warehouse), threadpool_limits(1):
        store(warehouse, archive, ~archive.late)
        first = _timed(lambda: run_job(settings, "scale_features", DAY))
        store(warehouse, archive, archive.late)
        night = _timed(lambda: run_job(settings, "scale_features", DAY))
        version, model = _current(warehouse)
        vectors = transform(model, archive.features)
        with warehouse.transaction() as cursor:
            trip = _round_trip(cursor)
            places = {genre: np.flatnonzero(archive.genres == genre) for genre in tracks}
            timed = {
                genre: measure(cursor, version, vectors[here], archive.asked[here], here + 1, genre)
                for genre, here in places.items()
            }
            everywhere = np.arange(len(vectors))
            chosen = archive.asked & (np.cumsum(archive.asked) % 8 == 0)
            kept = ~archive.asked | chosen
            every = measure(cursor, version, vectors[kept], chosen[kept], everywhere[kept] + 1, None)
        index = _rebuild(warehouse, version)
    figures = [*_figures(timed, every, trip), *_upkeep(size, first, night, index)]
    plots = [Plot("bench-similarity", CAPTION, lambda axes: _draw(axes, timed, every, trip))]
    return Report("Cost of finding similar tracks", _about(size, model, archive, data), figures, plots)


def measure(
    cursor: Cursor, version: str, vectors: np.ndarray, asked: np.ndarray, track_ids: np.ndarray, genre: str | None
) -> Timed:
    """Ask for the nearest of each track that is asked about, by SQL and by brute force in turns.

    Args:
        cursor: of an open transaction; connecting is no part of a search.
        version: of the vectors.
        vectors: of the genre, shape (n, 245), each of length 1.
        asked: which of them are asked about, the others being stored; shape (n,).
        track_ids: shape (n,).
        genre: where to search; None for all genres.
    """
    stored, ids = np.ascontiguousarray(vectors[~asked]), track_ids[~asked]
    cursor.execute(sql("bench/vector_indexes"))
    indexed = cursor.rowcount > 0 and len(stored) >= LARGE
    server = ask(cursor, "SELECT pg_backend_pid() AS pid")["pid"]
    recall, wall, cpu = [], [], []
    for turn in range(ROUNDS + 1):
        for vector in vectors[asked]:
            begin, began = perf_counter(), process_time()
            cosines = stored @ vector
            between, halved, spent = perf_counter(), process_time(), _spent(server)
            rows = nearest(cursor, version, vector, genre, K)
            end, ended = perf_counter(), process_time() + _spent(server) - spent
            if turn:
                wall.append((between - begin, end - between))
                cpu.append((halved - began, ended - halved))
                continue
            # The first turn warms both up, and is checked. Whoever is as near as the tenth is one of the ten.
            kept = min(K, len(ids))
            least = np.partition(cosines, -kept)[-kept] - 1e-6
            true = set(ids[cosines >= least].tolist())
            recall.append(sum(row["track_id"] in true for row in rows[:kept]) / kept)
    numpy, search = 1000 * np.array(wall).reshape(ROUNDS, -1, 2).min(axis=0).T
    return Timed(len(stored), indexed, np.array(recall), numpy, search, *1000 * np.median(cpu, axis=0))


def _spent(pid: int) -> float:
    """CPU seconds of a process of this machine; nan where the system does not tell."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
    except OSError:
        return nan


def _figures(timed: Mapping[str, Timed], every: Timed, trip: list[float]) -> list[Figure]:
    named = {genre: one for genre, one in timed.items() if genre != "Unknown"}
    weight = np.array([one.tracks for one in named.values()], float)
    weight /= weight.sum()

    def mean(of: Callable[[Timed], float]) -> float:
        return float(weight @ [of(one) for one in named.values()])

    search, numpy = mean(lambda one: np.median(one.search)), mean(lambda one: np.median(one.numpy))
    slow, cpu = mean(lambda one: np.percentile(one.search, 95)), mean(lambda one: one.search_cpu)
    found, asked = mean(lambda one: one.recall.mean()), sum(len(one.recall) for one in named.values())
    product, exact = "numpy, in the same genre", "the exact ten"
    least, most = Goal("value", at_least=0.99), Goal("ratio", at_most=2)
    figures = [
        Figure("similarity.recall", found, "recall@10 in a genre", exact, n=asked, goal=least),
        Figure(
            "similarity.recall.all", float(every.recall.mean()), f"recall@10 in {EVERY}", exact, n=len(every.recall),
            goal=least,
        ),
        Figure("similarity.search", search, "ms a search in a genre, median", product, search / numpy, asked, most),
        Figure("similarity.search.p95", slow, "ms a search in a genre, 95th percentile", product, slow / numpy, asked),
        Figure(
            "similarity.search.all", float(np.median(every.search)), f"ms a search in {EVERY}, median",
            f"numpy, in {EVERY}", every.ratio, len(every.recall), most if len(timed) == len(FMA) else None,
        ),
        Figure("similarity.numpy", numpy, "ms a product with the vectors of a genre, median", n=asked),
        Figure("similarity.round_trip", float(np.median(trip)), "ms of SELECT 1, median", n=len(trip)),
    ]  # fmt: skip
    if not np.isnan(cpu):
        ratio, turns = cpu / mean(lambda one: one.numpy_cpu), asked * ROUNDS
        figures.append(
            Figure("similarity.search.cpu", cpu, "CPU ms a search in a genre, server and client", product, ratio, turns)
        )
    for genre, one in timed.items():
        name, how = genre.lower().replace(" / ", "-").replace(" ", "-"), "index" if one.indexed else "exact"
        unit = f"ms a search of {one.tracks:,} tracks, {how}, recall@10 {one.recall.mean():.4f}"
        figures.append(
            Figure(f"similarity.search.{name}", float(np.median(one.search)), unit, product, one.ratio, len(one.recall))
        )
    return figures


def _upkeep(size: int, first: float, night: float, index: tuple[float, int, int]) -> list[Figure]:
    seconds, held, rows = index
    own = 4 * len(FEATURE_NAMES) * rows
    return [
        Figure("similarity.publish", first, f"s to fit, scale, store and index {size:,} tracks"),
        Figure("similarity.night", night, f"s to do so with {NEW:.0%} more", "similarity.publish", night / first),
        Figure("similarity.index", seconds, f"s to build the indexes of {rows:,} vectors, on all cores", n=rows),
        Figure("similarity.index.size", held / 1e6, "MB of indexes", "the numbers in them", held / own, rows),
    ]


def _about(size: int, model: Model, archive: Archive, data: Path | None) -> str:
    timbre = np.array([at for at, name in enumerate(FEATURE_NAMES) if name.startswith("mfcc")])
    some = np.random.default_rng(SEED).permutation(len(archive.features))[:2000]
    made = dimension(archive.features[some][:, timbre])
    real = ""
    if data:
        rows = list(csv.reader((data / "fma" / "mfcc_2000_features.csv").open(encoding="utf-8")))[4:]
        known = np.array([row[1:] for row in rows if all(row)], float)
        scaled = np.clip((known - known.mean(axis=0)) / known.std(axis=0), -5, 5)
        real = f" The same number among {len(known):,} real FMA tracks is {dimension(scaled):.1f}."
    parts = "its parts and a head for genres" if model.share else "its parts"
    return f"""
{size:,} made tracks in genres as large as the FMA's, described by 245 numbers each: 200 styles, some in each genre,
long tails around each, few long directions and many short ones. Among 2,000 of them, by the 140 numbers of timbre, a
neighbourhood has {made:.1f} dimensions, which is what makes finding neighbours hard.{real}
The job `scale_features` fits the scaler ({parts}), stores the vectors and builds the indexes in a scratch Postgres on
this machine, with the settings of every home. {QUERIES} more tracks of each genre are not stored: they are asked about.

A search is one execution of `sql/queries/similar_tracks.sql` on an open connection, from the vector in memory to ten
rows in memory: writing the vector as text, the way to the server and back, planning, finding, joining titles. It is
held against one numpy product of the vector with all of its genre, one thread, the two in turns; numpy does not even
sort. A search in a genre is the mean over the top genres weighted by their tracks, which is a search by a track drawn
at random. In genres of some hundred tracks the product takes microseconds, and nothing that asks a server can be as
fast: `similarity.round_trip` is the least. From {LARGE:,} tracks on a genre has an HNSW index; below, it is searched
exactly. Times are by the clock, of each query the least of {ROUNDS} turns; `similarity.search.cpu` is in CPU time.
"""


CAPTION = (
    "Median time of a search in each genre, and of one numpy product over the same vectors, by number of tracks: "
    "the index grows slower than the product, and in small genres the way to the server is all there is."
)


def _draw(axes: "Axes", timed: Mapping[str, Timed], every: Timed, trip: list[float]) -> None:
    points = sorted([*timed.values(), every], key=lambda one: one.tracks)
    tracks = [one.tracks for one in points]
    axes.loglog(tracks, [np.median(one.numpy) for one in points], "o-", label="numpy product")
    axes.loglog(tracks, [2 * np.median(one.numpy) for one in points], ":", label="twice that")
    axes.loglog(tracks, [np.median(one.search) for one in points], "s-", label="search")
    axes.axhline(float(np.median(trip)), linestyle="--", color="grey", linewidth=1, label="SELECT 1")
    axes.set_xlabel("tracks searched (the last point: all genres)")
    axes.set_ylabel("ms, median")
    axes.legend(frameon=False)


def _round_trip(cursor: Cursor) -> list[float]:
    spent = []
    for _ in range(200):
        begin = perf_counter()
        cursor.execute("SELECT 1")
        cursor.fetchall()
        spent.append(1000 * (perf_counter() - begin))
    return spent


def _current(warehouse: Warehouse) -> tuple[str, Model]:
    [row] = warehouse.query("SELECT version, model FROM core.scaler WHERE current")
    return row["version"], Model.from_bytes(bytes(row["model"]))


def _rebuild(warehouse: Warehouse, version: str) -> tuple[float, int, int]:
    """Seconds to build all indexes anew, their bytes, and how many vectors are in them."""
    found = warehouse.query(sql("bench/vector_indexes"))
    warehouse.execute("".join(f"DROP INDEX {row['name']};" for row in found))
    with warehouse.transaction() as cursor:
        cursor.execute(scale_features.ROOM)
        seconds = _timed(lambda: cursor.execute("SELECT core.index_vectors(%s, %s)", (version, LARGE)))
        cursor.execute(sql("bench/vector_indexes"))
        size = sum(row["bytes"] for row in cursor)
    return seconds, size, sum(row["rows"] for row in found)


def _timed(call: Callable[[], object]) -> float:
    begin = perf_counter()
    call()
    return perf_counter() - begin
