"""Learn which artists go together from what listeners hear, for lists of songs.

Reads mart.taste and core.track; fills app.stand_in (what each is said to like where only sums are shared) and
mart.recommender (one row, swapped in whole: who asks reads the one before, or this one). Running it again changes
nothing.

One machine does it: the item graph is NumPy's inverse for the most heard artists, ``items.LARGEST`` of them at most:
`overtone bench recommend` says what sizes cost. Spark has no part in it: it could share out the product of the plays,
never the inverse, which is the most.
"""

import logging

import numpy as np
from scipy.sparse import csr_array

from etl.recommend.friends import FEWEST, LIKED, OWN
from etl.recommend.items import fit
from etl.recommend.model import Model, popularity
from etl.recommend.taste import UNKNOWN
from etl.store.loads import Books, close_books, through
from etl.store.warehouse import Cursor, ask, copy_out, sql
from etl.store.work import Work
from etl.tables import TOP_GENRES

log = logging.getLogger(__name__)

JOB = "build_recommender"


def run(work: Work) -> list[Books]:
    """Learn from what listeners hear."""
    with work.warehouse.transaction() as cursor:
        # One snapshot: the songs are those that are heard.
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        learnt = learn(cursor, work)
    with work.warehouse.transaction() as cursor:
        cursor.execute("SET LOCAL work_mem = '256MB'")
        cursor.execute(sql("marts/stand_in_gone"))
        cursor.execute(sql("marts/stand_in"), {"liked": LIKED, "own": OWN, "fewest": FEWEST, "unknown": UNKNOWN})
    return [learnt]


def learn(cursor: Cursor, work: Work) -> Books:
    """Swap in what is learnt from mart.taste; nothing where there is no catalogue yet."""
    songs = copy_out(cursor, sql("marts/recommender_songs"), {"genres": list(TOP_GENRES)})
    heard = copy_out(cursor, sql("marts/recommender_heard"), {"unknown": UNKNOWN})
    rows, inserted, unchanged = 0, 0, 0
    if len(songs):
        track_ids, artists, genres = (songs[name].to_numpy() for name in ("track_id", "artist_id", "genre"))
        kinds = {"listener_id": np.int64, "track_id": np.int64, "heard": np.float64}  # an answer without rows has none
        listeners, track, share = (heard[name].to_numpy().astype(kind) for name, kind in kinds.items())
        model = build(track_ids, artists, genres, listeners, track, share)
        version, rows = model.version, 1
        cursor.execute("DELETE FROM mart.recommender WHERE version <> %s", (version,))
        unchanged = ask(cursor, "SELECT count(*) AS models FROM mart.recommender")["models"]
        row = {
            "version": version,
            "day": through(cursor, "mart.taste") or work.day,
            "listeners": len(np.unique(listeners)),
            "artists": len(model.graph.artists),
            "model": model.to_bytes(),
        }
        cursor.execute(sql("marts/recommender"), row)
        inserted = cursor.rowcount
        log.info("%s: %d artists point at others, of %d songs", version, len(model.graph.artists), len(songs))
    books = Books(JOB, work.day, "mart.recommender", rows, inserted, 0, unchanged, 0)
    close_books(cursor, books, [], work.started_at)
    return books


def build(
    track_ids: np.ndarray,
    artists: np.ndarray,
    genres: np.ndarray,
    listeners: np.ndarray,
    tracks: np.ndarray,
    heard: np.ndarray,
) -> Model:
    """The model of a catalogue and of what is heard of it.

    Args:
        track_ids, artists, genres: of each song; ascending, −1 for none.
        listeners, tracks, heard: one entry for each song that somebody has heard, and how much of it.

    Returns:
        Popularity is by how many like a song; an artist is heard as much as the song that is heard most.
    """
    size = int(track_ids[-1]) + 1
    artist, genre = np.full(size, -1, np.int32), np.full(size, -1, np.int8)
    artist[track_ids], genre[track_ids] = artists, genres
    known = (tracks < size) & (heard > 0)
    listeners, tracks, heard = listeners[known], tracks[known], heard[known]
    liked = np.bincount(tracks[heard >= LIKED], minlength=size)
    known = artist[tracks] >= 0
    people, who = np.unique(listeners[known], return_inverse=True)
    ids, whom = np.unique(artist[tracks[known]], return_inverse=True)
    # By listener, artist and share; of each pair the last, which is the greatest.
    order = np.lexsort((heard[known], whom, who))
    who, whom, share = who[order], whom[order], heard[known][order]
    last = np.r_[(who[1:] != who[:-1]) | (whom[1:] != whom[:-1]), np.ones(min(len(who), 1), bool)]
    plays = csr_array((share[last], (who[last], whom[last])), (len(people), len(ids)))
    return Model(artist, genre, popularity(liked), fit(plays, ids))
