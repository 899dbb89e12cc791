"""What is heard: how popular each track is, with whom, and where people leave it.

What is drawn from is rounded first, to 2**-15 or 2**-40: the last bits of sums and logarithms, in which processors
differ, decide nothing.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from etl.synthetic.activity.listeners import Listeners
from etl.synthetic.activity.pools import TOGETHER, Pools
from etl.synthetic.activity.world import APPEAL, SCENES, SHARES, UNKNOWN, Floats, Ints, fixed, pick
from etl.tables import TOP_GENRES as GENRES

SLOPE = 0.955  #: of popularity over rank, falling, on a usual day; over many days, what moves songs makes it flatter
SETTLING = 12  #: turns until popularity is as it should be
FAME = 0.6  #: how much of a track's place in the charts is its artist's
HOME, SCENE = 0.25, 0.3  #: share of plays that are of artists from one's own country; of one's own scene
USUAL_S = 240.0  #: the duration of a track whose own is not known

LEFT = 0.49  #: share of listens that end before the track does
DROPS = 0.15  #: share of tracks that many people leave at one point
#: How much likelier one is to leave, of the usual: a track at most; less by a listener at most; less for the music
#: that one plays and no other; less for artists of one's own country.
BY_TRACK, BY_LISTENER, BY_TASTE, BY_HOME = 0.35, 0.2, 0.5, 0.2

ALWAYS = np.datetime64(date(2000, 1, 1), "D")  #: the first day of a track that was always there
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
    released: NDArray[np.datetime64]  #: its first day
    weight: Floats  #: how popular it is within a pool, on a usual day
    items: Ints  #: the tracks of the pools, one pool after the other; a pool's number is kind · 16 + genre
    sizes: Ints  #: of the pools
    taste: NDArray[np.uint16]  #: (listeners, 15) running sums of taste over the genres that are there, of 2**15
    staying: NDArray[np.float32]  #: (listeners, 16) how much less likely a listener is to leave a track of a genre

    def places(self, track_ids: Ints) -> Ints:
        """The places of tracks; -1 for those that are not in the charts."""
        place = np.minimum(np.searchsorted(self.track_id, track_ids), len(self.track_id) - 1)
        return np.where(self.track_id[place] == track_ids, place, -1)

    def pools(self, tide: Floats) -> Pools:
        """What is drawn from on a day, on which each track is heard ``tide`` times as often as usual."""
        return Pools.of(self.items, (self.weight * tide)[self.items], self.sizes)


def charts(seed: int, tracks: pa.Table, people: Listeners) -> Charts:
    """Charts of a catalogue (track_id, artist_id, genre, duration_s, perhaps released) as these people hear it.

    What no catalogue says (who is famous, where artists live, the genre of a track without one) hangs on the ids. How
    popular tracks are is settled among those that were always there and the founders of the audience: who and what
    comes later finds its place, and changes nobody's.
    """
    tracks = tracks.sort_by("track_id")
    founders = people.founders()
    released, new = _released(tracks)
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
    old = ~new[items]
    settled = np.bincount(keys[old], minlength=len(sizes))
    pool = np.where(settled > 0, np.arange(len(sizes)), np.arange(len(sizes)) % TOGETHER)

    taste = people.taste.astype(np.float64) * (settled[:TOGETHER] > 0) + 1e-9 * (settled[:TOGETHER] > 0)
    taste /= taste.sum(axis=1, keepdims=True)
    known = taste[: len(founders)]
    wish = _wish(founders, known)
    asked = np.bincount(pool, wish.ravel(), minlength=len(sizes)).astype(float)
    places = np.cumsum(~new) - 1  # of the tracks that were always there, among themselves
    weight, expected = np.zeros(len(ids)), np.zeros(len(ids))
    weight[~new], expected[~new] = _settled(score[~new], keys[old], places[items[old]], asked)
    weight[new], expected[new] = _placed(score, genre, new, weight, expected)
    total = np.bincount(keys[old], weight[items[old]], minlength=len(sizes)).astype(float)

    swing, faithful = 2 * fixed(seed, 6, ids) - 1, _faithful(wish, total)
    leaving = 1 + BY_TRACK * (swing - (expected * swing)[~new].sum()) + BY_HOME * faithful
    like = (founders.activity[:, None] * known**2).sum() / founders.activity.sum()
    staying = BY_TASTE * (taste - like) + BY_LISTENER * people.patience[:, None]
    duration_s = _durations(tracks)
    drop = np.where((fixed(seed, 7, ids) < DROPS) & (duration_s >= 60), 0.2 + 0.3 * fixed(seed, 8, ids), 0.0)
    dropped = float((expected * drop)[~new].sum())
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
        released=released,
        weight=weight,
        items=items,
        sizes=sizes,
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


def _placed(
    score: Floats, genre: Ints, new: NDArray[np.bool_], weight: Floats, expected: Floats
) -> tuple[Floats, Floats]:
    """Weights of tracks that come later, and their shares: those of the track of their genre that they come next to."""
    found = np.zeros((2, int(new.sum())))
    for number in range(TOGETHER):
        [those] = np.nonzero(~new & (genre == number))
        [mine] = np.nonzero(genre[new] == number)
        if len(those) and len(mine):
            those = those[np.argsort(score[those], kind="stable")]
            next_to = np.minimum(np.searchsorted(score[those], score[new][mine]), len(those) - 1)
            found[:, mine] = weight[those[next_to]], expected[those[next_to]]
    return found[0], found[1]


def _released(tracks: pa.Table) -> tuple[NDArray[np.datetime64], NDArray[np.bool_]]:
    """The first day of each track, and which were not always there."""
    if "released" not in tracks.schema.names:
        return np.full(len(tracks), ALWAYS), np.zeros(len(tracks), bool)
    released = tracks["released"].to_numpy().astype("datetime64[D]")
    new = ~np.isnat(released)
    return np.where(new, released, ALWAYS), new & (not new.all())


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
