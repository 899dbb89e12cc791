"""Suggest the next songs to a listener and say why, and which genres rest.

Reads mart.recommender, mart.taste, core.clip and what listeners said, as the listener may; writes nothing. The ranking
itself is ``etl.recommend``; here is what it is given, for one listener, as it is at this moment. The app asks it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from threading import Lock
from time import monotonic
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from etl.live.circle import Friend, Song, Tastes, friends, rows, songs, tastes
from etl.recommend.explain import Suggestion, behind, sentence
from etl.recommend.friends import Beyond, propose
from etl.recommend.model import Model
from etl.recommend.rank import Reach, Wishes, next_list, servable
from etl.recommend.rotation import Shelf, look
from etl.recommend.taste import LATEST, Taste
from etl.store.warehouse import Warehouse, sql
from etl.tables import TOP_GENRES

Say = Literal["up", "down", "skip"]

SKIPPED_DAYS = 14  #: a skipped song may be suggested again after this
MORE = 100  #: songs that are ranked beyond those shown: of one genre, or instead of those of genres that rest
SILENT_FOR_S = 60  #: for which it is remembered what cannot be played


@dataclass(frozen=True)
class Said:
    """What a listener said of a song."""

    song: Song
    said: Say
    said_at: datetime


@dataclass(frozen=True)
class Pick:
    """A suggested song, and why in words."""

    song: Song
    suggestion: Suggestion
    why: str
    closer_to: str | None  #: an artist of the listener's own that points at it
    liked: bool  #: the listener wants more like it


@dataclass(frozen=True)
class State:
    """All that a list is made of."""

    warehouse: Warehouse
    listener_id: int
    model: Model
    day: date  #: that the model is of
    known: Tastes
    friends: Sequence[Friend]
    said: Sequence[Said]
    nevers: frozenset[str]
    silent: NDArray[np.int32] = field(repr=False)  #: tracks that cannot be played here
    now: datetime = field(repr=False)

    @cached_property
    def turned_down(self) -> list[int]:
        """Songs that must not come: those refused, and those skipped lately."""
        return [
            one.song.track_id
            for one in self.said
            if one.said == "down" or (one.said == "skip" and (self.now - one.said_at).days < SKIPPED_DAYS)
        ]

    @cached_property
    def wishes(self) -> Wishes:
        """What must not come: genres, songs turned down, and what cannot be played here."""
        genres = frozenset(TOP_GENRES.index(genre) for genre in self.nevers if genre in TOP_GENRES)
        return Wishes(genres, np.concatenate((np.array(self.turned_down, np.int32), self.silent)))

    @cached_property
    def shelves(self) -> list[Shelf]:
        """Every genre with its state, in the order of ``TOP_GENRES``."""
        never = np.zeros(len(TOP_GENRES), bool)
        never[list(self.wishes.never)] = True
        can = servable(self.model, self.known.mine, self.known.friends, self.wishes)
        return look(self.known.mine.listens, can, never)

    @cached_property
    def sharing(self) -> int:
        """How many friends let what they hear be used."""
        return sum(friend.sharing != "off" for friend in self.friends)


def state(warehouse: Warehouse, listener_id: int, now: datetime, formats: tuple[str, ...]) -> State | None:
    """What a list would be made of at this moment; None before the first refresh has built the model.

    Args:
        formats: of clips that can be played; while there are any, no other song is suggested.
    """
    stored = model(warehouse)
    if stored is None:
        return None
    known = tastes(warehouse, listener_id)
    said = [
        Said(Song(**{name: row[name] for name in Song.__dataclass_fields__}), row["said"], row["said_at"])
        for row in rows(warehouse, listener_id, "discover_said")
    ]
    nevers = rows(warehouse, listener_id, "discover_nevers")
    liked = [one.song.artist_id for one in reversed(said) if one.said == "up"]
    return State(
        warehouse, listener_id, *stored, _drawn_to(known, liked), friends(warehouse, listener_id), said,
        frozenset(row["genre"] for row in nevers), silent(warehouse, formats), now,
    )  # fmt: skip


def picks(found: State, reach: Reach, genre: str | None = None, n: int = 10) -> list[Pick]:
    """The next songs, the best first, each with its reason; none of a genre that rests while there are others.

    Args:
        genre: which alone; None for all.
    """
    beyond = rows(found.warehouse, found.listener_id, "discover_beyond")
    ranked = next_list(
        found.model, found.known.mine, found.known.friends,
        Beyond(np.array([row["track_id"] for row in beyond], np.int32), np.array([row["strength"] for row in beyond])),
        found.wishes, reach, n + MORE,
    )  # fmt: skip
    rested = [one for one in ranked if found.shelves[one.genre].state != "resting"]
    if genre is not None:
        rested = [one for one in rested if TOP_GENRES[one.genre] == genre]
        ranked = []
    return explained(found, (rested or ranked)[:n])


def picks_of(found: State, track_ids: Sequence[int]) -> list[Pick]:
    """Songs that were suggested before, with the reasons that hold now; none that is not wanted any more."""
    unwanted = set(found.turned_down)
    named = songs(found.warehouse, found.listener_id, track_ids)
    there = [named[track] for track in track_ids if track in named]
    wanted = [song for song in there if song.track_id not in unwanted and song.genre not in found.nevers]
    pool = propose(_without(found.known.mine, track_ids), found.known.friends, np.empty(0, np.int32))
    liked, picked = _liked(found), []
    for song in wanted:
        genre = TOP_GENRES.index(song.genre) if song.genre in TOP_GENRES else -1
        at = int(pool.tracks.searchsorted(song.track_id))
        if at < len(pool.tracks) and pool.tracks[at] == song.track_id:
            one = Suggestion(
                song.track_id, song.artist_id, genre, "friends", 0.0, *behind(pool, at, found.known.friends)
            )
            why = _words(found, one)
        else:
            one = Suggestion(song.track_id, song.artist_id, genre, "popular", 0.0)
            why = "None of your friends is behind it any more"
        picked.append(Pick(song, one, why, None, song.track_id in liked))
    return picked


def explained(found: State, ranked: Sequence[Suggestion]) -> list[Pick]:
    """Suggestions with their names and reasons in words."""
    named = songs(found.warehouse, found.listener_id, [one.track_id for one in ranked])
    theirs = [one.closer_to for one in ranked if one.closer_to is not None]
    found_artists = rows(found.warehouse, found.listener_id, "discover_artists", artist_ids=theirs)
    artists = {row["artist_id"]: row["name"] for row in found_artists}
    liked = _liked(found)
    return [
        Pick(
            named[one.track_id], one, _words(found, one),
            artists.get(one.closer_to) if one.closer_to is not None else None, one.track_id in liked,
        )
        for one in ranked
        if one.track_id in named
    ]  # fmt: skip


def silent(warehouse: Warehouse, formats: tuple[str, ...]) -> NDArray[np.int32]:
    """Tracks that cannot be played here, as of a minute ago; none where nothing can."""
    now = monotonic()
    at, found = _silent.get((warehouse.url, formats), (-SILENT_FOR_S, np.empty(0, np.int32)))
    if now - at >= SILENT_FOR_S:
        clips = warehouse.query(sql("queries/discover_silent"), {"formats": list(formats)})
        found = np.array([row["track_id"] for row in clips], np.int32)
        _silent[warehouse.url, formats] = now, found
    return found


_silent: dict[tuple[str, tuple[str, ...]], tuple[float, NDArray[np.int32]]] = {}
_models: dict[str, tuple[Model, date]] = {}
_reading = Lock()


def model(warehouse: Warehouse) -> tuple[Model, date] | None:
    """The model of the night and its day, read once a version; None before there is one."""
    versions = warehouse.query(sql("queries/discover_model_version"))
    if not versions:
        return None
    version, day = versions[0]["version"], versions[0]["day"]
    with _reading:
        if version not in _models:
            stored = warehouse.query(sql("queries/discover_model"))[0]
            _models.clear()
            version = stored["version"]
            _models[version] = (Model.from_bytes(bytes(stored["model"])), day)
        return _models[version][0], day


def _words(found: State, one: Suggestion) -> str:
    listens = found.known.mine.listens
    least = min(
        int(listens[shelf.genre]) for shelf in found.shelves if shelf.state != "never" or shelf.genre == one.genre
    )
    if one.source == "popular" and listens[one.genre] > least:
        return f"Popular in {TOP_GENRES[one.genre]}"
    return sentence(one, {friend.listener_id: friend.name for friend in found.friends}, TOP_GENRES)


def _liked(found: State) -> set[int]:
    return {one.song.track_id for one in found.said if one.said == "up"}


def _drawn_to(known: Tastes, liked: Sequence[int]) -> Tastes:
    """As if the artists of liked songs had been heard last: what is like them comes first."""
    latest = np.array(list(dict.fromkeys(liked)), np.int32)
    others = known.mine.artists[~np.isin(known.mine.artists, latest)]
    return replace(known, mine=replace(known.mine, artists=np.concatenate((others, latest))[-LATEST:]))


def _without(taste: Taste, track_ids: Sequence[int]) -> Taste:
    keep = ~np.isin(taste.tracks, track_ids)
    return replace(taste, tracks=taste.tracks[keep], heard=taste.heard[keep])
