"""Ingest a day's TikTok posts.

Reads the day's TikTok drops; fills core.sound, core.creator and core.video, where the latest counts win whatever the
order in which days are loaded. Running it again parses nothing and changes nothing. A post is a video's row: sounds and
creators are parts of it, and have no books.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from etl.contracts import Batch
from etl.drops.lake import parse_once, quarantine_refused, settle, stage_rows
from etl.drops.landing import LandedFile, landed
from etl.errors import SourceMissing
from etl.sources import tiktok
from etl.store.loads import Books, close_books, merge
from etl.store.warehouse import sql
from etl.store.work import Work
from etl.tables import POST


def run(work: Work) -> list[Books]:
    """Load the posts of the day."""
    drops = landed(work.storage, "tiktok")
    files = [file for file in drops if file.day == work.day]
    if not files:
        raise SourceMissing(
            "landing/tiktok",
            f"no posts were landed for {work.day}",
            f"Land them: overtone land tiktok FILE --day {work.day}.",
        )
    posts = [
        parse_once(work.storage, file, POST, tiktok.PARSER, _read(work, file), work.max_bad_share) for file in files
    ]
    with work.warehouse.transaction() as cursor:
        superseded = stage_rows(cursor, work.storage, "post_staged", posts, "video_id")
        cursor.execute(sql("loads/tiktok"))
        merge(cursor, "core.sound", "sound_in", "sound_id")
        merge(cursor, "core.creator", "creator_in", "creator_id")
        books = settle(
            work,
            "ingest_tiktok",
            "core.video",
            superseded,
            posts,
            merge(cursor, "core.video", "video_in", "video_id"),
        )
        quarantine_refused(cursor, work.storage, "ingest_tiktok", posts)
        cursor.execute("SELECT DISTINCT day FROM ops.load WHERE job = 'ingest_tiktok'")
        through = complete_to({file.day for file in drops}, {row["day"] for row in cursor} | {work.day})
        close_books(cursor, books, ["core.sound", "core.creator", "core.video"], work.started_at, through)
    return [books]


def complete_to(landed_days: set[date], loaded_days: set[date]) -> date:
    """The day to which everything that was landed is loaded.

    >>> complete_to({date(2020, 12, 19), date(2020, 12, 20)}, {date(2020, 12, 20)})
    datetime.date(2020, 12, 18)
    """
    latest = max(loaded_days)
    missing = [day for day in landed_days - loaded_days if day < latest]
    return min(missing) - timedelta(days=1) if missing else latest


def _read(work: Work, file: LandedFile) -> Iterator[Batch]:
    with work.storage.open(file.path) as stream:
        yield from tiktok.read_posts(stream, file.path, file.day)
