"""Friends propose: whose taste weighs how much, and which songs of theirs a listener has not heard."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from etl.recommend.taste import Taste

BASE = 0.05  #: what a friend weighs who shares no song: new music comes from them, too
LIKED = 0.3  #: from which share heard on a friend proposes a song
OWN = 0.5  #: how often what a friend who shares in sum is said to like is what they do like
FEWEST = 8  #: liked songs of a genre, so that another of them may stand in
UNNAMED = 3  #: friends behind a song if none of them shares by name: one alone would be told apart


@dataclass(frozen=True)
class Friend:
    """Somebody whose taste may be used: by name, or in sum only."""

    listener_id: int
    taste: Taste
    named: bool = True


@dataclass(frozen=True)
class Pool:
    """Songs that a listener has not heard, by id ascending, and who is behind them."""

    tracks: NDArray[np.int32]
    local: NDArray[np.float64]  #: sum over friends of weight · share heard
    weight: NDArray[np.float64]  #: of each friend given
    of: NDArray[np.intp]  #: one entry a friend who likes a song: the song's place in ``tracks``,
    friend: NDArray[np.intp]  #: the friend's among those given,
    heard: NDArray[np.float32]  #: and the share heard, LIKED or more

    def take(self, kept: NDArray[np.bool_]) -> "Pool":
        """Those songs alone."""
        place = np.cumsum(kept) - 1
        entry = kept[self.of]
        return Pool(
            self.tracks[kept], self.local[kept], self.weight,
            place[self.of[entry]], self.friend[entry], self.heard[entry],
        )  # fmt: skip


@dataclass(frozen=True)
class Beyond:
    """Songs of friends of friends, summed up so that nobody can be told apart."""

    track_ids: NDArray[np.integer]
    strength: NDArray[np.floating]


@dataclass(frozen=True)
class Match:
    """How alike two listeners are, and why."""

    score: float  #: cosine of how much of each song they hear, 0 … 1
    tracks: NDArray[np.int32]  #: heard by both; what adds most to the score first, then by id
    genres: list[tuple[int, float, float]]  #: genre, share of one's listens, share of the other's; what both hear first


def match(me: Taste, friend: Taste) -> Match:
    """Compare two listeners."""
    both, mine, theirs = np.intersect1d(me.tracks, friend.tracks, assume_unique=True, return_indices=True)
    product = me.heard[mine] * friend.heard[theirs]
    shares = [taste.listens / max(taste.listens.sum(), 1) for taste in (me, friend)]
    least = np.minimum(*shares)
    genres = [(int(at), float(shares[0][at]), float(shares[1][at])) for at in np.argsort(-least, kind="stable")]
    return Match(
        float(alike(me, [Friend(0, friend)])[0]),
        both[np.lexsort((both, -product))],
        [one for one in genres if min(one[1:]) > 0],
    )


def alike(me: Taste, friends: Sequence[Friend]) -> NDArray[np.float64]:
    """Cosine of how much of each song one hears, with each friend; 0 where one of them has heard nothing."""
    tracks, heard, who = _joined(friends)
    return _cosines(me, heard, who, _place(me.tracks, tracks), len(friends))


def weights(cosines: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of each friend: in proportion to BASE + cosine; they sum to 1."""
    return (BASE + cosines) / (BASE + cosines).sum() if len(cosines) else cosines


def propose(me: Taste, friends: Sequence[Friend], unwanted: NDArray[np.integer]) -> Pool:
    """Songs that friends like and the listener neither heard nor turned down.

    Only songs that a friend who shares by name likes, or ``UNNAMED`` friends together.
    """
    tracks, heard, who = _joined(friends)
    place = _place(me.tracks, tracks)
    weight = weights(_cosines(me, heard, who, place, len(friends)))
    fresh = place < 0
    if len(unwanted):
        fresh &= ~np.isin(tracks, unwanted)
    tracks, heard, who = tracks[fresh], heard[fresh], who[fresh]
    found, of = np.unique(tracks, return_inverse=True)
    local = np.bincount(of, weight[who] * heard, len(found)).astype(np.float64)
    liked = heard >= LIKED
    of, who, heard = of[liked], who[liked], heard[liked]
    named = np.array([friend.named for friend in friends], bool)
    behind = np.bincount(of, minlength=len(found))
    by_name = np.bincount(of[named[who]], minlength=len(found))
    return Pool(found, local, weight, of, who, heard).take((by_name > 0) | (behind >= UNNAMED))


def _joined(friends: Sequence[Friend]) -> tuple[NDArray[np.int32], NDArray[np.float32], NDArray[np.intp]]:
    """All that friends heard: tracks, shares, and the place of the friend."""
    tracks = [friend.taste.tracks for friend in friends]
    heard = [friend.taste.heard for friend in friends]
    who = np.repeat(np.arange(len(friends)), [len(one) for one in tracks])
    return np.concatenate(tracks or [np.empty(0, np.int32)]), np.concatenate(heard or [np.empty(0, np.float32)]), who


def _place(known: NDArray[np.int32], tracks: NDArray[np.int32]) -> NDArray[np.intp]:
    """Where each track is in ``known`` (ascending); −1: nowhere."""
    if not len(known):
        return np.full(len(tracks), -1)
    place = np.minimum(known.searchsorted(tracks), len(known) - 1)
    return np.where(known[place] == tracks, place, -1)


def _cosines(me: Taste, heard: NDArray, who: NDArray, place: NDArray, friends: int) -> NDArray[np.float64]:
    shared = place >= 0
    dot = np.bincount(who[shared], heard[shared] * me.heard[place[shared]], friends)
    size = np.sqrt(np.bincount(who, heard.astype(np.float64) ** 2, friends) * (me.heard.astype(np.float64) ** 2).sum())
    return np.divide(dot, size, out=np.zeros(friends), where=size > 0)
