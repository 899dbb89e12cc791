"""Send broken songs to the confined decoder for as long as one likes: ``python -m lab.audio.fuzz --minutes 60``.

Seeds are short noise in every kind that is taken; each try changes one of them a little. Whatever is sent, the worker
lives, its fork is gone, and what is said is a description or a refusal. A file that kills its fork is a finding: the
app is safe from it, the decoder is not. Findings are kept in a folder, for a report to libsndfile or mpg123.
"""

import argparse
import hashlib
import io
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import soundfile

from etl.audio.sandbox import Sandbox
from etl.audio.stream import held
from etl.audio.wire import Described
from etl.errors import AudioError

BREAKS = "it breaks the decoder"
_KINDS = (("WAV", "PCM_16"), ("WAV", "FLOAT"), ("AIFF", "PCM_24"), ("FLAC", "PCM_16"), ("OGG", "VORBIS"), ("MP3", None))
_TELLING = np.array([0, 1, 0x7F, 0x80, 0xFE, 0xFF], np.uint8)  #: bytes at which sizes overflow


def seeds(rng: np.random.Generator) -> list[bytes]:
    """A short song of each kind."""
    made = []
    for kind, subtype in _KINDS:
        file = io.BytesIO()
        soundfile.write(file, rng.uniform(-0.5, 0.5, (6000, 2)), 22_050, format=kind, subtype=subtype)
        made.append(file.getvalue())
    return made


def mutate(data: bytes, others: list[bytes], rng: np.random.Generator) -> bytes:
    """A file with one to eight changes, most of them in its first kilobyte, where its headers are."""
    out = np.frombuffer(data, np.uint8).copy()
    for _ in range(int(rng.integers(1, 9))):
        reach = min(len(out), 1024) if rng.random() < 0.7 else len(out)
        if reach < 16:
            break
        at, size = int(rng.integers(reach)), int(rng.integers(1, 9))
        match int(rng.integers(7)):
            case 0:
                out[at] ^= 1 << int(rng.integers(8))
            case 1:
                out[at : at + size] = rng.choice(_TELLING)
            case 2:
                out[at : at + size] = rng.integers(0, 256, len(out[at : at + size]))
            case 3:
                out = np.delete(out, slice(at, at + size))
            case 4:
                out = np.insert(out, at, rng.integers(0, 256, size))
            case 5:
                out = out[: max(at, 16)]
            case _:
                other = np.frombuffer(others[int(rng.integers(len(others)))], np.uint8)
                out = np.concatenate([out[:at], other[at:]])
    return out.tobytes()


def hear(worker: Sandbox, data: bytes) -> str:
    """What becomes of a file: "accepted", or why it is refused."""
    try:
        with held(data) as clip:
            said = [message for message in worker.hear(clip) if isinstance(message, Described)]
        return "accepted" if said else "nothing"
    except AudioError as error:
        return BREAKS if error.reason == BREAKS else type(error).__name__


def run(worker: Sandbox, seconds: float, seed: int, found: Callable[[bytes], None]) -> Counter[str]:
    """Send changed songs for so long, and count what becomes of them; ``found`` is called with what kills a fork."""
    rng = np.random.default_rng(seed)
    songs, outcomes, until = seeds(rng), Counter[str](), time.monotonic() + seconds
    while time.monotonic() < until:
        data = mutate(songs[int(rng.integers(len(songs)))], songs, rng)
        outcomes[outcome := hear(worker, data)] += 1
        if outcome == BREAKS:
            found(data)
    return outcomes


def main() -> None:
    """Fuzz from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=1)
    parser.add_argument("--seed", type=int, default=0, help="what follows from it: every file")
    parser.add_argument("--findings", type=Path, default=Path("fuzz-findings"), help="folder for what kills a fork")
    given = parser.parse_args()
    worker = Sandbox()

    def keep(data: bytes) -> None:
        given.findings.mkdir(parents=True, exist_ok=True)
        (given.findings / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)

    try:
        outcomes = run(worker, 60 * given.minutes, given.seed, keep)
    finally:
        worker.close()
    for outcome, count in outcomes.most_common():
        print(f"{count:8,} {outcome}")


if __name__ == "__main__":
    main()
