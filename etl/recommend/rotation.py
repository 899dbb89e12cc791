"""Rotation: which genres are open to a listener, so that each comes round.

f: listens started a genre (skips count); M: the greatest f; S: servable genres, of which some friend has a song that
the listener has not heard; L: the least f in S. A genre rests while f > L + (M − L) / 5. While a servable genre is
unheard that is "above 20 % of the maximum"; when the rest catch up, it returns; while S is not empty, one of it is
open. It needs no memory but the counts.

Counts are whole, and compared as whole numbers: no rounding decides whether a genre rests.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.integer]
Mask = NDArray[np.bool_]

PART = 5  #: a genre rests above a fifth of the way from the least to the most heard

State = Literal["open", "resting", "unserved", "never"]


@dataclass(frozen=True)
class Shelf:
    """A genre, and whether its turn has come."""

    genre: int
    listens: int
    bar: float  #: it rests above this many listens; NaN where no friend can supply a genre
    state: State
    elsewhere: int  #: the fewest listens to other genres that bring a resting one back; else 0


def bar(listens: Counts, servable: Mask) -> NDArray[np.float64]:
    """The number of listens above which a genre rests; NaN where nothing is servable.

    Args:
        listens: shape (…, genres).
        servable: the same shape.

    Returns:
        shape (…).

    >>> bar(np.array([100, 20, 5, 21, 0]), np.ones(5, bool)), bar(np.array([100, 25, 25, 24, 22]), np.ones(5, bool))
    (np.float64(20.0), np.float64(37.6))
    """
    most, least = _ends(listens, servable)
    return np.where(servable.any(axis=-1), least + (most - least) / PART, np.nan)[()]


def resting(listens: Counts, servable: Mask) -> Mask:
    """Which genres rest; none where nothing is servable. Shapes as of ``bar``: (…, genres) → (…, genres).

    >>> resting(np.array([100, 20, 5, 21, 0]), np.ones(5, bool))
    array([ True, False, False,  True, False])
    """
    most, least = (end[..., np.newaxis] for end in _ends(listens, servable))
    return (PART * (listens - least) > most - least) & servable.any(axis=-1, keepdims=True)


def is_open(listens: Counts, servable: Mask) -> Mask:
    """Which genres the next song may be of: servable and not resting; one at least, where one is servable."""
    return servable & ~resting(listens, servable)


def until_return(listens: Counts, servable: Mask) -> Counts:
    """The fewest listens that bring each genre back, if all go to open genres; 0 for one that does not rest.

    A genre with f listens is open once 5 (f − L) ≤ M − L: once every servable genre has (5 f − M) / 4. Listens to open
    genres never raise M, so what these lack, summed up, is the fewest; it is reached by hearing the least heard first.
    However open genres are chosen, it is back after what they all lack of M.

    Args:
        listens: shape (genres,).
        servable: the same; as long as these stay servable.
    """
    due = -((listens.max() - PART * listens) // (PART - 1))  # rounded up
    lacking = np.maximum(due[:, np.newaxis] - listens[servable], 0).sum(axis=1)
    return np.where(resting(listens, servable), lacking, 0)


def look(listens: Counts, servable: Mask, never: Mask) -> list[Shelf]:
    """Every genre with its state, in the order given.

    Args:
        listens: shape (genres,).
        servable: of which a friend has an unheard song.
        never: which the listener does not want; these are not servable.
    """
    servable = servable & ~never
    limit, rests, back = float(bar(listens, servable)), resting(listens, servable), until_return(listens, servable)
    return [
        Shelf(genre, int(listens[genre]), limit, state, int(back[genre]) if state == "resting" else 0)
        for genre in range(len(listens))
        for state in [_state(bool(never[genre]), bool(rests[genre]), bool(servable[genre]))]
    ]


def variety(listens: Counts) -> float:
    """The effective number of genres: exp of the entropy of their shares (Hill, Ecology 1973); 0 for no listen.

    >>> variety(np.array([10, 10, 10, 10])), variety(np.array([7, 0, 0, 0])), variety(np.array([0, 0]))
    (4.0, 1.0, 0.0)
    """
    share = listens[listens > 0] / max(listens.sum(), 1)
    return round(float(np.exp(-(share * np.log(share)).sum())), 9) if len(share) else 0.0


def _state(never: bool, rests: bool, servable: bool) -> State:
    if never:
        return "never"
    if rests:
        return "resting"
    return "open" if servable else "unserved"


def _ends(listens: Counts, servable: Mask) -> tuple[Counts, Counts]:
    """The most listens of any genre, the least of a servable one."""
    most = listens.max(axis=-1)
    return most, np.where(servable, listens, most[..., np.newaxis]).min(axis=-1)
