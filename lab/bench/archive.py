"""A made archive of music as large as the FMA's, in a scratch warehouse: what search and uploads are measured on."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from etl.audio.features import EXTRACTOR, FEATURE_NAMES
from etl.jobs.run import run_job
from etl.machine import postgres
from etl.settings import Settings
from etl.store.loads import stage
from etl.store.vectors import copy_vectors
from etl.store.warehouse import Warehouse, sql

SEED = 1
DAY = date(2026, 1, 1)
QUERIES = 60  #: in each genre, by tracks that are not in the archive
ARTIST_TRACKS = 7  #: of the FMA: 106,574 tracks by 16,341 artists
NEW = 0.01  #: of the archive that an incremental night adds

#: Tracks of the FMA (fma_full) by top genre; more than half have none.
FMA = {
    "Rock": 14_182,
    "Experimental": 10_608,
    "Electronic": 9_372,
    "Hip-Hop": 3_552,
    "Folk": 2_803,
    "Pop": 2_332,
    "Instrumental": 2_079,
    "International": 1_389,
    "Classical": 1_230,
    "Jazz": 571,
    "Old-Time / Historic": 554,
    "Spoken": 423,
    "Country": 194,
    "Soul-RnB": 175,
    "Blues": 110,
    "Easy Listening": 24,
    "Unknown": 56_976,
}


@dataclass(frozen=True)
class Archive:
    """Made tracks; the last ``QUERIES`` of each genre are asked about and not stored."""

    genres: np.ndarray  #: str, shape (n,)
    artists: np.ndarray  #: int, shape (n,)
    features: np.ndarray  #: float32, shape (n, 245)
    asked: np.ndarray  #: bool, shape (n,)
    late: np.ndarray  #: bool, shape (n,): stored on a later night


def make_archive(tracks: Mapping[str, int], rng: np.random.Generator) -> Archive:
    """Make so many tracks of each genre, and ``QUERIES`` more to ask about.

    A track is of one of 200 styles and each genre has some of them; around its style it scatters with long tails
    (Student's t), in directions of which few are long and most are short (variance falls as 1 / rank^1.2). With these
    numbers the neighbourhood of a track is as many-dimensional as among real ones: see ``dimension``.
    """
    genres = np.concatenate([[genre] * (count + QUERIES) for genre, count in tracks.items()])
    names, which = np.unique(genres, return_inverse=True)
    width, styles, between = len(FEATURE_NAMES), 200, 0.35
    length = np.arange(1, width + 1) ** -0.6
    taste = rng.dirichlet(np.full(styles, 0.05), len(names)).cumsum(axis=1)
    style = np.minimum((rng.random(len(genres))[:, None] > taste[which]).sum(axis=1), styles - 1)
    middle = rng.standard_normal((styles, width)) * length
    tail = rng.gamma(4, 1 / 4, (styles, width))[style] / (rng.chisquare(6, (len(genres), 1)) / 6)
    around = rng.standard_normal((len(genres), width)) * length * np.sqrt(tail)
    turn = np.linalg.qr(rng.standard_normal((width, width)))[0]
    features = (np.sqrt(between) * middle[style] + np.sqrt(1 - between) * around) @ turn
    features = np.clip((features - features.mean(axis=0)) / features.std(axis=0), -5, 5).astype(np.float32)
    asked = np.concatenate([np.arange(count + QUERIES) < QUERIES for count in tracks.values()])
    late = ~asked & (rng.random(len(genres)) < NEW)
    return Archive(genres, rng.integers(len(genres) // ARTIST_TRACKS, size=len(genres)), features, asked, late)


def dimension(vectors: np.ndarray, neighbours: int = 20) -> float:
    """How many dimensions the neighbourhood of a vector has, the median of all: what makes nearest neighbours hard.

    Args:
        vectors: shape (n, d).
        neighbours: how many are looked at.
    Source:
        Levina and Bickel, "Maximum Likelihood Estimation of Intrinsic Dimension", NIPS 2004.
    """
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    cosines = unit @ unit.T
    np.fill_diagonal(cosines, -1)
    apart = np.sqrt(np.maximum(2 - 2 * -np.sort(-cosines, axis=1)[:, :neighbours], 1e-12))
    return float(np.median(1 / np.log(apart[:, -1:] / apart[:, :-1]).mean(axis=1)))


@contextmanager
def scratch() -> Iterator[tuple[Settings, Warehouse]]:
    """An empty warehouse on a server of its own, gone afterwards; the user's is not touched."""
    with tempfile.TemporaryDirectory(prefix="overtone-bench-") as folder:
        settings = Settings.from_env({"OVERTONE_HOME": folder})
        try:
            run_job(settings, "scale_features", DAY)  # brings the schema; there is nothing to scale
            yield settings, Warehouse.open(settings)
        finally:
            postgres.stop(settings.home)


def store(warehouse: Warehouse, archive: Archive, chosen: np.ndarray) -> None:
    """Add the chosen tracks of an archive to core.track and core.track_feature, but those that are asked about."""
    at = np.flatnonzero(chosen & ~archive.asked)
    labels = pa.table(
        {
            "track_id": pa.array(at + 1, pa.int32()),
            "genre": archive.genres[at].tolist(),
            "artist_id": pa.array(archive.artists[at], pa.int32()),
        }
    )
    with warehouse.transaction() as cursor:
        stage(cursor, "label", labels.schema, [labels])
        cursor.execute("CREATE TEMPORARY TABLE described (track_id integer, vector vector(245)) ON COMMIT DROP")
        copy_vectors(cursor, "described", at + 1, archive.features[at])
        cursor.execute(sql("bench/archive_store"), {"extractor": EXTRACTOR})
    # Nobody waits for the server to do so by itself some time during the night.
    warehouse.execute("ANALYZE core.track, core.track_feature")
