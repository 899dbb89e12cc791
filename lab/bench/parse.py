"""What reading posts costs, against jq and against JSON alone; and that no line goes astray.

Costs are CPU seconds, of child processes too; contestants take turns, each on the whole file.
"""

import json
import resource
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import orjson
import zstandard
from threadpoolctl import threadpool_limits

from etl.contracts import Batch, Reason
from etl.drops.lake import parse_once
from etl.drops.landing import LandedFile
from etl.sources.lines import lines
from etl.sources.tiktok import read_posts
from etl.store.storage import Storage
from etl.tables import POST
from lab.bench.posts import BAD, ODD, PostFile, make
from lab.figures import Figure, Goal, Plot, Report

if TYPE_CHECKING:
    from matplotlib.axes import Axes

POSTS, FULL_POSTS = 20_000, 100_000
ROUNDS = 5

#: The fields that we read, as one would take them with jq. It stops at the first bad line, and so is given none.
JQ = """
def one: if type == "array" then .[0] else . end;
[.itemInfos.id, (.itemInfos.video | (.urls // .url | one), (.videoMeta | .duration // .Duration)),
 (.itemInfos | .text, (.covers // .coversOrigin), .playCount, .diggCount, .shareCount, .commentCount, .createTime),
 (.musicInfos | .musicId, .musicName, .authorName, (.playUrl | one), (.coversLarger // .covers), .original),
 (.authorInfos | .userId, .uniqueId, .nickName, .verified), (.authorStats | .followerCount, .heartCount)]
"""


def run(full: bool, data: Path | None) -> Report:
    """Measure on some 20,000 posts, or 100,000."""
    count = FULL_POSTS if full else POSTS
    with tempfile.TemporaryDirectory() as folder, threadpool_limits(1):
        path, clean_path = Path(folder, "posts.ndjson.zst"), Path(folder, "clean.ndjson.zst")
        clean = _write(make(count, data, spoilt=False), clean_path)
        file = make(count, data)
        size = _write(file, path)
        caught, lost, invented = astray(file, _read(path, file))
        spent = _in_turns(_contestants(path, clean_path, file, Storage(f"file://{folder}/storage")))
    # CPU seconds a megabyte, round by round
    costs = {name: [cost / (clean if name == "jq" else size) for cost in of] for name, of in spent.items()}
    unit, turns = "MB per CPU-s", ROUNDS

    def figure(name: str, versus: str, goal: Goal | None = None) -> Figure:
        times = median(theirs / ours for ours, theirs in zip(costs["posts"], costs[name], strict=True))
        return Figure(f"parse.{name}", 1 / median(costs[name]), unit, versus, times, turns, goal)

    slower = "CPU time for as much, over that of parse.posts"
    figures = [
        figure("posts", "itself", Goal("value", at_least=150)),
        figure("jq", slower, Goal("ratio", at_least=4))
        if "jq" in costs
        else Figure("parse.jq", 0, unit, "not measured: jq or zstd is not on this machine's PATH", None, 0),
        figure("json", f"{slower}; it reads nothing out"),
        figure("orjson", f"{slower}; it reads nothing out"),
        figure("unpack", f"{slower}; lines alone"),
        figure("lake", f"{slower}; with Parquet written"),
        Figure("parse.job", median(spent["lake"]) / len(file.good) * 1e6, "CPU s a million posts", n=turns),
        Figure("parse.caught", caught / len(file.bad), "share", n=len(file.bad), goal=Goal("value", at_least=1)),
        Figure("parse.lost", lost, "rows", n=len(file.good), goal=Goal("value", at_most=0)),
        Figure("parse.invented", invented, "rows", n=len(file.lines), goal=Goal("value", at_most=0)),
    ]
    origin = "multiplied from real ones" if data else "made"
    about = f"""\
{len(file.good):,} posts ({size:.0f} MB without newlines and without lines of over 1 MB), {origin}, each with ids of
its own. Among them are {len(file.bad)} bad lines, of {len(BAD)} kinds, lines of {len(ODD)} kinds that look bad and are
good, and empty ones. A bad line counts as caught if it is in quarantine with its bytes, at its place and for the right
reason.

Timed is the way from the `.zst` file to Arrow columns ready for the lake, refused lines beside them; `parse.lake` also
writes both as Parquet. `jq` picks the same fields from `zstd -dc`; it stops at a bad line, so its file is the same
without any. `json` and `orjson` load each line and do nothing with it. Costs are CPU seconds with those of child
processes, medians of {ROUNDS} rounds in which each contestant has one turn.

Where a goal is missed: of 20 µs a post, unpacking and splitting take 4, decoding 4, reading columns 7; the rest is
memory. Tried: rows instead of columns (slower), decoders of other types and chunks of 8 KiB to 1 MiB (no clear winner),
Python's search for cycles off while decoding (a third faster), halving a column to find its odd values (kept).
"""

    def draw(axes: "Axes") -> None:
        bars = [one for one in figures if one.unit == unit and one.value]
        axes.barh([one.name.removeprefix("parse.") for one in bars][::-1], [one.value for one in bars][::-1])
        axes.axvline(150, linestyle="--", color="gray")
        axes.set_xlabel(unit)

    caption = "How many megabytes of posts are read in a second of CPU time; the dashed line is the goal for posts."
    return Report("Reading posts", about, figures, [Plot("bench-parse", caption, draw)])


def astray(file: PostFile, batches: Iterable[Batch]) -> tuple[int, int, int]:
    """What became of a file's lines.

    Returns:
        how many bad lines were caught (with their bytes, and for the right reason), good ones lost, and rows invented.
    """
    read: Counter[tuple[int, str]] = Counter()
    refused: Counter[tuple[int, bytes, Reason]] = Counter()
    for batch in batches:
        read.update(zip(batch.rows["position"].to_pylist(), batch.rows["video_id"].to_pylist(), strict=True))
        refused.update((position, raw, why.reason) for position, raw, why in batch.refused)
    good = Counter(file.good.items())
    bad = Counter((position, file.lines[position - 1], reason) for position, (_, reason) in file.bad.items())
    return (bad & refused).total(), (good - read).total(), (read - good).total() + (refused - bad).total()


def _write(file: PostFile, path: Path) -> float:
    """Write a file; its size in MB, without lines of over 1 MB, which cost little for their size."""
    path.write_bytes(zstandard.compress(file.content))
    return sum(len(line) for line in file.lines if len(line) < 1e6) / 1e6


def _read(path: Path, file: PostFile) -> Iterable[Batch]:
    with path.open("rb") as data:
        yield from read_posts(data, path.name, file.day)


def _contestants(path: Path, clean: Path, file: PostFile, storage: Storage) -> dict[str, Callable[[], object]]:
    def posts() -> None:
        for _ in _read(path, file):
            pass

    def lake() -> None:
        storage.delete("lake")
        landed = LandedFile(file.day, path.name, "posts", "0" * 64, 0)
        parse_once(storage, landed, POST, "bench", _read(path, file), 1)

    def each(load: Callable[[bytes], object]) -> Callable[[], None]:
        def loaded() -> None:
            with path.open("rb") as data:
                for line in lines(data, path.name):
                    with suppress(ValueError, RecursionError):
                        load(line)

        return loaded

    def jq() -> None:
        with subprocess.Popen(["zstd", "-dcq", clean], stdout=subprocess.PIPE) as unpack:
            subprocess.run(["jq", "-c", JQ], stdin=unpack.stdout, stdout=subprocess.DEVNULL, check=True)

    contestants: dict[str, Callable[[], object]] = {
        "posts": posts,
        "lake": lake,
        "unpack": each(lambda line: None),
        "orjson": each(orjson.loads),
        "json": each(json.loads),
    }
    return contestants | ({"jq": jq} if shutil.which("jq") and shutil.which("zstd") else {})


def _in_turns(contestants: dict[str, Callable[[], object]]) -> dict[str, list[float]]:
    """CPU seconds of each in each round, those of its child processes too; one untimed round first."""

    def clock() -> float:
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return sum(one.ru_utime + one.ru_stime for one in used)

    spent: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(1 + ROUNDS):
        for name, contestant in contestants.items():
            begin = clock()
            contestant()
            spent[name].append(clock() - begin)
    return {name: costs[1:] for name, costs in spent.items()}
