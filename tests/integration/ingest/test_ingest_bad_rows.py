"""Rows that are refused: kept with their bytes, place and reason; too many of them, and nothing is published."""

from pathlib import Path

import pytest

from etl.drops import lake
from etl.errors import TooManyBadRows
from etl.sources import tiktok
from etl.store.warehouse import content_hash
from tests.integration.conftest import counts
from tests.integration.ingest.conftest import DAY, DAYS, Make, World, plays


def test_a_refused_line_is_in_quarantine_with_its_bytes_its_place_and_its_reason(world: World, post: Make) -> None:
    bad = b'{"itemInfos": {"text": "\xff"}}\n'
    world.posts(DAY, post(), bad, b"\n", post({"musicInfos.musicId": None}), *[post()] * 197)
    assert counts(world.run(share=0.01)[0]) == (200, 1, 0, 197, 2)
    assert world.quarantine() == [
        (2, "not_utf8", bad.strip()),
        (4, "missing", post({"musicInfos.musicId": None}).strip()),
    ]
    [(job, day, source, detail)] = world.ask("SELECT job, day, source, detail FROM ops.quarantine WHERE position = 4")
    assert (job, day, detail) == ("ingest_tiktok", DAY, "musicInfos.musicId is missing")
    with world.storage.open(source) as file:
        assert file.read().splitlines()[3] == post({"musicInfos.musicId": None}).strip()


def test_a_second_run_does_not_refuse_a_line_twice(world: World, post: Make) -> None:
    world.posts(DAY, post(), b"no post\n")
    for _ in range(2):
        assert world.run(share=0.5)[0].quarantined == 1
        assert len(world.quarantine()) == 1


def test_exactly_one_percent_of_bad_rows_is_published(world: World, post: Make) -> None:
    world.posts(DAY, *[post()] * 99, b"no post\n")
    assert counts(world.run()[0]) == (100, 1, 0, 98, 1)


def test_over_one_percent_publishes_nothing(world: World, post: Make) -> None:
    world.posts(DAYS[1], post())
    world.run(day=DAYS[1])
    before, files = content_hash(world.warehouse), world.lake()
    world.posts(DAY, plays(post, 7), *[post()] * 97, b"no post\n")
    with pytest.raises(
        TooManyBadRows, match=r"posts.ndjson: 1 of 99 rows were refused \(1 not_json\), over 1 %; nothing"
    ):
        world.run()
    assert content_hash(world.warehouse) == before
    assert world.lake() == files
    assert world.ask("SELECT day FROM ops.load") == [(DAYS[1],)]
    assert world.ask("SELECT DISTINCT through FROM ops.watermark") == [(DAYS[1],)]


def test_one_file_over_the_limit_stops_the_whole_day(world: World, post: Make) -> None:
    world.posts(DAY, *[post()] * 1000)
    world.posts(DAY, post(), b"no post\n")
    with pytest.raises(TooManyBadRows, match="1 of 2 rows"):
        world.run()
    assert world.ask("SELECT count(*) FROM core.video") == [(0,)]


def test_a_higher_limit_publishes_it_and_the_default_then_stops_again(world: World, post: Make) -> None:
    world.posts(DAY, post(), b"no post\n")
    with pytest.raises(TooManyBadRows):
        world.run(share=0.49)
    assert counts(world.run(share=0.5)[0]) == (2, 1, 0, 0, 1)
    with pytest.raises(TooManyBadRows):
        world.run()
    assert world.ask("SELECT count(*) FROM core.video") == [(1,)]


def test_a_line_that_a_new_parser_understands_leaves_quarantine(
    world: World, post: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.posts(DAY, post(), post({"itemInfos.id": "2", "musicInfos.original": "ja"}))
    assert counts(world.run(share=0.5)[0]) == (2, 1, 0, 0, 1)
    monkeypatch.setitem(tiktok.FLAGS, "ja", True)
    assert counts(world.run(share=0.5)[0]) == (2, 0, 0, 1, 1)  # parsed once
    monkeypatch.setattr(tiktok, "PARSER", "tiktok-next")
    assert counts(world.run()[0]) == (2, 1, 0, 1, 0)
    assert world.quarantine() == []


def test_refused_lines_are_kept_however_many_there_are(
    world: World, post: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lake, "BATCH", 2)
    monkeypatch.setattr(lake, "BATCH_REFUSED", 2)
    bad = [b'{"no": %d}\n' % number for number in range(5)]
    world.posts(DAY, *bad, *(post({"itemInfos.id": str(number)}) for number in range(1, 6)))
    assert counts(world.run(share=0.5)[0]) == (10, 5, 0, 0, 5)
    assert world.quarantine() == [(number, "missing", line.strip()) for number, line in enumerate(bad, start=1)]


def test_what_a_killed_run_left_in_the_lake_is_replaced(world: World, post: Make) -> None:
    world.posts(DAY, post())
    world.run()
    before = set(world.lake())
    root = Path(world.storage.root) / "lake"
    [marker] = root.rglob("complete.json")
    marker.unlink()
    (marker.parent / "rows" / "000000000007.parquet").write_bytes(b"half")
    (marker.parent / "rows" / "000000000009.parquet.part").write_bytes(b"half")
    assert counts(world.run()[0]) == (1, 0, 0, 1, 0)
    assert set(world.lake()) == before
