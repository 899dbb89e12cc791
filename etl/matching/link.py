"""Link each FMA track to the one TikTok sound that is most likely the same piece, or to none.

``link`` does it here, ``link_on_spark`` over a cluster: the tracks are the small side and go to every worker, the
sounds stream past them. Both give the same rows whatever the number of partitions.

Old and new results are merged by ``best_of``. A track keeps its old match unless a new one is better, so all that a
night has to do is new sounds against all tracks, and new tracks against all sounds. The candidates of other nights hold
their places among a track's ten, so a night scores few pairs; a match that was among the ten of its own night stays.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from etl.matching.candidates import Best, Postings, names_of, postings, track_matrix
from etl.matching.normalise import are_original_sounds, normalise_all, normalised_lines
from etl.matching.score import SCORES, THRESHOLD, Model, score, shipped_model
from etl.matching.vocabulary import Rows, Vocabulary, fit, read_words

if TYPE_CHECKING:  # who links without Spark does not wait for it to be imported
    from pyspark.broadcast import Broadcast
    from pyspark.sql import DataFrame as SparkDataFrame
    from pyspark.sql import SparkSession

MATCH = ["fma_track_id", "tiktok_track_id", *SCORES]
#: Which of two matches of one track is better, first key first; a total order. In SQL the last key needs COLLATE "C".
BETTER = {"probability": "highest", "total_score": "highest", "tiktok_track_id": "smallest"}
CHUNK = 200_000  #: sounds searched at a time; bounds the memory of a worker
PAIRS = 100_000  #: pairs scored at a time, likewise


class Linked(NamedTuple):
    """What linking gives: the best match of each track, as ``link`` does, and the ten candidates of each track."""

    matches: pd.DataFrame
    best: Best


def vocabulary_of(tracks: pd.DataFrame) -> Vocabulary:
    """Weigh the words of a catalogue: columns title and artist_name of all tracks."""
    return fit(_texts_of(tracks))


def best_of(*matches: pd.DataFrame) -> pd.DataFrame:
    """Keep the best match of each track by ``BETTER``, whatever the order in which they come; columns ``MATCH``.

    Scores are compared as float32, which is what the warehouse keeps: a match does not replace itself.
    """
    some = [frame[MATCH] for frame in matches if len(frame)] or [frame[MATCH] for frame in matches[:1]]
    rows = pd.concat(some, ignore_index=True).astype(dict.fromkeys(SCORES, np.float32))
    ascending = [True, *(end == "smallest" for end in BETTER.values())]
    rows = rows.sort_values(["fma_track_id", *BETTER], ascending=ascending)
    return rows.drop_duplicates("fma_track_id", ignore_index=True)


def warm() -> None:
    """Compile what linking needs and keep it on disk: twenty seconds once in an environment, then a moment."""
    tracks = pd.DataFrame({"track_id": [1], "title": ["Night Train"], "artist_name": ["Tea"]})
    sounds = pd.DataFrame(
        {"sound_id": ["1", "2"], "title": ["Nigth Train", "nighttrain"], "artist_name": ["Tea", None]}
    )
    vocabulary = vocabulary_of(tracks)
    catalogue = Catalogue.of(tracks, vocabulary, link_stream(tracks, [sounds], vocabulary).best)
    _cut(catalogue, [find(catalogue, [sounds])])


def link(
    tracks: pd.DataFrame, sounds: pd.DataFrame, vocabulary: Vocabulary, model: Model | None = None
) -> pd.DataFrame:
    """Link tracks to sounds; tracks without a likely sound have no row.

    Args:
        tracks: track_id (one row each), title, artist_name, as the catalogue writes them; null counts as "".
        sounds: sound_id (str), title, artist_name. "Original sound" in any language is never linked; of sounds whose
            title and artist come down to the same letters the smallest sound_id stands for all.
        vocabulary: of the whole catalogue, see ``vocabulary_of``.
    Returns:
        one row a track, columns ``MATCH``, in the order of fma_track_id.
    """
    return link_stream(tracks, [sounds], vocabulary, model=model).matches


def link_stream(
    tracks: pd.DataFrame,
    sounds: Iterable[pd.DataFrame],
    vocabulary: Vocabulary,
    before: Best | None = None,
    model: Model | None = None,
) -> Linked:
    """``link`` for sounds that come in frames, and for nights of which the next takes up where the last one ended.

    Memory does not grow with the number of sounds: it holds ``CHUNK`` of them and ten a track.

    Args:
        before: the candidates of other nights for these tracks, row for row, with the same vocabulary.
    Returns:
        the matches among these sounds, and the candidates among all so far. A sound that is not among these is not
        scored: after many nights the pairs scored are those of all sounds at once, and what was among the ten of its
        own night.
    """
    catalogue = Catalogue.of(tracks, vocabulary, before, model)
    best = catalogue.best()
    return Linked(decide(tracks, catalogue, find(catalogue, sounds, best)), best)


def link_on_spark(
    spark: "SparkSession",
    tracks: pd.DataFrame,
    sounds: "SparkDataFrame",
    vocabulary: Vocabulary,
    before: Best | None = None,
    model: Model | None = None,
) -> Linked:
    """``link_stream`` with the sounds spread over a cluster: sound_id, title, artist_name.

    Each core finds ten sounds a track in one stream; these are then brought together by track, cut to ten, scored and
    decided, again in parallel. Only names and scores come to the driver.
    """
    catalogue = Catalogue.of(tracks, vocabulary, before, model)
    shared = spark.sparkContext.broadcast(catalogue)
    # a stream sends up to ten sounds a track, so there should be few of them
    streams = sounds.select("sound_id", "title", "artist_name").coalesce(spark.sparkContext.defaultParallelism)
    found = streams.mapInPandas(partial(_find_in_partition, shared), _schema(CANDIDATE))
    decided = found.repartition("track").mapInPandas(
        partial(_decide_in_partition, shared), _schema(CANDIDATE[:4] + SCORES)
    )
    rows = pd.DataFrame(decided.toPandas())
    shared.unpersist()
    best = catalogue.best()
    best.take(rows)
    return Linked(_matches(tracks, rows), best)


CANDIDATE = ["track", "score", "key", "sound_id", "title", "artist_name"]
_TYPES = {"track": "long", "score": "int", "key": "long", **dict.fromkeys(SCORES, "float")}


def _schema(columns: list[str]) -> str:
    return ", ".join(f"{name} {_TYPES.get(name, 'string')}" for name in columns)


@dataclass(frozen=True)
class Catalogue:
    """All that a worker needs to know about the tracks, row for row."""

    titles: np.ndarray
    artists: np.ndarray
    postings: Postings
    vocabulary: Vocabulary  #: covers every word of the tracks
    before: Best | None  #: candidates of other nights
    model: Model

    @classmethod
    def of(
        cls,
        tracks: pd.DataFrame,
        vocabulary: Vocabulary,
        before: Best | None = None,
        model: Model | None = None,
    ) -> "Catalogue":
        """Prepare the tracks."""
        texts = _texts_of(tracks)
        covering = vocabulary.covering(texts)
        titles, artists = (tracks[name].fillna("").to_numpy(object) for name in ("title", "artist_name"))
        model = model or shipped_model()
        return cls(titles, artists, postings(track_matrix(texts, covering)), covering, before, model)

    def best(self) -> Best:
        """What to begin a search with."""
        tracks = len(self.titles)
        return Best(tracks) if self.before is None else self.before.of(np.arange(tracks))


def _texts_of(rows: pd.DataFrame) -> list[str]:
    """Title and artist together, normalised."""
    texts = normalise_all(_titles_and_artists(rows))
    return [f"{title} {artist}" for title, artist in zip(texts[::2], texts[1::2], strict=True)]


def _titles_and_artists(rows: pd.DataFrame) -> list[str]:
    """Each row's title, then its artist; null is ""."""
    texts = [""] * (2 * len(rows))
    texts[::2], texts[1::2] = rows["title"].fillna("").tolist(), rows["artist_name"].fillna("").tolist()
    return texts


def read(sounds: pd.DataFrame, vocabulary: Vocabulary) -> Rows:
    """The words of sounds, title and artist together; original sounds have none."""
    lines, first = normalised_lines(_titles_and_artists(sounds))
    return read_words(lines, are_original_sounds(first[::2]), vocabulary, per_row=2, guess=True)


def find(catalogue: Catalogue, batches: Iterable[pd.DataFrame], best: Best | None = None) -> pd.DataFrame:
    """Those of these sounds that are among the ten candidates of a track (row number); columns ``CANDIDATE``.

    Args:
        best: what to begin with; changed in place.
    """
    best, texts = best or catalogue.best(), [pd.DataFrame(columns=CANDIDATE[3:])]
    for sounds in _in_chunks(batches):
        before = best.seen
        best.see(catalogue.postings, read(sounds, catalogue.vocabulary), names_of(sounds["sound_id"]))
        new = np.unique(best.row[best.row >= before])
        texts.append(sounds[CANDIDATE[3:]].iloc[new - before].set_axis(new))
        if sum(map(len, texts)) > 2 * best.row.size + CHUNK:
            together = pd.concat(texts)
            texts = [together[together.index.isin(best.row.ravel())]]
    return best.found().join(pd.concat(texts), on="sound")[CANDIDATE]


def _in_chunks(batches: Iterable[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    """The same rows in frames of ``CHUNK`` or so: Spark hands out 10,000 at a time, and a search has a fixed cost."""
    waiting: list[pd.DataFrame] = []
    for batch in batches:
        for start in range(0, len(batch), CHUNK):
            waiting.append(batch.iloc[start : start + CHUNK])
            if sum(map(len, waiting)) >= CHUNK:
                yield pd.concat(waiting, ignore_index=True)
                waiting = []
    if waiting:
        yield pd.concat(waiting, ignore_index=True)


def _cut(catalogue: Catalogue, parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Ten a track of what several streams found and what was held.

    Cutting parts and then their union leaves the same rows as cutting all at once: a text ranks no lower within a part
    than within the whole.
    """
    best, together = catalogue.best(), pd.concat(parts, ignore_index=True)
    best.take(together)
    return together.iloc[best.found()["sound"]].reset_index(drop=True)


def decide(tracks: pd.DataFrame, catalogue: Catalogue, candidates: pd.DataFrame) -> pd.DataFrame:
    """Score the candidates and keep the best match of each track, columns ``MATCH``."""
    return _matches(tracks, _scored(catalogue, candidates))


def _matches(tracks: pd.DataFrame, scored: pd.DataFrame) -> pd.DataFrame:
    likely = scored[scored["probability"] >= THRESHOLD].rename(columns={"sound_id": "tiktok_track_id"})
    return best_of(likely.assign(fma_track_id=tracks["track_id"].to_numpy()[likely["track"].to_numpy(np.int64)]))


def _scored(catalogue: Catalogue, candidates: pd.DataFrame) -> pd.DataFrame:
    """The candidates without their texts, and ``SCORES``."""
    parts = []
    for start in range(0, max(len(candidates), 1), PAIRS):
        some = candidates.iloc[start : start + PAIRS]
        track = some["track"].to_numpy(np.int64)
        pairs = pd.DataFrame(
            {
                "track_title": catalogue.titles[track],
                "track_artist": catalogue.artists[track],
                "sound_title": some["title"].fillna("").to_numpy(object),
                "sound_artist": some["artist_name"].fillna("").to_numpy(object),
            }
        )
        scores = score(pairs, catalogue.vocabulary, catalogue.model)[SCORES]
        parts.append(some[CANDIDATE[:4]].assign(**{name: scores[name].to_numpy() for name in SCORES}))
    return pd.concat(parts, ignore_index=True)


def _find_in_partition(shared: "Broadcast", batches: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    found = find(shared.value, batches)
    if len(found):
        yield found


def _decide_in_partition(shared: "Broadcast", batches: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    parts = list(batches)
    if parts:
        yield _scored(shared.value, _cut(shared.value, parts))
