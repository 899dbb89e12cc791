"""The weeks and the longer spans of weeks that an audience is summed up in; a week is named by its Monday."""

from collections.abc import Sequence
from datetime import date, timedelta

#: A span of weeks: how many, and its first Monday.
Span = tuple[int, date]

WEEK = timedelta(days=7)
SPANS = (4, 16)  #: weeks that are also kept summed up
SPANS_FROM = date(2000, 1, 3)  #: a Monday from which they are counted
RECENT = 13  #: weeks that genres' curves are about


def last_week(through: date) -> date:
    """The Monday of the last week that has ended on ``through``, or before.

    >>> last_week(date(2020, 12, 20)), last_week(date(2020, 12, 21))
    (datetime.date(2020, 12, 14), datetime.date(2020, 12, 14))
    """
    after = through + timedelta(days=1)
    return after - timedelta(days=after.weekday()) - WEEK


def span_start(week: date, span: int) -> date:
    """The first Monday of the span of so many weeks that a week (its Monday) is in.

    >>> span_start(date(2000, 1, 24), 4), span_start(date(2000, 1, 31), 4)
    (datetime.date(2000, 1, 3), datetime.date(2000, 1, 31))
    """
    return week - (week - SPANS_FROM) % (span * WEEK)


def cut(begin: date, after: date, sizes: Sequence[int] = (1, *SPANS)) -> list[Span]:
    """The weeks from a Monday to the day before another as whole spans, each the longest of ``sizes`` that fits there.

    >>> cut(date(2000, 1, 24), date(2000, 3, 6))
    [(1, datetime.date(2000, 1, 24)), (4, datetime.date(2000, 1, 31)), (1, datetime.date(2000, 2, 28))]
    """
    found: list[Span] = []
    while begin < after:
        fits = (size for size in reversed(sizes) if span_start(begin, size) == begin and begin + size * WEEK <= after)
        found.append((next(fits), begin))
        begin += found[-1][0] * WEEK
    return found
