"""The next list of songs: friends propose, rotation says which genres are open, the item graph ranks.

score = z(item) + ¼ z(local). item: how strongly the last 60 artists of the listener point at the song's artist. local:
what friends hear of it, weighted by how alike they are, and a little popularity. Then variety, by maximal marginal
relevance. Where friends have too few songs, friends of friends fill up, then popular songs of the least heard genres.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from etl.recommend import rotation
from etl.recommend.explain import Suggestion, behind
from etl.recommend.friends import Beyond, Friend, Pool, propose
from etl.recommend.model import Model
from etl.recommend.taste import Taste

LOCAL = 0.25  #: what friends weigh against the item graph
POPULAR = 0.1  #: what popularity weighs against friends
RELEVANCE = 0.8  #: of maximal marginal relevance; the rest is for being unlike what is listed already
ALIKE = 0.25  #: how alike two songs of one genre are; of one artist: 1. Chosen on the validation listeners
SHORT = 100  #: candidates that variety is chosen among

Reach = Literal["easy", "medium", "hard"]


@dataclass(frozen=True)
class Wishes:
    """What a listener does not want."""

    never: frozenset[int] = frozenset()  #: genres
    not_these: NDArray[np.integer] = field(default_factory=lambda: np.empty(0, np.int32))  #: tracks


def servable(model: Model, me: Taste, friends: Sequence[Friend], wishes: Wishes | None = None) -> rotation.Mask:
    """Genres in which friends have a song for the listener; shape as of ``me.listens``."""
    return _genres(model, _pool(model, me, friends, wishes or Wishes()).tracks, len(me.listens))


def next_list(
    model: Model,
    me: Taste,
    friends: Sequence[Friend],
    beyond: Beyond | None = None,
    wishes: Wishes | None = None,
    reach: Reach = "medium",
    n: int = 10,
) -> list[Suggestion]:
    """The next songs, at most ``n``; empty only if the listener has heard or refused every song there is.

    Args:
        model: of the night.
        me: who asks.
        friends: who let their listens be used; none who is blocked.
        beyond: songs of friends of friends.
        wishes: what must not come.
        reach: how far from home: of the open genres, the half nearer to it, all, or the farther half.
        n: how many songs.
    """
    wishes = wishes or Wishes()
    pool = _pool(model, me, friends, wishes)
    pool = pool.take(_open(model, me, pool.tracks, reach)[model.genre[pool.tracks]])
    score = blend(
        model.graph.score(me.artists, model.artist[pool.tracks]),
        pool.local + POPULAR * model.popularity[pool.tracks],
    )
    chosen = varied(score, model.artist[pool.tracks], model.genre[pool.tracks], n)
    tracks = pool.tracks[chosen]
    pointing = model.graph.nearest(me.artists, model.artist[tracks])
    found = [
        Suggestion(
            int(track), int(model.artist[track]), int(model.genre[track]), "friends", float(score[at]),
            *behind(pool, at, friends), closer_to=nearest,
        )
        for at, track, nearest in zip(chosen, tracks, pointing, strict=True)
    ]  # fmt: skip
    if len(found) < n and beyond is not None:
        found += _from_beyond(model, me, beyond, wishes, reach, found, n - len(found))
    if len(found) < n:
        found += _from_popular(model, me, wishes, found, n - len(found))
    return found


def blend(item: NDArray[np.floating], local: NDArray[np.floating]) -> NDArray[np.floating]:
    """z(item) + ¼ z(local)."""
    return standard(item) + LOCAL * standard(local)


def standard(values: NDArray[np.floating]) -> NDArray[np.floating]:
    """Less their mean, over their standard deviation; zeros where all are the same."""
    spread = values.std() if len(values) else 0
    return (values - values.mean()) / spread if spread > 1e-12 else np.zeros(len(values))


def varied(
    score: NDArray[np.floating], artist: NDArray, genre: NDArray, n: int, same_genre: float = ALIKE
) -> list[int]:
    """The places of ``n`` candidates, chosen in turn: .8 relevance − .2 likeness to the most alike one chosen before.

    Relevance is the score from 0 (the least of the short list) to 1; songs are alike by 1 if the artist is the same, by
    ``same_genre`` if the genre is. Ties go to the first (Carbonell and Goldstein, SIGIR 1998).
    """
    short = np.argsort(-score, kind="stable")[: max(SHORT, n)]
    if not len(short):
        return []
    value, artist, genre = score[short], artist[short], genre[short]
    relevance = RELEVANCE * (value - value[-1]) / max(float(value[0] - value[-1]), 1e-12)
    likeness, chosen = np.zeros(len(short)), []
    for _ in range(min(n, len(short))):
        at = int((relevance - (1 - RELEVANCE) * likeness).argmax())
        chosen.append(int(short[at]))
        relevance[at] = -np.inf
        np.maximum(likeness, np.where(artist == artist[at], 1.0, same_genre * (genre == genre[at])), out=likeness)
    return chosen


def _pool(model: Model, me: Taste, friends: Sequence[Friend], wishes: Wishes) -> Pool:
    pool = propose(me, friends, wishes.not_these)
    return pool.take(_wanted(model, pool.tracks, wishes))


def _wanted(model: Model, tracks: NDArray[np.integer], wishes: Wishes) -> NDArray[np.bool_]:
    known = model.known(tracks)
    if wishes.never:
        known[known] = ~np.isin(model.genre[tracks[known]], list(wishes.never))
    return known


def _genres(model: Model, tracks: NDArray[np.integer], genres: int) -> rotation.Mask:
    return np.bincount(model.genre[tracks], minlength=genres) > 0


def _open(model: Model, me: Taste, tracks: NDArray[np.integer], reach: Reach) -> rotation.Mask:
    """Which genres songs may be of, of those that these songs are of."""
    can = _genres(model, tracks, len(me.listens))
    opened = rotation.is_open(me.listens, can)
    if reach == "medium" or not opened.any():
        return opened
    # Home is what one hears; among genres heard alike, what the artists one hears point at.
    pull = np.bincount(
        model.genre[tracks], model.graph.score(me.artists, model.artist[tracks]), minlength=len(can)
    ) / np.maximum(np.bincount(model.genre[tracks], minlength=len(can)), 1)
    order = np.lexsort((-pull, -me.listens))
    order = order[opened[order]]
    half = -(-len(order) // 2)
    kept = np.zeros_like(opened)
    kept[order[:half] if reach == "easy" else order[-half:]] = True
    return kept


def _from_beyond(
    model: Model, me: Taste, beyond: Beyond, wishes: Wishes, reach: Reach, found: list[Suggestion], n: int
) -> list[Suggestion]:
    """Songs of friends of friends, by the same rules."""
    tracks = np.asarray(beyond.track_ids)
    keep = _wanted(model, tracks, wishes) & ~np.isin(tracks, _seen(me, wishes, found))
    tracks, strength = tracks[keep], np.asarray(beyond.strength, np.float64)[keep]
    keep = _open(model, me, tracks, reach)[model.genre[tracks]]
    tracks, strength = tracks[keep], strength[keep]
    score = blend(model.graph.score(me.artists, model.artist[tracks]), strength)
    return [
        Suggestion(int(track), int(model.artist[track]), int(model.genre[track]), "beyond", float(score[at]))
        for at in varied(score, model.artist[tracks], model.genre[tracks], n)
        for track in [tracks[at]]
    ]


def _from_popular(model: Model, me: Taste, wishes: Wishes, found: list[Suggestion], n: int) -> list[Suggestion]:
    """The most popular songs of the least heard genre, then of the next; of two alike the smaller id first."""
    seen = _seen(me, wishes, found)
    songs: list[Suggestion] = []
    for genre in np.argsort(me.listens, kind="stable"):
        if len(songs) < n and int(genre) not in wishes.never:
            best = model.charts[genre][: n + len(seen)]  # enough, however many of them are seen
            songs += [
                Suggestion(int(one), int(model.artist[one]), int(genre), "popular", float(model.popularity[one]))
                for one in best[~np.isin(best, seen)][: n - len(songs)]
            ]
    return songs


def _seen(me: Taste, wishes: Wishes, found: list[Suggestion]) -> NDArray[np.integer]:
    return np.concatenate([me.tracks, wishes.not_these, np.array([one.track_id for one in found], np.int64)])
