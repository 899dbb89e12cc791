"""Turns that processes of one machine take, such as one a core: locked files, which a killed holder frees."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

LOOK_S = 0.1  #: between two looks for a free one


@contextmanager
def turn(folder: Path, places: int, wait_s: float, unwanted: Callable[[], bool] = lambda: False) -> Iterator[bool]:
    """Wait for one of so many places, and hold it.

    Args:
        folder: which all processes know; made when it is not there.
        places: how many may hold one at a time.
        wait_s: seconds to wait at most.
        unwanted: asked ten times a second; waiting ends when it says so.
    Yields:
        Whether there is a place.
    """
    folder.mkdir(parents=True, exist_ok=True)
    until = monotonic() + wait_s
    handles = [os.open(folder / str(place), os.O_RDWR | os.O_CREAT, 0o600) for place in range(places)]
    try:
        while not (held := _one(handles)) and not unwanted() and monotonic() < until:
            sleep(LOOK_S)
        yield held
    finally:
        for handle in handles:  # which gives up what is locked
            os.close(handle)


def _one(handles: list[int]) -> bool:
    for handle in handles:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            continue
    return False
