"""Numbers and times as people read them."""

from datetime import UTC, date, datetime, timedelta

CHART_DAY = "%-d %b"  #: 23 Oct, in the words of Plotly


def short(count: int | None) -> str:
    """A count in at most four characters and a letter: 987, 12.4k, 3.1M.

    >>> short(12437)
    '12.4k'
    """
    if count is None:
        return "–"
    size = float(count)
    for unit in ("", "k", "M", "B"):
        if abs(size) < 999.5 or unit == "B":
            text = f"{size:.0f}" if not unit or abs(size) >= 99.95 else f"{size:.1f}"
            return text.removesuffix(".0") + unit
        size /= 1000
    raise AssertionError("unreachable")


def full(count: int | None) -> str:
    """A count with its thousands apart by a narrow space that does not break."""
    return "–" if count is None else f"{count:,}".replace(",", "\u202f")


def several(count: int, one: str, many: str | None = None) -> str:
    """A count and its noun: 1 video, 2 videos, 12.4k videos."""
    return f"{short(count)} {one if count == 1 else many or one + 's'}"


def day_words(day: date | None) -> str:
    """21 Dec 2020: how a day is written everywhere; charts write it as ``CHART_DAY``, for their axis tells the year."""
    return f"{day.day} {day:%b %Y}" if day else "no day yet"


def span_words(first: date, last: date) -> str:
    """23 Nov – 20 Dec 2020."""
    begin = f"{first.day} {first:%b}" if first.year == last.year else day_words(first)
    return f"{begin} – {day_words(last)}"


def percent(share: float, digits: int = 0) -> str:
    """A share as it is written everywhere: 56%."""
    return f"{share:.{digits}%}"


def with_article(name: str) -> str:
    """A name after its article: a Rock, an Old-Time."""
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"


def duration(seconds: float) -> str:
    """3:05 for a clip's length."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


def took(start: datetime, end: datetime) -> str:
    """How long something took: 0.4 s, 12 s, 3 min."""
    seconds = (end - start).total_seconds()
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    return f"{seconds:.0f} s" if seconds < 99.5 else f"{seconds / 60:.0f} min"


def ago(moment: datetime, now: datetime | None = None) -> str:
    """How long ago: just now, 4 min ago, 3 h ago, then the day."""
    past = (now or datetime.now(UTC)) - moment
    if past < timedelta(minutes=1):
        return "just now"
    if past < timedelta(hours=1):
        return f"{past // timedelta(minutes=1)} min ago"
    return f"{past // timedelta(hours=1)} h ago" if past < timedelta(days=1) else day_words(moment)
