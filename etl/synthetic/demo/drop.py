"""Makes the demo drop in a folder. Everything in it is invented; it is landed through the same door as a real one."""

import hashlib
import json
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import repeat
from multiprocessing.process import BaseProcess
from pathlib import Path

import numpy as np
import scipy
import soundfile

from etl.synthetic.demo import music
from etl.synthetic.demo.archive import Track, catalogue, newest, write_clips, write_metadata
from etl.synthetic.demo.pushshift import write_posts
from etl.synthetic.demo.world import world

MARKER = "made.json"  #: file name → fingerprint of what the file was made from


@dataclass(frozen=True)
class DemoDrop:
    """Where the files of a demo drop are."""

    fma_metadata: Path
    fma_small: Path
    tiktok: dict[date, Path]


def make(
    folder: Path,
    seed: int,
    days: list[date],
    clips: int = 192,
    workers: int = 2,
    progress: Callable[[int, int], None] | None = None,
    out_by: date = date.min,
) -> DemoDrop:
    """Make the drop, or leave alone what this code already made of it for these arguments.

    A file gets its name when it is complete, and its fingerprint after that: a run that was killed leaves nothing that
    the next one takes for finished. The same arguments give the same bytes on the same kind of machine.

    Args:
        folder: where the files go; made if it is not there.
        seed: fixes everything, together with the day of a posts file; not negative.
        days: a posts file for each.
        clips: how many tracks have a 30 s clip, spread evenly over the 16 genres.
        workers: processes that play the music; with fewer than two, this one does.
        progress: called with (steps done, steps in all); a clip is a step, and so is any other file.
        out_by: the last day of what has come out and is in it, beside what was always there.
    """
    tell = progress or (lambda done, total: None)
    every = (*catalogue(seed, clips), *newest(seed, clips, date.min, out_by))
    tracks = [track for track in every if track.clip]
    total = 1 + len(days) + len(tracks)
    drop = DemoDrop(
        folder / "fma_metadata.zip", folder / "fma_small.zip", {day: folder / f"posts_{day}.ndjson.zst" for day in days}
    )
    folder.mkdir(parents=True, exist_ok=True)
    fingerprint = f"seed {seed}, {clips} clips, out by {out_by}, code {code()}"
    make_file(drop.fma_metadata, fingerprint, partial(write_metadata, seed=seed, tracks=every))
    for done, (day, path) in enumerate(drop.tiktok.items(), start=1):
        tell(done, total)
        make_file(path, fingerprint, partial(_write_posts, seed, day, clips))
    tell(total - len(tracks), total)
    played = _played(seed, tracks, workers, lambda done: tell(total - len(tracks) + done, total))
    make_file(drop.fma_small, fingerprint, partial(write_clips, clips=played))
    tell(total, total)
    return drop


def _write_posts(seed: int, day: date, clips: int, path: Path) -> None:
    write_posts(path, world(seed, day, clips=clips).feed.lines(day))


def make_file(path: Path, fingerprint: str, write: Callable[[Path], None]) -> None:
    """Have a file written, unless it is there with this fingerprint; it gets its name when it is complete."""
    marker = path.with_name(MARKER)
    made = json.loads(marker.read_text()) if marker.exists() else {}
    if made.get(path.name) != fingerprint or not path.exists():
        half = path.with_name(path.name + ".part")
        write(half)
        half.replace(path)
        half.write_text(json.dumps(made | {path.name: fingerprint}, indent=1))
        half.replace(marker)


def _played(seed: int, tracks: list[Track], workers: int, tell: Callable[[int], None]) -> Iterator[tuple[Track, bytes]]:
    about = repeat(seed), [t.genre for t in tracks], [t.artist.artist_id for t in tracks], [t.track_id for t in tracks]
    # spawn: a fork of a process that has threads may hang
    pool = workers > 1 and ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), initializer=_obey_parent)
    try:
        mp3s = pool.map(music.mp3, *about) if pool else map(music.mp3, *about)
        for done, clip in enumerate(zip(tracks, mp3s, strict=True), start=1):
            yield clip
            tell(done)
    finally:
        if pool:
            pool.shutdown(cancel_futures=True)


def _obey_parent() -> None:
    """Leave Ctrl-C to the parent, and end when it ends, even by kill -9: a pool's workers would wait for ever."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def end_with(parent: BaseProcess) -> None:
        parent.join()
        os._exit(1)

    if parent := multiprocessing.parent_process():
        threading.Thread(target=end_with, args=(parent,), daemon=True).start()


def code(*folders: Path) -> str:
    """What else decides the bytes: our source, and the versions of what computes and encodes."""
    digest = hashlib.sha256(f"{np.__version__} {scipy.__version__} {soundfile.__libsndfile_version__}".encode())
    for file in sorted(file for folder in (*Path(__file__).parents[:2], *folders) for file in folder.glob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
