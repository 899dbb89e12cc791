"""Read what a source gives for a column: one value carefully, or many at once where all are of the plain sort.

``one`` says what a value means or refuses it. ``many`` does the same for a column of plain values, and a column that
turns out to hold others (``ValueError``, or Arrow will not take it) is read one by one.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from typing import Any

import pyarrow as pa

from etl.contracts import Reason, Refused, conformed, within
from etl.tables import Column

#: Every spelling of a flag that occurs; 1 and 0 are True and False to a dict.
FLAGS = {None: None, "": None, True: True, "true": True, "1": True, False: False, "false": False, "0": False}

ID_DIGITS, NUMBER_DIGITS = 32, 19
FEW = 24  #: values that are read one by one as soon as one of them is not plain; more are halved first


@dataclass(frozen=True)
class Kind:
    """How values of a kind are read: one, with what errors call it; or many, of which the types are known to fit."""

    one: Callable[[Any, str], Any]
    many: Callable[[list[Any]], list[Any]] = list


def _id(value: Any, name: str) -> str:
    """Ids have 19 digits, more than a float holds: text, or a whole number that JSON kept exact."""
    if value in (None, "", 0, "0"):
        raise Refused(Reason.MISSING, f"{name} is missing")
    if type(value) is int and 0 < value < 2**64:
        return str(value)
    if isinstance(value, str) and len(value) <= ID_DIGITS and value.isascii() and value.isdecimal():
        return value
    raise Refused(Reason.WRONG_TYPE, f"{name} is {value!r:.60}")


def _ids(values: list[Any]) -> list[str]:
    if _are_digits(values, ID_DIGITS) and "0" not in values:
        return values
    raise ValueError


def _text(value: Any, name: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Refused(Reason.WRONG_TYPE, f"{name} is {value!r:.60}")
    return value.replace("\x00", "")  # Postgres has no text with NUL


def _list(value: Any, name: str) -> list[str]:
    values = [] if value is None else [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(item, str) for item in values):
        raise Refused(Reason.WRONG_TYPE, f"{name} is {value!r:.60}")
    return [item.replace("\x00", "") for item in values if item]


def _lists(values: list[Any]) -> list[list[str]]:
    lists = [value or [] for value in values]
    if "" in chain.from_iterable(lists):
        raise ValueError
    return lists


def _first(value: Any, name: str) -> str | None:
    return next(iter(_list(value, name)), None)


def _firsts(values: list[Any]) -> list[str | None]:
    return [value[0] if value else None for value in _lists(values)]


def _number(value: Any, name: str) -> float | None:
    if type(value) is int:
        return value
    if value in (None, ""):
        return None
    if (
        isinstance(value, str)
        and len(value) <= NUMBER_DIGITS
        and value.isascii()
        and value.removeprefix("-").isdecimal()
    ):
        return int(value)
    if isinstance(value, float):
        return int(value) if value.is_integer() else value  # a fraction passes where the column takes one
    raise Refused(Reason.WRONG_TYPE, f"{name} is {value!r:.60}")


def _numbers(values: list[Any]) -> list[Any]:
    return list(map(int, values)) if _are_digits(values, NUMBER_DIGITS) else values


def _flag(value: Any, name: str) -> bool | None:
    with suppress(KeyError, TypeError):
        return FLAGS[value.lower() if isinstance(value, str) else value]
    raise Refused(Reason.WRONG_TYPE, f"{name} is {value!r:.60}")


def _are_digits(values: list[Any], most: int) -> bool:
    """Whether all are texts of 1 to ``most`` ASCII digits."""
    try:
        together = "".join(values)
    except TypeError:
        return False
    return together.isascii() and together.isdecimal() and "" not in values and max(map(len, values)) <= most


ID = Kind(_id, _ids)
TEXT = Kind(_text)
LIST = Kind(_list, _lists)
FIRST = Kind(_first, _firsts)
NUMBER = Kind(_number, _numbers)
FLAG = Kind(_flag)


def read_column(kind: Kind, name: str, values: list[Any], column: Column) -> tuple[pa.Array, set[int]]:
    """A column of values whose types are known to fit its kind.

    Returns:
        the column, and the indexes of values that it does not take; they are null in it.
    """
    try:
        plain = kind.many(values)
        array = pa.array(plain, column.type)
        if (column.nullable or not array.null_count) and _are_within(plain, column) and not _has_nul(array):
            return array, set()
    except (pa.ArrowException, ValueError, OverflowError):
        pass  # something in it is not plain
    if len(values) > FEW:
        half = len(values) // 2
        parts = [read_column(kind, name, some, column) for some in (values[:half], values[half:])]
        return pa.concat_arrays([array for array, _ in parts]), parts[0][1] | {half + index for index in parts[1][1]}
    read, wrong = [], set()
    for index, value in enumerate(values):
        try:
            read.append(conformed(kind.one(value, name), column))
        except Refused:
            read.append(None)
            wrong.add(index)
    return pa.array(read, column.type), wrong


def _are_within(values: list[Any], column: Column) -> bool:
    if column.bounds == (None, None):
        return True
    numbers = [value for value in values if value is not None]
    return not numbers or (within(min(numbers), column) and within(max(numbers), column))


def _has_nul(array: pa.Array) -> bool:
    texts = array.flatten() if pa.types.is_list(array.type) else array
    return pa.types.is_string(texts.type) and b"\x00" in (texts.buffers()[2] or pa.py_buffer(b"")).to_pybytes()
