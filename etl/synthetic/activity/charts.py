"""What is heard: how popular each track is, with whom, and where people leave it.

What is drawn from is rounded first, to 2**-15 or 2**-32: the last bits of sums and logarithms, in which processors
differ, decide nothing.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from etl.synthetic.activity.alias import Pools
from etl.synthetic.activity.listeners import Listeners
from etl.synthetic.activity.world import APPEAL, SCENES, SHARES, UNKNOWN, Floats, Ints, fixed, pick
from etl.tables import TOP_GENRES as GENRES

SLOPE = 0.92  #: of popularity over rank, falling
SETTLING = 12  #: turns until popularity is as it should be
FAME = 0.6  #: how much of a track's place in the charts is its artist's
HOME, SCENE = 0.25, 0.3  #: share of plays that are of artists from one's own country; of one's own scene
USUAL_S = 240.0  #: the duration of a track whose own is not known

LEFT = 0.49  #: share of listens that end before the track does
DROPS = 0.15  #: share of tracks that many people leave at one point
#: How much likelier one is to leave, of the usual: a track at most; less by a listener at most; less for the music
#: that one plays and no other; less for artists of one's own country.
BY_TRACK, BY_LISTENER, BY_TASTE, BY_HOME = 0.35, 0.2, 0.5, 0.2

TOGETHER = len(GENRES)
FIRST_SCENE = (
    2 + UNKNOWN
)  #: kinds of pools: 0 for everyone, 1 + a country (``UNKNOWN`` is empty), FIRST_SCENE + a scene


@dataclass(frozen=True)
class Charts:
    """Columns of one row a track, by id, and the pools that plays are drawn from."""

    track_id: NDArray[np.int32]
    artist_id: Ints
    artists: int  #: how many there are
    genre: NDArray[np.int8]
    duration_s: NDArray[np.float32]
    home: NDArray[np.int8]  #: its artist's country
    leaving: NDArray[np.float32]  #: how likely it is left, of the usual, by one whose ``staying`` is 0
    drop: NDArray[np.float32]  #: share of those who would hear it to the end that leave at ``drop_s``
    drop_s: NDArray[np.float32]
    expected: Floats  #: its share of all plays
    left: float  #: share of listens that would end early if no track had a drop
    pools: Pools  #: of tracks, by pool number: kind · 16 + genre
    pool: NDArray[np.int16]  #: pool number → itself; where nothing is in it: that of everyone
    taste: NDArray[np.uint16]  #: (listeners, 15) running sums of taste over the genres that are there, of 2**15
    staying: NDArray[np.float32]  #: (listeners, 16) how much less likely a listener is to leave a track of a genre


def charts(seed: int, tracks: pa.Table, people: Listeners) -> Charts:
    """Charts of a catalogue (track_id, artist_id, genre, duration_s) as these people hear it.

    What no catalogue says (who is famous, where artists live, the genre of a track without one) hangs on the ids.
    """
    tracks = tracks.sort_by("track_id")
    ids, artist_ids = (tracks[name].to_numpy().astype(np.int64) for name in ("track_id", "artist_id"))
    artists, of = np.unique(artist_ids, return_inverse=True)
    number = {name: place for place, name in enumerate(GENRES)}
    genre = np.array([number.get(name, -1) for name in tracks["genre"].to_pylist()])
    genre = np.where(genre < 0, pick(APPEAL, fixed(seed, 1, ids)), genre)
    home = pick(SHARES, fixed(seed, 2, artists))[of]
    scene = (fixed(seed, 3, artists) * SCENES).astype(int)[of]
    score = FAME * fixed(seed, 4, artists)[of] + (1 - FAME) * fixed(seed, 5, ids)

    keys = np.concatenate([genre, (1 + home) * TOGETHER + genre, (FIRST_SCENE + scene) * TOGETHER + genre])
    order = np.argsort(keys, kind="stable")
    items, keys = order % len(ids), keys[order]
    sizes = np.bincount(keys, minlength=(FIRST_SCENE + SCENES) * TOGETHER)
    pool = np.where(sizes > 0, np.arange(len(sizes)), np.arange(len(sizes)) % TOGETHER)

    taste = people.taste.astype(np.float64) * (sizes[:TOGETHER] > 0) + 1e-9 * (sizes[:TOGETHER] > 0)
    taste /= taste.sum(axis=1, keepdims=True)
    wish = _wish(people, taste)
    asked = np.bincount(pool, wish.ravel(), minlength=len(sizes)).astype(float)
    weight, expected = _settled(score, keys, items, asked)
    total = np.bincount(keys, weight[items], minlength=len(sizes)).astype(float)

    swing, faithful = 2 * fixed(seed, 6, ids) - 1, _faithful(wish, total)
    leaving = 1 + BY_TRACK * (swing - (expected * swing).sum()) + BY_HOME * faithful
    like = (people.activity[:, None] * taste**2).sum() / people.activity.sum()
    staying = BY_TASTE * (taste - like) + BY_LISTENER * people.patience[:, None]
    duration_s = _durations(tracks)
    drop = np.where((fixed(seed, 7, ids) < DROPS) & (duration_s >= 60), 0.2 + 0.3 * fixed(seed, 8, ids), 0.0)
    dropped = float((expected * drop).sum())
    return Charts(
        track_id=ids.astype(np.int32),
        artist_id=artist_ids,
        artists=len(artists),
        genre=genre.astype(np.int8),
        duration_s=duration_s,
        home=home.astype(np.int8),
        leaving=leaving.astype(np.float32),
        drop=drop.astype(np.float32),
        drop_s=np.floor(duration_s * (0.5 + 0.35 * fixed(seed, 9, ids))).astype(np.float32),
        expected=expected,
        left=max(0.4, (LEFT - dropped) / (1 - dropped)),
        pools=Pools.of(items, weight[items], sizes),
        pool=pool.astype(np.int16),
        taste=np.ceil(np.cumsum(taste, axis=1)[:, :-1] * 2**15).astype(np.uint16),
        staying=staying.astype(np.float32),
    )


def _settled(score: Floats, keys: Ints, items: Ints, asked: Floats) -> tuple[Floats, Floats]:
    """Weights of tracks and their shares of plays: each genre has its plays, and all together follow one law."""
    weight = expected = _zipf(score)
    for _ in range(SETTLING):
        weight = weight * (_zipf(expected) / expected)
        total = np.bincount(keys, weight[items], minlength=len(asked))
        expected = np.bincount(items, asked[keys] * weight[items] / total[keys]).astype(float)
    return weight, expected


def _zipf(score: Floats) -> Floats:
    """Shares by the rank of a score, the best first."""
    rank = np.empty(len(score))
    rank[np.argsort(-score, kind="stable")] = np.arange(1, len(score) + 1)
    return rank**-SLOPE / (rank**-SLOPE).sum()


def _durations(tracks: pa.Table) -> NDArray[np.float32]:
    duration_s = np.nan_to_num(tracks["duration_s"].to_numpy().astype(np.float32))
    return np.where(duration_s > 1, duration_s, np.float32(USUAL_S))


def _wish(people: Listeners, taste: Floats) -> Floats:
    """(kinds, genres): the share of plays that is asked of each pool."""
    plays = people.activity[:, None] * taste / people.activity.sum()
    wish = np.zeros((FIRST_SCENE + SCENES, TOGETHER))
    wish[0] = (1 - HOME - SCENE) * plays.sum(axis=0)
    np.add.at(wish, 1 + people.country.astype(int), HOME * plays)
    np.add.at(wish, FIRST_SCENE + people.scene.astype(int), SCENE * plays)
    return wish


def _faithful(wish: Floats, total: Floats) -> float:
    """The share of plays by people of the artist's country."""
    weights = total.reshape(-1, TOGETHER)
    asked, there = wish[1 : FIRST_SCENE - 1] / HOME, weights[1 : FIRST_SCENE - 1]
    by_chance = there / np.maximum(weights[0], 1e-300)
    return float((asked * np.where(there > 0, HOME + (1 - HOME) * by_chance, 0)).sum())
