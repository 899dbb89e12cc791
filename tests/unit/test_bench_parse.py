"""What the bench says of lines that went astray: counted one by one, on a file in which some did."""

import io

import pytest

from etl.contracts import Batch
from etl.sources.tiktok import read_posts
from lab.bench.parse import astray
from lab.bench.posts import BAD, PostFile, make


@pytest.fixture(scope="module")
def file() -> PostFile:
    return make(400, None)


@pytest.fixture(scope="module")
def batches(file: PostFile) -> list[Batch]:
    return list(read_posts(io.BytesIO(file.content), "posts", file.day))


def test_every_bad_line_is_caught_and_no_row_is_lost_or_invented(file: PostFile, batches: list[Batch]) -> None:
    assert {kind for kind, _ in file.bad.values()} == set(BAD)
    assert astray(file, batches) == (len(file.bad), 0, 0)


def test_a_batch_that_is_missing_is_lost(file: PostFile, batches: list[Batch]) -> None:
    first, *others = batches
    caught, lost, invented = astray(file, others)
    assert (caught, lost, invented) == (len(file.bad) - len(first.refused), len(first.rows), 0)


def test_a_batch_that_comes_twice_is_invented(file: PostFile, batches: list[Batch]) -> None:
    last = batches[-1]
    assert astray(file, [*batches, last]) == (len(file.bad), 0, len(last.rows) + len(last.refused))


def test_a_line_refused_for_another_reason_is_not_caught(file: PostFile, batches: list[Batch]) -> None:
    position = min(file.bad)
    kind, _ = file.bad[position]
    other = PostFile(file.day, file.lines, file.good, file.bad | {position: (kind, "another")})
    assert astray(other, batches) == (len(file.bad) - 1, 0, 1)
