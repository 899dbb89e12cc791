"""The canonical tables of the lake: what every source is turned into.

A column's bounds are part of its table: ``etl.contracts`` refuses a value outside them.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args

import pyarrow as pa


@dataclass(frozen=True)
class Column:
    """One column: its type, whether it may be null, and for numbers the least and the greatest value."""

    name: str
    type: pa.DataType
    nullable: bool = False
    low: float | None = None
    high: float | None = None

    @cached_property
    def bounds(self) -> tuple[float | None, float | None]:
        """The least and the greatest value: those given, else what whole numbers of its type hold; None: any."""
        least, most = None, None
        if pa.types.is_integer(self.type):
            most = 2 ** (self.type.bit_width - 1) - 1
            least = -most - 1
        return least if self.low is None else self.low, most if self.high is None else self.high


@dataclass(frozen=True)
class Table:
    """A canonical table; ``day`` and where a row came from are added to each by the job."""

    name: str
    columns: tuple[Column, ...]

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema of the lake's files, with the origin of each row."""
        return pa.schema([(column.name, column.type) for column in self.columns] + ORIGIN)


#: Where a row came from: day of the drop, line in the file (from 1).
ORIGIN = [("day", pa.date32()), ("position", pa.int64())]

TEXTS = pa.list_(pa.string())
COUNT = 2**53  # more is no count: JSON writers lose whole numbers beyond it
YEAR_2000, YEAR_2100 = 946_684_800, 4_102_444_800

GENRE = Table(
    "genre",
    (
        Column("genre_id", pa.int32(), low=1),
        Column("title", pa.string()),
        Column("parent_id", pa.int32(), nullable=True, low=1),
        Column("top_genre_id", pa.int32(), low=1),
        Column("top_genre", pa.string()),
    ),
)

TRACK = Table(
    "track",
    (
        Column("track_id", pa.int32(), low=1),
        Column("title", pa.string()),
        Column("artist_id", pa.int32(), low=1),
        Column("artist_name", pa.string()),
        Column("artist_location", pa.string(), nullable=True),
        Column("artist_website", pa.string(), nullable=True),
        Column("album_title", pa.string(), nullable=True),
        Column("genre", pa.string(), nullable=True),
        Column("genre_ids", pa.list_(pa.int32())),
        Column("duration_s", pa.float32(), nullable=True, low=0, high=1e6),
        Column("listens", pa.int64(), nullable=True, low=0, high=COUNT),
        Column("license", pa.string(), nullable=True),
        Column("subset", pa.string(), nullable=True),
        Column("created_at", pa.timestamp("s", "UTC"), nullable=True, low=YEAR_2000, high=YEAR_2100),
    ),
)

POST = Table(
    "post",
    (
        Column("video_id", pa.string()),
        Column("video_url", pa.string(), nullable=True),
        Column("caption", pa.string()),
        Column("video_covers", TEXTS),
        Column("duration_s", pa.float32(), nullable=True, low=0, high=1e6),
        Column("plays", pa.int64(), nullable=True, low=0, high=COUNT),
        Column("likes", pa.int64(), nullable=True, low=0, high=COUNT),
        Column("shares", pa.int64(), nullable=True, low=0, high=COUNT),
        Column("comments", pa.int64(), nullable=True, low=0, high=COUNT),
        # TikTok's first posts are of 2014; a drop cannot hold posts made after it was taken: checked against its day.
        Column("created_at", pa.timestamp("s", "UTC"), low=1_388_534_400, high=YEAR_2100),
        Column("sound_id", pa.string()),
        Column("letter", pa.string()),
        Column("song_title", pa.string()),
        Column("artist_name", pa.string()),
        Column("music_url", pa.string(), nullable=True),
        Column("sound_covers", TEXTS),
        Column("original", pa.bool_(), nullable=True),
        Column("creator_id", pa.string()),
        Column("handle", pa.string()),
        Column("creator_name", pa.string()),
        Column("verified", pa.bool_(), nullable=True),
        Column("followers", pa.int64(), nullable=True, low=0, high=COUNT),
        Column("creator_likes", pa.int64(), nullable=True, low=0, high=COUNT),
    ),
)

#: In the order of the alphabet: what a listener's taste and a creator's genres are shares of.
TOP_GENRES = (
    "Blues", "Classical", "Country", "Easy Listening", "Electronic", "Experimental", "Folk", "Hip-Hop",
    "Instrumental", "International", "Jazz", "Old-Time / Historic", "Pop", "Rock", "Soul-RnB", "Spoken",
)  # fmt: skip

#: What friends may know of what one hears: nothing, in sum only, by name.
Sharing = Literal["off", "sum", "name"]
SHARING: tuple[Sharing, ...] = get_args(Sharing)

LISTEN = Table(
    "listen",
    (
        Column("listened_at", pa.timestamp("us", "UTC"), low=YEAR_2000, high=YEAR_2100),  # and up to its drop's day
        Column("listener_id", pa.int64(), low=1),
        Column("track_id", pa.int32(), low=1),
        Column("country", pa.string(), nullable=True),
        Column("heard_pct", pa.int16(), nullable=True, low=0, high=100),  # null: not known
        Column("synthetic", pa.bool_()),
        Column("listen_id", pa.string(), nullable=True),
    ),
)

#: A listen as the lake keeps it, a file a bucket of listeners: made, heard in the app, or told by a file; ``day``: of
#: the drop that said so last.
LISTENED = pa.schema(
    [
        ("listened_at", pa.timestamp("us", "UTC")),
        ("listener_id", pa.int64()),
        ("artist_id", pa.int32()),
        ("track_id", pa.int32()),
        ("listen_id", pa.string()),
        ("country", pa.string()),
        ("heard_pct", pa.int16()),
        ("origin", pa.string()),  # made, app, file
        ("day", pa.date32()),
    ]
)

LISTENER = Table(
    "listener",
    (
        Column("listener_id", pa.int64(), low=1),
        Column("name", pa.string()),
        Column("country", pa.string(), nullable=True),
        Column("taste", pa.list_(pa.float32()), nullable=True),
        Column("synthetic", pa.bool_()),
        Column("joined", pa.date32(), nullable=True),
        Column("sharing", pa.string(), nullable=True),  # one of SHARING
    ),
)

FRIENDSHIP = Table(
    "friendship",
    (
        Column("listener_a", pa.int64(), low=1),
        Column("listener_b", pa.int64(), low=1),
        Column("since", pa.date32()),
        Column("synthetic", pa.bool_()),
    ),
)

INFLUENCER = Table(
    "influencer",
    (
        Column("influencer_id", pa.string()),
        Column("creator_id", pa.string(), nullable=True),
        Column("handle", pa.string()),
        Column("name", pa.string()),
        Column("country", pa.string(), nullable=True),
        Column("genre", pa.string()),
        Column("tier", pa.string()),
        Column("followers", pa.int64(), low=0, high=COUNT),
        Column("videos", pa.int32(), low=0),
        Column("median_plays", pa.int64(), low=0, high=COUNT),
        Column("median_likes", pa.int64(), low=0, high=COUNT),
        Column("median_comments", pa.int64(), low=0, high=COUNT),
        Column("median_shares", pa.int64(), low=0, high=COUNT),
        Column("genre_shares", pa.list_(pa.float32())),
        Column("audience_countries", TEXTS),
        Column("audience_shares", pa.list_(pa.float32())),
        Column("synthetic", pa.bool_()),
    ),
)

REFUSED = pa.schema(
    [
        ("day", pa.date32()),
        ("source", pa.string()),
        ("position", pa.int64()),
        ("reason", pa.string()),
        ("detail", pa.string()),
        ("raw", pa.binary()),
    ]
)

CLIP_FEATURE = pa.schema(
    [
        ("clip_id", pa.string()),
        ("features", pa.list_(pa.float32())),
        ("duration_s", pa.float32()),
        ("rate_hz", pa.int32()),
        ("silent", pa.bool_()),
        ("extractor", pa.string()),
        ("reason", pa.string()),  # why there are no features; null where there are
        ("detail", pa.string()),
    ]
)

CLIP_PEAKS = pa.schema(
    [
        ("clip_id", pa.string()),
        ("format", pa.string()),  # as it was decoded; null, with what follows, where it cannot be
        ("duration_s", pa.float32()),
        ("peaks", pa.list_(pa.float32())),
    ]
)

CLIP_CHECK = pa.schema(
    [
        ("clip_id", pa.string()),
        ("day", pa.date32()),  # of the run
        ("checked_at", pa.timestamp("us", "UTC")),
        ("deviation", pa.float64()),
        ("number", pa.string()),
        ("withheld", pa.bool_()),
    ]
)
