"""Costs in CPU seconds, A and B in turns in one process and one thread, so that noise falls on both alike."""

from collections.abc import Callable, Mapping, Sequence
from time import process_time
from typing import TypeVar

from threadpoolctl import threadpool_limits

T = TypeVar("T")


def in_turns(
    contestants: Mapping[str, Callable[[T], object]], inputs: Sequence[T], rounds: int = 3
) -> dict[str, list[float]]:
    """CPU seconds of each call, contestants alternating on each input.

    Each contestant has one untimed call on the first input: what is computed once, such as filter banks or compiled
    code, is no part of a cost.

    Returns:
        for each contestant len(inputs) · rounds costs, in the same order for all.
    """
    spent: dict[str, list[float]] = {name: [] for name in contestants}
    with threadpool_limits(1):
        for contestant in contestants.values():
            contestant(inputs[0])
        for one in inputs:
            for _ in range(rounds):
                for name, contestant in contestants.items():
                    begin = process_time()
                    contestant(one)
                    spent[name].append(process_time() - begin)
    return spent
