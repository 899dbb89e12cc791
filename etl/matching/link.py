"""Link each FMA track to the one TikTok sound that is most likely the same piece, or to none.

``link`` does it here, ``link_on_spark`` over a cluster: the tracks are the small side and go to every worker, the
sounds stream past them. Both give the same rows whatever the number of partitions.

Old and new results are merged by ``best_of``. A track keeps its old match unless a new one is better, so all that a
night has to do is new sounds against all tracks, and new tracks against all sounds. Only ten candidates a track are
looked at, so with parts a sound may win that was eleventh in the whole: never a worse one.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix

from etl.matching.candidates import TOP, nearest, rank_in_group, track_matrix
from etl.matching.normalise import is_original_sound, normalise
from etl.matching.score import SCORES, THRESHOLD, Model, score, shipped_model
from etl.matching.vocabulary import Vocabulary, fit, weigh

if TYPE_CHECKING:  # who links without Spark does not wait for it to be imported
    from pyspark.broadcast import Broadcast
    from pyspark.sql import DataFrame as SparkDataFrame
    from pyspark.sql import SparkSession

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
    some = [frame[MATCH] for frame in matches if len(frame)] or [frame[MATCH] for frame in matches[:1]]
    rows = pd.concat(some, ignore_index=True).astype(dict.fromkeys(SCORES, np.float32))
    ascending = [True, *(end == "smallest" for end in BETTER.values())]
    rows = rows.sort_values(["fma_track_id", *BETTER], ascending=ascending)
    return rows.drop_duplicates("fma_track_id", ignore_index=True)


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
    catalogue = Catalogue.of(tracks, vocabulary, model)
    return best_of(_with_ids(tracks, _decide(catalogue, _find(catalogue, [sounds]))))


def link_on_spark(
    spark: "SparkSession",
    tracks: pd.DataFrame,
    sounds: "SparkDataFrame",
    vocabulary: Vocabulary,
    model: Model | None = None,
) -> pd.DataFrame:
    """The same as ``link`` with the sounds spread over a cluster.

    Every partition finds its ten sounds a track; these are then brought together by track, cut to ten, scored and
    decided, again in parallel. Only matches come to the driver.
    """
    shared = spark.sparkContext.broadcast(Catalogue.of(tracks, vocabulary, model))
    columns = sounds.select("sound_id", "title", "artist_name")
    found = columns.mapInPandas(partial(_find_in_partition, shared), _CANDIDATE)
    decided = found.repartition("track").mapInPandas(partial(_decide_in_partition, shared), _DECIDED)
    matches = pd.DataFrame(decided.toPandas())
    shared.unpersist()
    return best_of(_with_ids(tracks, matches))


_CANDIDATE = "track long, cosine float, sound_id string, key string, title string, artist_name string"
_DECIDED = f"track long, tiktok_track_id string, {', '.join(f'{name} float' for name in SCORES)}"


@dataclass(frozen=True)
class Catalogue:
    """All that a worker needs to know about the tracks, row for row."""

    titles: np.ndarray
    artists: np.ndarray
    matrix: csr_matrix  #: see ``track_matrix``
    vocabulary: Vocabulary  #: covers every word of the tracks
    model: Model

    @classmethod
    def of(cls, tracks: pd.DataFrame, vocabulary: Vocabulary, model: Model | None = None) -> "Catalogue":
        """Prepare the tracks."""
        rows = _normalised(tracks)
        covering = vocabulary.covering(rows["text"])
        matrix = track_matrix(rows["text"].tolist(), covering)
        return cls(rows["title"].to_numpy(), rows["artist_name"].to_numpy(), matrix, covering, model or shipped_model())


def _normalised(rows: pd.DataFrame) -> pd.DataFrame:
    """title and artist_name with nulls as "", and with key (both apart) and text (both together), normalised."""
    rows = rows.assign(title=rows["title"].fillna(""), artist_name=rows["artist_name"].fillna(""))
    pairs = [(normalise(t), normalise(a)) for t, a in zip(rows["title"], rows["artist_name"], strict=True)]
    return rows.assign(key=[f"{t}\n{a}" for t, a in pairs], text=[f"{t} {a}" for t, a in pairs])


def _find(catalogue: Catalogue, batches: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """The ten candidates of each track (row number) among these sounds; columns as ``_CANDIDATE``."""
    best: list[pd.DataFrame] = []
    for sounds in _in_chunks(batches):
        rows = _normalised(sounds)
        rows = rows[[not is_original_sound(title) for title in rows["title"]]]
        rows = rows.sort_values("sound_id").drop_duplicates("key", ignore_index=True)
        found = nearest(catalogue.matrix, weigh(rows["text"].tolist(), catalogue.vocabulary))
        texts = rows[["sound_id", "key", "title", "artist_name"]].iloc[found["sound"]].reset_index(drop=True)
        best = [_cut(pd.concat([*best, found[["track", "cosine"]].join(texts)], ignore_index=True))]
    return best[0] if best else pd.DataFrame(columns=["track", "cosine", "sound_id", "key", "title", "artist_name"])


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


def _cut(candidates: pd.DataFrame) -> pd.DataFrame:
    """Ten a track, equal texts once; ties go to the smallest sound_id.

    Cutting parts and then their union leaves the same rows as cutting all at once: a text ranks no lower within a part
    than within the whole.
    """
    ordered = candidates.sort_values(["track", "cosine", "sound_id"], ascending=[True, False, True])
    ordered = ordered.drop_duplicates(["track", "key"], ignore_index=True)
    return ordered[rank_in_group(ordered["track"].to_numpy()) < TOP].reset_index(drop=True)


def _decide(catalogue: Catalogue, candidates: pd.DataFrame) -> pd.DataFrame:
    """Score the candidates and keep those that are a match; columns as ``_DECIDED``."""
    track = candidates["track"].to_numpy(np.int64)
    pairs = pd.DataFrame(
        {
            "track": track,
            "tiktok_track_id": candidates["sound_id"],
            "track_title": catalogue.titles[track],
            "track_artist": catalogue.artists[track],
            "sound_title": candidates["title"],
            "sound_artist": candidates["artist_name"],
        }
    )
    scored = score(pairs, catalogue.vocabulary, catalogue.model)
    return scored.loc[scored["probability"] >= THRESHOLD, ["track", "tiktok_track_id", *SCORES]]


def _with_ids(tracks: pd.DataFrame, matches: pd.DataFrame) -> pd.DataFrame:
    """Matches with the tracks' own ids for their row numbers."""
    return matches.assign(fma_track_id=tracks["track_id"].to_numpy()[matches["track"].to_numpy(np.int64)])


def _find_in_partition(shared: "Broadcast", batches: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    found = _find(shared.value, batches)
    if len(found):
        yield found


def _decide_in_partition(shared: "Broadcast", batches: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    parts = list(batches)
    if parts:
        yield _decide(shared.value, _cut(pd.concat(parts, ignore_index=True)))
