"""Match tracks to sounds: for each track the most similar sound on TikTok, or none.

Reads core.track and core.sound, fills core.track_match. Only what is new or renamed since the last run is compared: new
tracks with every sound, and every track with the new sounds; of an old and a new match the better stays. A night on
which nothing is new computes nothing.

The ten best candidates of every track, scores and ids without their texts, are kept in ``lake/candidates`` under the
revisions they were found at. A new sound is scored only where it comes among them: a night of one new sound in a
hundred costs a thirtieth of matching all anew. Where the file is missing, a night only costs more.

Word weights are fitted on the catalogue and frozen in ``lake/vocabulary``. When the catalogue has grown by a tenth they
are fitted anew, on the tracks up to the day on which it last did, and all tracks are matched again.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

import pandas as pd
import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession

from etl.machine.spark import session
from etl.matching.candidates import Best
from etl.matching.link import MATCH, best_of, link_on_spark, vocabulary_of
from etl.matching.vocabulary import Vocabulary
from etl.store.loads import Books, close_books, settled, stage, through
from etl.store.warehouse import Cursor, Warehouse, ask, sql
from etl.store.work import Work

#: Share of tracks that may be new or gone before the word weights are fitted anew.
DRIFT = 0.1

TRACK_MATCH = pa.schema(
    [
        ("fma_track_id", pa.int32()),
        ("tiktok_track_id", pa.string()),
        ("title_score", pa.float32()),
        ("artist_score", pa.float32()),
        ("total_score", pa.float32()),
        ("probability", pa.float32()),
        ("vocabulary", pa.string()),
    ]
)

VOCABULARY = pa.schema([("word", pa.string()), ("idf", pa.float32())])

CANDIDATES = pa.schema([("track_id", pa.int32()), *((name, pa.binary()) for name in ("score", "key", "name"))])

LETTERS = [*"abcdefghijklmnopqrstuvwxyz", "0-9", "other"]


@dataclass(frozen=True)
class Revisions:
    """Up to which revision tracks and sounds were compared."""

    track: int = 0
    sound: int = 0


def run(work: Work) -> list[Books]:
    """Compare what is new and keep the best match of every track."""
    tracks = pd.DataFrame(
        work.warehouse.query("SELECT track_id, title, artist_name, revision, day FROM core.track ORDER BY track_id"),
        columns=["track_id", "title", "artist_name", "revision", "day"],
    )
    fitted = tracks[tracks["day"] <= settled(Counter(tracks["day"]), DRIFT)] if len(tracks) else tracks
    vocabulary, since = _state(work, len(tracks), fitted)
    [newest] = work.warehouse.query("SELECT coalesce(max(revision), 0) AS sound FROM core.sound")
    upto = Revisions(int(tracks["revision"].max()) if len(tracks) else 0, newest["sound"])
    before = _matches(work.warehouse, since)
    known = before[before["vocabulary"] == vocabulary.version]
    is_new = (tracks["revision"] > since.track) | tracks["track_id"].isin(known["fma_track_id"][known["stale"]])
    kept = known[~known["fma_track_id"].isin(tracks["track_id"][is_new])]
    found = _compare(work, tracks, is_new, vocabulary, since, upto)
    after = best_of(kept, found).assign(vocabulary=vocabulary.version)
    with work.warehouse.transaction() as cursor:
        books = _publish(cursor, work, set(tracks["track_id"]), set(before["fma_track_id"]), after)
        state = {"vocabulary": vocabulary.version, "tracks": len(fitted)}
        cursor.execute(sql("loads/match_state"), state | {"track_revision": upto.track, "sound_revision": upto.sound})
        # Matches are as complete as what was matched.
        day = through(cursor, "core.track", "core.sound")
        close_books(cursor, books, ["core.track_match"], work.started_at, day)
    for path in work.storage.files("lake/candidates"):
        if path != _candidates(vocabulary, upto):
            work.storage.delete(path)
    return [books]


def _state(work: Work, tracks: int, fitted: pd.DataFrame) -> tuple[Vocabulary, Revisions]:
    """The word weights in force, fitted anew if there are none or the catalogue has drifted, and what they compared."""
    rows = work.warehouse.query("SELECT * FROM ops.matched")
    kept = f"lake/vocabulary/{rows[0]['vocabulary']}.parquet" if rows else ""
    if rows and abs(tracks - rows[0]["tracks"]) <= DRIFT * rows[0]["tracks"] and work.storage.exists(kept):
        table = work.storage.read_table([kept], VOCABULARY)
        since = Revisions(rows[0]["track_revision"], rows[0]["sound_revision"])
        return Vocabulary.from_frame(table.to_pandas()), since
    vocabulary = vocabulary_of(fitted)
    table = pa.Table.from_pandas(vocabulary.to_frame(), VOCABULARY, preserve_index=False)
    work.storage.write_table(f"lake/vocabulary/{vocabulary.version}.parquet", table)
    return vocabulary, Revisions()


def _matches(warehouse: Warehouse, since: Revisions) -> pd.DataFrame:
    """Today's matches; ``stale`` where the sound was renamed since, so that its scores are another title's."""
    rows = warehouse.query(sql("loads/match_before"), {"revision": since.sound})
    return pd.DataFrame(rows, columns=[*TRACK_MATCH.names, "stale"]).astype({"stale": bool})


def _compare(
    work: Work, tracks: pd.DataFrame, is_new: pd.Series, vocabulary: Vocabulary, since: Revisions, upto: Revisions
) -> pd.DataFrame:
    """The best new match of every track: new tracks against all sounds, the others against new sounds."""
    if upto == since and not is_new.any():
        return pd.DataFrame(columns=MATCH)
    old, new = tracks[~is_new], tracks[is_new]
    held = work.storage.read_table(_existing(work, _candidates(vocabulary, since)), CANDIDATES).to_pandas()
    pieces = [
        (some, low, before)
        for some, low, before in ((new, 0, None), (old, since.sound, Best.from_frame(held, old["track_id"])))
        if len(some) and upto.sound > low
    ]
    matches = [pd.DataFrame(columns=MATCH)]
    candidates = [held[held["track_id"].isin(old["track_id"])]] if len(pieces) == 0 or pieces[-1][0] is new else []
    if pieces:
        with session(work.settings, "match_tracks") as spark:
            for some, low, before in pieces:
                sounds = _sounds(spark, work.warehouse.url, low, upto.sound)
                linked = link_on_spark(spark, some, sounds, vocabulary, before)
                matches.append(linked.matches)
                candidates.append(linked.best.to_frame(some["track_id"]))
    table = pa.Table.from_pandas(pd.concat(candidates), CANDIDATES, preserve_index=False)
    work.storage.write_table(_candidates(vocabulary, upto), table)
    return best_of(*matches)


def _candidates(vocabulary: Vocabulary, at: Revisions) -> str:
    """The file of every track's ten best candidates, when it was compared up to these revisions."""
    return f"lake/candidates/{vocabulary.version}-{at.track}-{at.sound}.parquet"


def _existing(work: Work, path: str) -> list[str]:
    return [path] if work.storage.exists(path) else []


def _sounds(spark: SparkSession, url: str, after: int, upto: int) -> DataFrame:
    """Sounds by revision, which executors read from the warehouse themselves, a partition of the table each."""
    letters = spark.createDataFrame([(letter,) for letter in LETTERS], "letter string").repartition(
        len(LETTERS), "letter"
    )
    return letters.mapInPandas(
        partial(read_sounds, url=url, after=after, upto=upto), "sound_id string, title string, artist_name string"
    )


def read_sounds(batches: Iterable[pd.DataFrame], url: str, after: int, upto: int) -> Iterator[pd.DataFrame]:
    """On an executor: the sounds of some letters whose revision is in (after, upto]."""
    for batch in batches:
        asked = {"letters": batch["letter"].tolist(), "after": after, "upto": upto}
        for rows in Warehouse(url).batches(sql("loads/match_sounds"), asked):
            yield pd.DataFrame(rows, columns=["sound_id", "title", "artist_name"])


def _publish(cursor: Cursor, work: Work, tracks: set[int], before: set[int], after: pd.DataFrame) -> Books:
    """Make core.track_match hold exactly these matches."""
    stage(cursor, "match_in", TRACK_MATCH, [pa.Table.from_pandas(after, TRACK_MATCH, preserve_index=False)])
    done = ask(cursor, sql("loads/match"))
    matched = set(after["fma_track_id"])
    return Books(
        job="match_tracks",
        day=work.day,
        table="core.track_match",
        rows_in=len(tracks),
        inserted=done["inserted"],
        updated=done["updated"] + done["deleted"],
        unchanged=len(tracks - before - matched) + done["same"],
        quarantined=0,
    )
