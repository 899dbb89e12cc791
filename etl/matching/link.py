"""Link each FMA track to the one TikTok sound that is most likely the same piece, or to none.

``link`` does it here, ``link_on_spark`` over a cluster: the tracks are the small side and go to every worker, the sounds
stream past them. Both give the same rows whatever the number of partitions.

Old and new results are merged by ``best_of``. A track keeps its old match unless a new one is better, so new sounds
against all tracks and then new tracks against all sounds is all that a night has to do.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from pyspark.broadcast import Broadcast
from pyspark.sql import DataFrame as SparkDataFrame
from pyspark.sql import SparkSession
from scipy.sparse import csr_matrix

from etl.matching.candidates import TOP, nearest, rank_in_group, track_matrix
from etl.matching.normalise import is_original_sound, normalise
from etl.matching.score import SCORES, THRESHOLD, Model, score, shipped_model
from etl.matching.vocabulary import Vocabulary, fit, weigh

MATCH = ["fma_track_id", "tiktok_track_id", *SCORES]
#: Which of two matches of one track is better, first key first; a total order. In SQL the last key needs COLLATE "C".
BETTER = {"probability": "highest", "total_score": "highest", "tiktok_track_id": "smallest"}
CHUNK = 200_000  #: sounds searched at a time; bounds the memory of a worker


def vocabulary_of(tracks: pd.DataFrame) -> Vocabulary:
    """Weigh the words of a catalogue: columns title and artist_name of all tracks."""
    return fit(_normalised(tracks)["text"])


def best_of(*matches: pd.DataFrame) -> pd.DataFrame:
    """Keep the best match of each track by ``BETTER``, whatever the order in which they come; columns ``MATCH``.

    Scores are compared as float32, which is what the warehouse keeps: a match does not replace itself.
    """
    rows = pd.concat([frame[MATCH] for frame in matches], ignore_index=True).astype(dict.fromkeys(SCORES, np.float32))
    ascending = [True, *(end == "smallest" for end in BETTER.values())]
    rows = rows.sort_values(["fma_track_id", *BETTER], ascending=ascending)
    return rows.drop_duplicates("fma_track_id").reset_index(drop=True)


def link(tracks: pd.DataFrame, sounds: pd.DataFrame, vocabulary: Vocabulary, model: Model | None = None) -> pd.DataFrame:
    """Link tracks to sounds; tracks without a likely sound have no row.

    Args:
        tracks: track_id (one row each), title, artist_name, as the catalogue writes them; null counts as "".
        sounds: sound_id (str), title, artist_name. "Original sound" in any language is never linked; of sounds whose
            title and artist come down to the same letters the smallest sound_id stands for all.
        vocabulary: of the whole catalogue, see ``vocabulary_of``.
    Returns:
        one row a track, columns ``MATCH``, in the order of fma_track_id.
    """
    catalogue = Catalogue.of(tracks, vocabulary, model)
    return _decide(catalogue, _find(catalogue, [sounds]))


def link_on_spark(
    spark: SparkSession, tracks: pd.DataFrame, sounds: SparkDataFrame, vocabulary: Vocabulary, model: Model | None = None
) -> pd.DataFrame:
    """The same as ``link`` with the sounds spread over a cluster.

    Every partition finds its ten sounds a track; these are then brought together by track, cut to ten, scored and
    decided, again in parallel. Only matches come to the driver.
    """
    shared = spark.sparkContext.broadcast(Catalogue.of(tracks, vocabulary, model))
    found = sounds.select("sound_id", "title", "artist_name").mapInPandas(
        partial(_find_in_partition, shared), "track long, sound_id string, title string, artist_name string, key string, cosine float"
    )
    scores = ", ".join(f"{name} float" for name in SCORES)
    decided = found.repartition("track").mapInPandas(
        partial(_decide_in_partition, shared), f"fma_track_id long, tiktok_track_id string, {scores}"
    )
    matches = decided.toPandas().astype({"fma_track_id": tracks["track_id"].dtype})
    shared.unpersist()
    return best_of(matches)


@dataclass(frozen=True)
class Catalogue:
    """All that a worker needs to know about the tracks."""

    tracks: pd.DataFrame  #: track_id, title, artist_name
    matrix: csr_matrix  #: as ``track_matrix``, row for row
    vocabulary: Vocabulary  #: covers every word of the tracks
    model: Model

    @classmethod
    def of(cls, tracks: pd.DataFrame, vocabulary: Vocabulary, model: Model | None = None) -> "Catalogue":
        """Prepare the tracks."""
        rows = _normalised(tracks)
        covering = vocabulary.covering(rows["text"])
        kept = rows[["track_id", "title", "artist_name"]]
        return cls(kept, track_matrix(rows["text"].tolist(), covering), covering, model or shipped_model())


def _normalised(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with nulls as "" and with key (title, artist apart) and text (together), both normalised."""
    rows = rows.assign(title=rows["title"].fillna(""), artist_name=rows["artist_name"].fillna("")).reset_index(drop=True)
    title, artist = (list(map(normalise, rows[column])) for column in ("title", "artist_name"))
    pairs = list(zip(title, artist, strict=True))
    return rows.assign(key=[f"{t}\n{a}" for t, a in pairs], text=[f"{t} {a}" for t, a in pairs])


def _find(catalogue: Catalogue, batches: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """The ten candidates of each track (row number) among these sounds."""
    best = pd.DataFrame({"track": np.array([], np.int64), "sound_id": "", "key": "", "cosine": np.array([], np.float32)})
    best = best.assign(title="", artist_name="")
    for sounds in _in_chunks(batches):
        rows = _normalised(sounds.loc[~sounds["title"].fillna("").map(is_original_sound).astype(bool)])
        rows = rows.sort_values("sound_id").drop_duplicates("key", ignore_index=True)
        found = nearest(catalogue.matrix, weigh(rows["text"].tolist(), catalogue.vocabulary))
        texts = rows.loc[found["sound"], ["sound_id", "key", "title", "artist_name"]].reset_index(drop=True)
        best = _cut(pd.concat([best, texts.assign(track=found["track"], cosine=found["cosine"])], ignore_index=True))
    return best


def _in_chunks(batches: Iterable[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    """The same rows in frames of about ``CHUNK``: Spark hands out 10,000 at a time, and a search has a fixed cost."""
    waiting: list[pd.DataFrame] = []
    for batch in batches:
        for start in range(0, len(batch), CHUNK):
            waiting.append(batch.iloc[start : start + CHUNK])
            if sum(map(len, waiting)) >= CHUNK:
                yield pd.concat(waiting, ignore_index=True)
                waiting = []
    if waiting:
        yield pd.concat(waiting, ignore_index=True)


def _cut(candidates: pd.DataFrame) -> pd.DataFrame:
    """Ten a track, equal texts once; ties go to the smallest sound_id.

    Cutting parts and then their union leaves the same rows as cutting all at once: within a part a text ranks no lower
    than within the whole.
    """
    ordered = candidates.sort_values(["track", "cosine", "sound_id"], ascending=[True, False, True])
    ordered = ordered.drop_duplicates(["track", "key"], ignore_index=True)
    return ordered[rank_in_group(ordered["track"].to_numpy()) < TOP].reset_index(drop=True)


def _decide(catalogue: Catalogue, candidates: pd.DataFrame) -> pd.DataFrame:
    """Score the candidates and keep each track's best if it is a match."""
    tracks = catalogue.tracks.iloc[candidates["track"]]
    pairs = pd.DataFrame(
        {
            "fma_track_id": tracks["track_id"].to_numpy(),
            "tiktok_track_id": candidates["sound_id"].to_numpy(),
            "track_title": tracks["title"].to_numpy(),
            "track_artist": tracks["artist_name"].to_numpy(),
            "sound_title": candidates["title"].to_numpy(),
            "sound_artist": candidates["artist_name"].to_numpy(),
        }
    )
    scored = score(pairs, catalogue.vocabulary, catalogue.model)
    return best_of(scored[scored["probability"] >= THRESHOLD])


def _find_in_partition(shared: Broadcast, batches: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    yield _find(shared.value, batches)


def _decide_in_partition(shared: Broadcast, batches: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    parts = list(batches)
    if parts:
        yield _decide(shared.value, _cut(pd.concat(parts, ignore_index=True)))
