"""Loads on a real Postgres: text comes back as it was sent, days merge in any order, and books balance."""

import itertools
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from math import inf, nan

import psycopg2
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from etl import tables
from etl.errors import BooksDoNotBalance
from etl.jobs.describe_audio import TRACK_CLIP, TRACK_FEATURE
from etl.jobs.match_tracks import TRACK_MATCH
from etl.store.loads import Books, Merged, close_books, merge, quarantine, stage
from etl.store.warehouse import Warehouse

DAYS = [date(2020, 12, day) for day in (19, 20, 21)]
NOW = datetime(2020, 12, 22, tzinfo=UTC)


# Staging

AWKWARD = [
    "", " ", "\t", "\n", "\r", "\r\n", "\\", "\\\\", "\\N", "\\.", "\\n", "\\t", "NULL", "null", "'", '"', '""', "{}",
    '{"a",b}', ",", "a,b", "%s", "{", "}", "\x01\x7f\x85", "\u2028", "\ufeff", "é e\u0301", "原聲", "👩‍👩‍👧",
    "\U0010ffff", "<b>&amp;</b>", "x" * 100_000,
]  # fmt: skip


def roundtrip(warehouse: Warehouse, kind: pa.DataType, values: list) -> list:
    schema = pa.schema([("place", pa.int32()), ("value", kind)])
    table = pa.table([pa.array(range(len(values)), pa.int32()), pa.array(values, kind)], schema=schema)
    with warehouse.transaction() as cursor:
        assert stage(cursor, "staged", schema, [table]) == len(values)
        cursor.execute("SELECT value FROM staged ORDER BY place")
        return [row["value"] for row in cursor.fetchall()]


def test_every_awkward_text_comes_back_as_it_was_sent(shared: Warehouse) -> None:
    assert roundtrip(shared, pa.string(), [*AWKWARD, None]) == [*AWKWARD, None]


def test_every_awkward_text_comes_back_from_a_list(shared: Warehouse) -> None:
    lists = [AWKWARD, [], None, [None], ["", None, "NULL"], ['"', "\\", "{", "}", ","], ["a\\", '"b']]
    assert roundtrip(shared, pa.list_(pa.string()), lists) == lists


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


@hypothesis_settings(max_examples=30)
@given(st.lists(st.none() | TEXT), st.lists(st.none() | st.lists(st.none() | TEXT)))
def test_any_text_comes_back_as_it_was_sent(shared: Warehouse, texts: list, lists: list) -> None:
    assert roundtrip(shared, pa.string(), texts) == texts
    assert roundtrip(shared, pa.list_(pa.string()), lists) == lists


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (pa.int32(), [0, -(2**31), 2**31 - 1, None]),
        (pa.int64(), [6907228749016714497, -(2**63), 2**63 - 1, None]),
        (pa.float64(), [0.1, -0.0, 1e-300, 1.7976931348623157e308, float("inf"), None]),
        (pa.bool_(), [True, False, None]),
        (pa.date32(), [date(1, 1, 1), date(2020, 2, 29), date(9999, 12, 31), None]),
        (pa.timestamp("s", "UTC"), [datetime(2020, 12, 21, 23, 59, 59, tzinfo=UTC), None]),
        (pa.list_(pa.int32()), [[], [1, -1], [None, 2], None]),
        (pa.list_(pa.float32()), [[0.5, -0.25], [], None]),
    ],
    ids=str,
)
def test_every_kind_of_value_comes_back_as_it_was_sent(shared: Warehouse, kind: pa.DataType, values: list) -> None:
    assert roundtrip(shared, kind, values) == values


def test_bytes_come_back_as_they_were_sent(shared: Warehouse) -> None:
    values = [bytes(range(256)), b"", b"\\x00", None]
    assert [None if value is None else bytes(value) for value in roundtrip(shared, pa.binary(), values)] == values


def test_a_float_keeps_every_bit_of_its_32(shared: Warehouse) -> None:
    values = pa.array([0.1, 1 / 3, 16777216.0, 3.4028235e38, 1e-45], pa.float32()).to_pylist()
    back = roundtrip(shared, pa.float32(), values)
    assert pa.array(back, pa.float32()).to_pylist() == values


@pytest.mark.parametrize("rows", [0, 1, 19_999, 20_000, 20_001])
def test_a_table_of_one_column_loses_no_row_to_an_empty_text(shared: Warehouse, rows: int) -> None:
    schema = pa.schema([("word", pa.string())])
    with shared.transaction() as cursor:
        assert stage(cursor, "staged", schema, [pa.table([[""] * rows], schema=schema)] * 2) == 2 * rows


def test_what_was_staged_is_gone_with_its_transaction(shared: Warehouse) -> None:
    roundtrip(shared, pa.string(), ["a"])
    roundtrip(shared, pa.string(), ["b"])  # the same name again, in the same session
    assert shared.query("SELECT count(*) AS n FROM pg_class WHERE relname = 'staged'") == [{"n": 0}]


def test_what_a_client_calls_its_encoding_does_not_matter(shared: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGCLIENTENCODING", "LATIN1")
    assert roundtrip(Warehouse(shared.url), pa.string(), ["原聲 👩‍👩‍👧"]) == ["原聲 👩‍👩‍👧"]


# All our tables

#: Every table that a job stages or copies, and a pair of columns that none has.
SCHEMAS = {
    **{table.name: table.schema for table in vars(tables).values() if isinstance(table, tables.Table)},
    "listen_staged": tables.LISTEN.schema.append(pa.field("file", pa.int16())),
    "post_staged": tables.POST.schema.append(pa.field("file", pa.int32())),
    "refused": tables.REFUSED,
    "clip_feature": tables.CLIP_FEATURE,
    "clip_peaks": tables.CLIP_PEAKS,
    "track_match": TRACK_MATCH,
    "track_feature": TRACK_FEATURE,
    "track_clip": TRACK_CLIP,
    "label": pa.schema([("track_id", pa.int32()), ("genre", pa.string()), ("artist_id", pa.int32())]),
    "double": pa.schema([("value", pa.float64()), ("values", pa.list_(pa.float64()))]),
}

#: Arrow type → ours in Postgres, and values of it.
VALUES: dict[str, tuple[str, list]] = {
    "string": ("text", ["", "a", None, "\\N", "\t\r\n", "é 原聲", "👩‍👩‍👧", "NULL", '{"a",b}', "x" * 3000]),
    "int16": ("smallint", [0, 1, -1, None, 2**15 - 1, -(2**15)]),
    "int32": ("integer", [0, 1, -1, None, 2**31 - 1, -(2**31)]),
    "int64": ("bigint", [0, 1, -1, None, 2**63 - 1, -(2**63)]),
    "float": ("real", [0.0, -0.0, 0.1, None, nan, inf, -inf, 3.4028235e38, 1e-45]),
    "double": ("double precision", [0.0, -0.0, 0.1, None, nan, inf, -inf, 1.7976931348623157e308, 5e-324]),
    "bool": ("boolean", [True, False, None]),
    "date32[day]": ("date", [date.min, date(1969, 12, 31), None, date(2000, 1, 1), date(2020, 12, 21), date.max]),
    "timestamp[s, tz=UTC]": ("timestamp with time zone", [-1, 0, None, 946_684_800, 946_684_799, 1_608_508_800]),
    "timestamp[us, tz=UTC]": ("timestamp with time zone", [-1, 0, None, 946_684_800_000_001, 1_608_508_800_123_456]),
    "binary": ("bytea", [b"", None, bytes(range(256)), b"\\x00", b"\0"]),
}


def type_of(kind: pa.DataType) -> str:
    return f"{type_of(kind.value_type)}[]" if pa.types.is_list(kind) else VALUES[str(kind)][0]


def values_of(kind: pa.DataType) -> list:
    if not pa.types.is_list(kind):
        return VALUES[str(kind)][1]
    inner = values_of(kind.value_type)
    return [[], None, inner, [None], inner[:1], [value for value in inner if value is not None] * 30]


def filled(schema: pa.Schema, rows: int = 100) -> pa.Table:
    """A table of awkward values, of which each column has its own turn."""
    columns = []
    for place, kind in enumerate(schema.types):
        values = itertools.islice(itertools.cycle(values_of(kind)), place, place + rows)
        columns.append(pa.array(values, kind))
    return pa.table(columns, schema=schema)


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_table_comes_back_as_it_was_staged(shared: Warehouse, name: str) -> None:
    schema, some = SCHEMAS[name], filled(SCHEMAS[name])
    parts = [some.slice(0, 0), some.slice(7, 1), some, some.slice(13, 20), pa.concat_tables([some, some.slice(3, 9)])]
    with shared.transaction() as cursor:
        assert stage(cursor, "staged", schema, parts) == 0 + 1 + 100 + 20 + 109
        cursor.execute("SELECT * FROM staged ORDER BY ctid")
        back = [
            {name: bytes(value) if isinstance(value, memoryview) else value for name, value in row.items()}
            for row in cursor
        ]
        cursor.execute(
            "SELECT attname AS name, format_type(atttypid, NULL) AS type FROM pg_attribute"
            " WHERE attrelid = 'staged'::regclass AND attnum > 0 ORDER BY attnum"
        )
        types = {row["name"]: row["type"] for row in cursor}
    assert types == {field.name: type_of(field.type) for field in schema}
    # As text: NaN equals none, and -0.0 equals 0.0. Back in Arrow a real has the bits of its 32 again.
    assert repr(pa.Table.from_pylist(back, schema).to_pylist()) == repr(pa.concat_tables(parts).to_pylist())


@pytest.mark.parametrize(
    ("kind", "value"), [(pa.string(), "a\0b"), (pa.string(), "\0"), (pa.list_(pa.string()), ["a", "b\0"])], ids=str
)
def test_a_text_with_nul_is_refused_and_not_cut(shared: Warehouse, kind: pa.DataType, value: object) -> None:
    with pytest.raises(psycopg2.errors.CharacterNotInRepertoire):
        roundtrip(shared, kind, [value])


# Merging


@pytest.fixture
def pets(shared: Warehouse) -> Iterator[Warehouse]:
    shared.execute("CREATE TABLE core.pet (pet text PRIMARY KEY, food text, first_day date, day date)")
    yield shared
    shared.execute("DROP TABLE core.pet")


PET = pa.schema([("pet", pa.string()), ("food", pa.string()), ("first_day", pa.date32()), ("day", pa.date32())])


def feed(warehouse: Warehouse, day: date, **foods: str | None) -> Merged:
    rows = [{"pet": pet, "food": food, "first_day": day, "day": day} for pet, food in foods.items()]
    with warehouse.transaction() as cursor:
        stage(cursor, "pet_in", PET, [pa.Table.from_pylist(rows, PET)])
        return merge(cursor, "core.pet", "pet_in", "pet")


def fed(warehouse: Warehouse) -> list[tuple]:
    return [tuple(row.values()) for row in warehouse.query("SELECT * FROM core.pet ORDER BY pet")]


def test_new_rows_are_inserted_changed_ones_updated_and_equal_ones_left(pets: Warehouse) -> None:
    assert feed(pets, DAYS[0], cat="fish", dog="meat") == Merged(rows=2, inserted=2, updated=0, unchanged=0)
    assert feed(pets, DAYS[0], cat="fish", dog="meat") == Merged(rows=2, inserted=0, updated=0, unchanged=2)
    assert feed(pets, DAYS[0], cat="milk", dog="meat", owl="mice") == Merged(rows=3, inserted=1, updated=1, unchanged=1)
    assert feed(pets, DAYS[0]) == Merged(rows=0, inserted=0, updated=0, unchanged=0)


@pytest.mark.parametrize("event", ["INSERT", "UPDATE"])
def test_a_row_that_is_lost_on_its_way_is_in_no_figure(pets: Warehouse, event: str) -> None:
    feed(pets, DAYS[0], cat="fish", dog="meat")
    pets.execute(
        "CREATE FUNCTION core.lose() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';"
        f"CREATE TRIGGER lose BEFORE {event} ON core.pet FOR EACH ROW EXECUTE FUNCTION core.lose()"
    )
    merged = feed(pets, DAYS[1], cat="milk", dog="meat", owl="mice")
    assert merged == Merged(rows=3, inserted=int(event == "UPDATE"), updated=2 * int(event == "INSERT"), unchanged=0)
    pets.execute("DROP FUNCTION core.lose() CASCADE")


def test_a_row_that_did_not_change_is_not_rewritten(pets: Warehouse) -> None:
    feed(pets, DAYS[0], cat="fish")
    before = pets.query("SELECT ctid, xmin FROM core.pet")
    feed(pets, DAYS[0], cat="fish")
    assert pets.query("SELECT ctid, xmin FROM core.pet") == before


def test_an_older_day_gives_the_first_day_and_nothing_else(pets: Warehouse) -> None:
    feed(pets, DAYS[1], cat="fish")
    assert feed(pets, DAYS[0], cat="milk") == Merged(rows=1, inserted=0, updated=1, unchanged=0)
    assert feed(pets, DAYS[0], cat="milk") == Merged(rows=1, inserted=0, updated=0, unchanged=1)
    assert fed(pets) == [("cat", "fish", DAYS[0], DAYS[1])]


def test_a_newer_day_gives_the_values_and_its_nulls(pets: Warehouse) -> None:
    feed(pets, DAYS[0], cat="fish", dog=None)
    assert feed(pets, DAYS[1], cat=None, dog=None) == Merged(rows=2, inserted=0, updated=2, unchanged=0)
    assert fed(pets) == [("cat", None, DAYS[0], DAYS[1]), ("dog", None, DAYS[0], DAYS[1])]


def test_of_one_day_the_last_load_counts(pets: Warehouse) -> None:
    feed(pets, DAYS[0], cat="fish")
    feed(pets, DAYS[0], cat="milk")
    assert fed(pets) == [("cat", "milk", DAYS[0], DAYS[0])]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))), ids=str)
def test_days_give_the_same_rows_in_any_order(pets: Warehouse, order: tuple[int, ...]) -> None:
    loads = [{"cat": "fish", "dog": "meat"}, {"cat": "milk"}, {"cat": "fish", "owl": "mice"}]
    for number in (*order, order[0]):
        feed(pets, DAYS[number], **loads[number])
    assert fed(pets) == [
        ("cat", "fish", DAYS[0], DAYS[2]),
        ("dog", "meat", DAYS[0], DAYS[0]),
        ("owl", "mice", DAYS[2], DAYS[2]),
    ]


def test_loads_of_the_same_new_rows_at_the_same_time_take_turns(pets: Warehouse) -> None:
    """Without the lock, MERGE fails with a duplicate key."""
    merged, first_is_in = [], threading.Event()

    def second() -> None:
        first_is_in.wait()
        merged.append(feed(pets, DAYS[1], cat="milk"))

    thread = threading.Thread(target=second)
    thread.start()
    with pets.transaction() as cursor:
        stage(cursor, "pet_in", PET, [pa.table([["cat"], ["fish"], [DAYS[0]], [DAYS[0]]], schema=PET)])
        merge(cursor, "core.pet", "pet_in", "pet")
        first_is_in.set()
        thread.join(0.3)
        assert thread.is_alive()
        assert pets.query("SELECT * FROM core.pet") == []  # readers do not wait
    thread.join()
    assert merged == [Merged(rows=1, inserted=0, updated=1, unchanged=0)]
    assert fed(pets) == [("cat", "milk", DAYS[0], DAYS[1])]


SOUND = pa.schema(
    [(name, pa.string()) for name in ("sound_id", "letter", "title", "artist_name")]
    + [("covers", pa.list_(pa.string())), ("first_day", pa.date32()), ("day", pa.date32())]
)


def test_a_sound_whose_title_changes_moves_to_the_partition_of_its_letter(warehouse: Warehouse) -> None:
    revisions = []
    for day, letter, title in ((DAYS[1], "b", "Blue"), (DAYS[2], "g", "Green"), (DAYS[0], "r", "Red")):
        row = {"sound_id": "7", "letter": letter, "title": title, "artist_name": "", "covers": []}
        with warehouse.transaction() as cursor:
            stage(cursor, "sound_in", SOUND, [pa.Table.from_pylist([row | {"first_day": day, "day": day}], SOUND)])
            merge(cursor, "core.sound", "sound_in", "sound_id")
        [row] = warehouse.query("SELECT tableoid::regclass::text AS part, * FROM core.sound")
        revisions.append(row["revision"])
    assert (row["part"], row["letter"], row["title"]) == ("core.sound_g", "g", "Green")
    assert (row["first_day"], row["day"]) == (DAYS[0], DAYS[2])
    assert revisions[0] < revisions[1] == revisions[2]  # a new title is matched again, an older day is not


# Books

BOOKS = Books("ingest", DAYS[0], "core.pet", rows_in=10, inserted=1, updated=2, unchanged=3, quarantined=4)


def test_books_that_balance_are_kept_with_the_watermark(warehouse: Warehouse) -> None:
    with warehouse.transaction() as cursor:
        close_books(cursor, BOOKS, ["core.pet"], NOW)
    [load] = warehouse.query("SELECT * FROM ops.load")
    assert (load["job"], load["day"], load["table_name"], load["started_at"]) == ("ingest", DAYS[0], "core.pet", NOW)
    assert [load[name] for name in ("rows_in", "inserted", "updated", "unchanged", "quarantined")] == [10, 1, 2, 3, 4]
    assert warehouse.query("SELECT table_name, through FROM ops.watermark") == [
        {"table_name": "core.pet", "through": DAYS[0]}
    ]


def test_a_watermark_never_goes_back(warehouse: Warehouse) -> None:
    for day in (DAYS[1], DAYS[0]):
        with warehouse.transaction() as cursor:
            close_books(cursor, replace(BOOKS, day=day), ["core.pet"], NOW)
    assert warehouse.query("SELECT through FROM ops.watermark") == [{"through": DAYS[1]}]


def test_books_that_do_not_balance_roll_everything_back(pets: Warehouse) -> None:
    def load() -> None:
        with pets.transaction() as cursor:
            cursor.execute("INSERT INTO core.pet VALUES ('cat', 'fish', NULL, '2020-12-19')")
            close_books(cursor, replace(BOOKS, rows_in=11), ["core.pet"], NOW)

    with pytest.raises(BooksDoNotBalance, match="ingest 2020-12-19: 11 rows came in, 10 are accounted for"):
        load()
    assert fed(pets) == []
    assert pets.query("SELECT * FROM ops.load") == []


def test_the_database_refuses_books_that_do_not_balance_too(shared: Warehouse) -> None:
    with pytest.raises(psycopg2.errors.CheckViolation, match="books_balance"):
        shared.execute(
            """
            INSERT INTO ops.load
                (job, day, table_name, rows_in, inserted, updated, unchanged, quarantined, started_at)
            VALUES ('ingest', '2020-12-19', 'core.pet', 11, 1, 2, 3, 4, now())"""
        )


def test_an_error_within_a_transaction_rolls_it_back(pets: Warehouse) -> None:
    def load() -> None:
        with pets.transaction() as cursor:
            cursor.execute("INSERT INTO core.pet VALUES ('cat', 'fish', NULL, '2020-12-19')")
            raise KeyError

    with pytest.raises(KeyError):
        load()
    assert fed(pets) == []


# Quarantine


def refused(*rows: tuple) -> pa.Table:
    """Rows of source, position, reason, raw."""
    keys = [{"source": source, "position": position} for source, position, _, _ in rows]
    values = [{"day": DAYS[0], "reason": reason, "detail": "", "raw": raw} for _, _, reason, raw in rows]
    return pa.Table.from_pylist([key | value for key, value in zip(keys, values, strict=True)], tables.REFUSED)


def kept(warehouse: Warehouse) -> list[tuple]:
    rows = warehouse.query(
        "SELECT job, source, position, reason, raw FROM ops.quarantine ORDER BY job, source, position"
    )
    return [(row["job"], row["source"], row["position"], row["reason"], bytes(row["raw"])) for row in rows]


def test_quarantine_holds_exactly_what_was_refused_of_its_sources(warehouse: Warehouse) -> None:
    def put(job: str, sources: list[str], *rows: tuple) -> None:
        with warehouse.transaction() as cursor:
            quarantine(cursor, job, sources, refused(*rows))

    put("ingest", ["a", "b"], ("a", 1, "missing", b"\xff\n"), ("a", 2, "missing", b"two"), ("b", 1, "not_json", b"b"))
    put("describe", ["a"], ("a", 1, "AudioTooShort", b"clip"))
    first_seen = warehouse.query(
        "SELECT first_seen FROM ops.quarantine WHERE (job, source, position) = ('ingest', 'a', 1)"
    )
    for _ in range(2):  # again is not twice; what is mended leaves; other jobs and other sources are let be
        put("ingest", ["a"], ("a", 1, "wrong_type", b"\xff\n"))
        assert kept(warehouse) == [
            ("describe", "a", 1, "AudioTooShort", b"clip"),
            ("ingest", "a", 1, "wrong_type", b"\xff\n"),
            ("ingest", "b", 1, "not_json", b"b"),
        ]
    assert first_seen == warehouse.query(
        "SELECT first_seen FROM ops.quarantine WHERE (job, source, position) = ('ingest', 'a', 1)"
    )
    put("ingest", ["a", "b"])
    assert kept(warehouse) == [("describe", "a", 1, "AudioTooShort", b"clip")]
