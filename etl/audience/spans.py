"""The weeks and the longer spans of weeks that an audience is summed up in; a week is named by its Monday."""

from datetime import date, timedelta

WEEK = timedelta(days=7)
SPANS = (4, 16)  #: weeks that are also kept summed up
SPANS_FROM = date(2000, 1, 3)  #: a Monday from which they are counted
RECENT = 13  #: weeks that interests and genres' curves are about


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
