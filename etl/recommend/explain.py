"""Why a song is suggested: the friends whose listens speak for it most, named only if they share by name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from etl.recommend.friends import UNNAMED, Friend, Pool

NAMED = 3  #: friends that are named at most

Source = Literal["friends", "beyond", "popular"]


@dataclass(frozen=True)
class Because:
    """A friend who shares by name hears so much of it."""

    listener_id: int
    heard: float  #: 0 … 1, the moving mean


@dataclass(frozen=True)
class Suggestion:
    """A song, and why."""

    track_id: int
    artist_id: int
    genre: int
    source: Source
    score: float  #: comes down within a source
    because: tuple[Because, ...] = ()  #: friends who share by name, the strongest reason first
    others: int = 0  #: friends behind it who are not named
    in_sum: int = 0  #: of these, who share in sum: it is said that they like it, or a song like it
    closer_to: int | None = None  #: the artist of the listener's own that points at it most strongly


def behind(pool: Pool, at: int, friends: Sequence[Friend]) -> tuple[tuple[Because, ...], int, int]:
    """Who is behind a song of a pool.

    Returns:
        friends who share by name, of the largest weight · share heard (of two alike the smaller id first), how many
        more are behind it, and how many of those share in sum: they are counted from ``UNNAMED`` on.
    """
    entries = np.flatnonzero(pool.of == at)
    ranked = sorted(
        (-pool.weight[pool.friend[one]] * pool.heard[one], friends[pool.friend[one]].listener_id, one)
        for one in entries
        if friends[pool.friend[one]].named
    )
    named = tuple(Because(listener_id, float(pool.heard[one])) for _, listener_id, one in ranked[:NAMED])
    unnamed = len(entries) - len(ranked)
    in_sum = unnamed if unnamed >= UNNAMED else 0
    return named, len(ranked) - len(named) + in_sum, in_sum


def sentence(song: Suggestion, names: Mapping[int, str], genres: Sequence[str]) -> str:
    """The reason in words. A share is of the moving mean, in whole per cent.

    Args:
        song: what is suggested.
        names: of the friends that it names.
        genres: their names, in order.
    """
    if song.source == "beyond":
        return "Because friends of your friends hear it or a song like it"
    if song.source == "popular":
        return f"Popular in {genres[song.genre]}, which you hear least"
    heard = [f"{names[one.listener_id]} hears {_so_much(one.heard)}" for one in song.because]
    others = f"{song.others} {'more ' if heard else ''}of your friends"
    if song.others:
        said = " or a song like it" if song.in_sum else ""
        heard.append(f"{others} {'likes' if song.others == 1 else 'like'} it{said}")
    return "Because " + (heard[0] if len(heard) == 1 else f"{', '.join(heard[:-1])} and {heard[-1]}")


def _so_much(share: float) -> str:
    per_cent = round(100 * share)
    return "all of it" if per_cent == 100 else f"{per_cent}% of it"
