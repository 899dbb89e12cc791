"""What a list and a listen cost among a million listeners and a million songs, and what the night's graph costs."""

import tempfile
import tracemalloc
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.sparse import csr_array
from threadpoolctl import threadpool_limits

from etl.machine import postgres
from etl.recommend.friends import Friend
from etl.recommend.items import TOP, Graph, fit
from etl.recommend.model import Model, popularity
from etl.recommend.rank import next_list
from etl.recommend.taste import GENRES, LATEST, Taste
from etl.store.loads import stage
from etl.store.migrations import migrate
from etl.store.warehouse import Warehouse, sql
from etl.tables import TOP_GENRES
from lab.figures import Figure, Goal, Report

SEED = 1
SIZE, FULL = 50_000, 1_000_000  #: listeners; songs are a million in both
SONGS, SONGS_AN_ARTIST = 1_000_000, 10
HEARD, MOST_HEARD = 80, 2_000  #: songs by a listener, in the middle and at most
FRIENDS, MOST_FRIENDS = 8, 120  #: as in HetRec 2011: 8 in the middle, 13 in the mean, 119 at most
ASKED = 2_000
DAY = date(2020, 12, 20)
ARTISTS = {False: (1_000, 2_000, 4_000), True: (1_000, 2_000, 4_000, 10_000)}  #: sizes of the graph
GRAPH = 10_000


@dataclass(frozen=True)
class Crowd:
    """Everybody's state, joined; the rows of one are a slice."""

    begins: NDArray[np.int64]
    tracks: NDArray[np.int32]
    heard: NDArray[np.float32]
    listens: NDArray[np.int32]
    artists: NDArray[np.int32]
    friend_begins: NDArray[np.int64]
    friends: NDArray[np.int32]

    def taste(self, one: int) -> Taste:
        """Of a listener; nothing is copied."""
        rows = slice(self.begins[one], self.begins[one + 1])
        return Taste(self.tracks[rows], self.heard[rows], self.listens[one], self.artists[one])

    def friends_of(self, one: int) -> list[Friend]:
        """Every second shares by name."""
        ids = self.friends[self.friend_begins[one] : self.friend_begins[one + 1]]
        return [Friend(int(friend), self.taste(friend), bool(friend % 2)) for friend in ids]

    @property
    def nbytes(self) -> int:
        """Of all of it."""
        return sum(array.nbytes for array in vars(self).values())


def run(full: bool, data: Path | None) -> Report:
    """Lists for random listeners, listens for random listeners, graphs of several sizes."""
    listeners = FULL if full else SIZE
    rng = np.random.default_rng(SEED)
    model = music(rng)
    everybody = crowd(rng, listeners, model)
    with threadpool_limits(1):
        figures, heard = _served(rng, everybody, model, listeners)
        figures += _heard_in_app(everybody, model, heard)
        for artists in ARTISTS[full]:
            figures += _graph(rng, artists)
    return Report("Cost of the recommender", ABOUT.format(listeners=listeners), figures)


def music(rng: np.random.Generator) -> Model:
    """A million songs, the first the most popular, and a graph of random weights."""
    songs = np.arange(SONGS)
    targets = rng.integers(0, GRAPH, (GRAPH, TOP)).astype(np.int32)
    graph = Graph(np.arange(GRAPH, dtype=np.int32), targets, rng.random((GRAPH, TOP), np.float32))
    artist = (songs // SONGS_AN_ARTIST).astype(np.int32)
    genre = rng.integers(0, GENRES, SONGS // SONGS_AN_ARTIST).astype(np.int8)[artist]
    return Model(artist, genre, popularity(SONGS // (songs + 1)), graph)


def crowd(rng: np.random.Generator, listeners: int, model: Model) -> Crowd:
    """Songs by popularity (about Zipf), shares heard at random, friends at random."""
    parts = [_heard(rng, min(SIZE, listeners - first), model) for first in range(0, listeners, SIZE)]
    heard, tracks, listens = (np.concatenate(column) for column in zip(*parts, strict=True))
    degree = np.clip(rng.lognormal(np.log(FRIENDS), 1.0, listeners), 1, MOST_FRIENDS).astype(np.int64)
    return Crowd(
        np.r_[0, np.cumsum(heard)],
        tracks,
        rng.random(len(tracks), np.float32),
        listens,
        rng.integers(0, GRAPH, (listeners, LATEST)).astype(np.int32),
        np.r_[0, np.cumsum(degree)],
        rng.integers(0, listeners, degree.sum()).astype(np.int32),
    )


def _heard(rng: np.random.Generator, listeners: int, model: Model) -> tuple[NDArray, NDArray, NDArray]:
    """Of some listeners: how many songs each has heard, which (ascending), and listens by genre."""
    sizes = np.clip(rng.lognormal(np.log(HEARD), 0.8, listeners), 1, MOST_HEARD).astype(np.int64)
    songs = np.minimum((SONGS ** rng.random(sizes.sum(), np.float32)).astype(np.int64) - 1, SONGS - 1)
    pairs = np.sort(np.repeat(np.arange(listeners), sizes) * SONGS + songs)
    who, tracks = np.divmod(pairs[np.r_[True, pairs[1:] != pairs[:-1]]], SONGS)
    listens = np.bincount(who * GENRES + model.genre[tracks], minlength=listeners * GENRES)
    return (
        np.bincount(who, minlength=listeners),
        tracks.astype(np.int32),
        listens.reshape(listeners, GENRES).astype(np.int32),
    )


def _served(
    rng: np.random.Generator, everybody: Crowd, model: Model, listeners: int
) -> tuple[list[Figure], dict[int, int]]:
    """What lists cost, and the song that each of the listeners hears then: the first of theirs."""
    asked = rng.integers(0, listeners, ASKED)
    lists, heard = [], {}
    for one in asked[:20]:
        next_list(model, everybody.taste(one), everybody.friends_of(one))
    for one in asked:
        begin = process_time()
        found = next_list(model, everybody.taste(one), everybody.friends_of(one))
        lists.append(process_time() - begin)
        heard[int(one)] = found[0].track_id
    name = "recommend"
    return [
        Figure(f"{name}.list.p50", 1e3 * np.median(lists), "CPU ms", n=ASKED),
        Figure(f"{name}.list.p99", 1e3 * np.percentile(lists, 99), "CPU ms", n=ASKED, goal=Goal("value", at_most=5)),
        Figure(f"{name}.state", everybody.nbytes / listeners, "bytes a listener, friends included", n=listeners),
        Figure(f"{name}.model", len(model.to_bytes()) / 1e6, "MB, of a million songs and 10,000 artists"),
    ], heard


def _heard_in_app(everybody: Crowd, model: Model, heard: dict[int, int]) -> list[Figure]:
    """What a listen in the app costs, the word on a song being the reference: a row, written by the same way."""
    spent: dict[str, list[float]] = {"say": [], "hear": []}
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        try:
            warehouse = _world(home, everybody, model, list(heard))
            at = datetime(DAY.year, DAY.month, DAY.day, tzinfo=UTC)
            for place, (one, song) in enumerate(heard.items()):
                listen = {
                    "listen_id": f"listen-{place}", "track_id": song, "heard_pct": 50,
                    "listened_at": at + timedelta(seconds=place), "began": None,
                }  # fmt: skip
                for name, question, params in (
                    ("say", "queries/discover_say", {"track_id": song, "said": "up"}),
                    ("hear", "queries/listener_hear", listen),
                ):
                    begin = perf_counter()
                    [row] = warehouse.query_as(sql(question), params, listener_id=one)
                    spent[name].append(1e3 * (perf_counter() - begin))
                if row != {"became": "counted"}:
                    raise AssertionError(f"a listen that is not counted: {row}")
        finally:
            postgres.stop(home)
    say, hear = spent["say"], spent["hear"]
    ratio = float(np.median(np.divide(hear, say)))
    reference, n = "recommend.say", len(hear)
    return [
        Figure(reference, np.median(say), "ms, p50", n=n),
        Figure("recommend.listen", np.median(hear), "ms, p50", reference, ratio, n, Goal("ratio", at_most=3)),
        Figure("recommend.listen.p99", np.percentile(hear, 99), "ms", n=n),
    ]


def _world(home: Path, everybody: Crowd, model: Model, listeners: Sequence[int]) -> Warehouse:
    """A server of its own with every song, and with what these listeners hear."""
    url = postgres.database_url(home)
    migrate(url)
    warehouse = Warehouse(url)
    genres = np.array(TOP_GENRES)[model.genre]
    songs = {"track_id": np.arange(SONGS, dtype=np.int32), "artist_id": model.artist, "genre": genres}
    tastes = [everybody.taste(one) for one in listeners]
    columns = {
        "listener_id": pa.array(listeners, pa.int64()),
        "track_ids": pa.array([taste.tracks for taste in tastes], pa.list_(pa.int32())),
        "heard": pa.array([taste.heard for taste in tastes], pa.list_(pa.float32())),
        "listens": pa.array([taste.listens for taste in tastes], pa.list_(pa.int32())),
        "artist_ids": pa.array([taste.artists for taste in tastes], pa.list_(pa.int32())),
    }
    with warehouse.transaction() as cursor:
        for name, table in (("made_song", pa.table(songs)), ("made_taste", pa.table(columns))):
            stage(cursor, name, table.schema, [table])
        cursor.execute(sql("bench/listeners"), {"day": DAY})
    return warehouse


def _graph(rng: np.random.Generator, artists: int) -> list[Figure]:
    """One artist by chance of popularity, fifty a listener, five listeners an artist."""
    listeners = 5 * artists
    what = np.minimum(artists ** rng.random((listeners, 50)), artists - 1).astype(np.int64)
    plays = csr_array((np.ones(what.size), (np.repeat(np.arange(listeners), 50), what.ravel())), (listeners, artists))
    plays.data[:] = 1
    tracemalloc.start()
    begin = process_time()
    fit(plays, np.arange(artists))
    cost, peak = process_time() - begin, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return [
        Figure(f"recommend.graph.{artists}", cost, "CPU s", n=listeners),
        Figure(f"recommend.graph.{artists}.memory", peak / 1e6, "MB at most", n=listeners),
    ]


ABOUT = """
{listeners:,} made listeners (a million with --full) and a million songs, in the memory of one process. A listener
has heard some 80 songs, drawn by popularity (Zipf), and has as many friends as in HetRec 2011: 8 in the middle, 13 in
the mean, 120 at most; every second shares by name. *list*: `next_list` as the Discover page calls it, ten songs with
reasons, for 2,000 random listeners, each once; CPU time of one thread, what the database takes to bring rows is no part
of it. *state*: the arrays of all listeners and their friendships.

*listen*: each of these listeners hears the first song of the list in the app, `app.hear` by the question that
`POST /listens` asks; *say*, in turns with it, is the word on a song by the Discover page's question, the app's plainest
write: one row. Both are wall time from the question to the answer on an embedded server for this run alone, with all
songs and with what these listeners hear: one round trip, one transaction, one commit to disk. A listen writes rows of
three tables and the listener's own anew, to which it adds up; three times a single row is what that may cost, so that
what it does for a listener never is what they wait for.

*graph*: the nightly EASE of so many artists (5 listeners an artist, 50 artists a listener), with the most memory that
it held. Time grows with the third power of the artists, memory with the second. 10,000 is what the job takes, the most
heard ones; of the others friends and popularity alone speak. A cluster would help with the product of the plays, the
smaller part, not with the inverse.
"""
