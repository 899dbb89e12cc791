"""The process that hears strangers' files: what it can not do, how it ends, and that nothing it says is believed."""

import io
import os
import selectors
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest
import soundfile

from etl.audio import parts, wire
from etl.audio.decode import decode
from etl.audio.features import FEATURE_NAMES, describe_alike
from etl.audio.sandbox import Cancelled, Sandbox
from etl.audio.stream import hear, held
from etl.audio.worker import _Fork, _go_on_or_give_up, describe
from etl.errors import AudioTooLong, AudioUnreadable
from lab.audio import fuzz
from tests.conftest import DRILLS

ROOT = Path(__file__).resolve().parents[2]
FUZZ_S = float(os.environ.get("OVERTONE_FUZZ_S", "60" if DRILLS else "8"))

#: Each is tried after ``confine``: what is not refused prints.
FORBIDDEN = """
import os, socket, sys
from etl.audio import confine
{become}
missing = confine.leave()
confine.limit()
def tried(name, act):
    try:
        act()
    except (OSError, MemoryError) as error:
        return
    os.write(1, (name + " ").encode())
tried("socket", lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM))
tried("unix", lambda: socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
tried("open", lambda: os.open("/etc/passwd", os.O_RDONLY))
tried("write", lambda: os.open("left", os.O_WRONLY | os.O_CREAT))
tried("fork", lambda: os.fork())
tried("exec", lambda: os.execv("/bin/true", ["true"]))
tried("kill", lambda: os.kill(os.getppid(), 0))
tried("memory", lambda: bytearray(520 * 1024 * 1024))
bytearray(200 * 1024 * 1024)
os.write(1, b"end")
os._exit(0)
"""


@pytest.fixture(scope="module")
def worker() -> Iterator[Sandbox]:
    made = Sandbox()
    yield made
    made.close()


@pytest.fixture
def clip() -> Iterator[Callable[[bytes], int]]:
    with ExitStack() as leave:
        yield lambda data: leave.enter_context(held(data))


def children(worker: Sandbox) -> list[str]:
    """Forks of the worker, dead ones that nobody buried among them."""
    return Path(f"/proc/{worker.pid}/task/{worker.pid}/children").read_text().split()


def none_left(worker: Sandbox) -> bool:
    until = time.monotonic() + 60
    while children(worker) and time.monotonic() < until:
        time.sleep(0.02)
    return not children(worker)


def song(seconds: float, rate: int = 44_100, kind: str = "WAV", channels: int = 2) -> bytes:
    rng, count = np.random.default_rng(8), int(seconds * rate)
    tone = np.sin(np.arange(count) * np.linspace(0.02, 0.09, count)) * np.linspace(0.1, 0.9, count)
    file = io.BytesIO()
    soundfile.write(file, tone[:, None] * 0.5 + rng.normal(0, 0.02, (count, channels)), rate, format=kind)
    return file.getvalue()


@pytest.mark.parametrize("user", [None, 65_534], ids=["as who runs the tests", "as an ordinary user"])
def test_confined_it_opens_nothing_and_reaches_nobody(user: int | None) -> None:
    if user is not None and os.geteuid() != 0:
        pytest.skip("only root may become another user")
    become = f"os.setgroups([]); os.setresgid({user}, {user}, {user}); os.setresuid({user}, {user}, {user})"
    code = FORBIDDEN.format(become=become if user else "")
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, env={})
    assert (done.stdout, done.stderr) == ("end", "")


def test_a_network_of_its_own_holds_nothing_but_itself() -> None:
    code = "from etl.audio import confine\nmissing = confine.leave()\nprint(missing, open('/proc/net/dev').read())"
    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, env={}).stdout
    if "a network of its own" in said.splitlines()[0]:
        pytest.skip("no namespaces here: the filter of system calls alone keeps it from the network")
    assert [line.split(":")[0].strip() for line in said.splitlines() if ":" in line] == ["lo"]


def test_what_it_hears_is_what_the_catalogue_was_described_by(worker: Sandbox, clip: Callable[[bytes], int]) -> None:
    for data in (song(3), song(3, 48_000), song(4, 22_050, "MP3", 1)):
        said = list(worker.hear(clip(data)))
        assert [type(message).__name__ for message in said] == ["Begun", "Begun", "Described", "Frames"]
        assert [said[0].stage, said[1].stage] == ["decoding", "describing"]
        signal = decode(data, "song")
        np.testing.assert_array_equal(said[2].features, describe_alike(signal, "song").features)
        assert said[2].duration_s == signal.duration_s
        assert said[2].waveform.max() == 1
    assert none_left(worker)


def test_ten_minutes_at_a_high_rate_fit_and_more_is_refused(worker: Sandbox, clip: Callable[[bytes], int]) -> None:
    file = io.BytesIO()
    with soundfile.SoundFile(file, "w", 96_000, 2, format="FLAC", subtype="PCM_16") as out:
        second = np.tile((9000 * np.sin(np.arange(96_000) / 20)).astype(np.int16)[:, None], (1, 2))
        for _ in range(599):
            out.write(second)
    *_, described, frames = worker.hear(clip(file.getvalue()))
    assert described.duration_s == 599
    assert len(frames.steps) == 1 + 599 * 44_100 // 512
    with pytest.raises(AudioTooLong, match="it lasts longer than 10 minutes"):
        list(worker.hear(clip(wav_claiming_nothing(601))))


def wav_claiming_nothing(seconds: int) -> bytes:
    """Eight bits at 2 kHz."""
    file = io.BytesIO()
    soundfile.write(file, np.zeros(2000 * seconds), 2000, format="WAV", subtype="PCM_U8")
    return file.getvalue()


def test_one_that_nobody_waits_for_is_killed_and_leaves_nothing(worker: Sandbox, clip: Callable[[bytes], int]) -> None:
    heard = worker.hear(clip(song(120)))
    assert next(heard) == wire.Begun("decoding")
    assert len(children(worker)) == 1
    heard.close()
    assert none_left(worker)
    with pytest.raises(Cancelled):
        list(worker.hear(clip(song(120)), cancelled=lambda: True))
    with pytest.raises(AudioTooLong, match="hearing it takes too long"):
        list(worker.hear(clip(song(120)), wall_s=0))
    assert none_left(worker)
    before = worker.pid
    heard = worker.hear(clip(song(1)))
    next(heard)
    time.sleep(0.5)  # all but the frames is said, and not read
    heard.close()
    assert none_left(worker)
    assert len(list(worker.hear(clip(song(1))))) == 4
    assert worker.pid == before


def test_a_fork_that_takes_the_question_for_its_frames_itself_is_killed() -> None:
    """What is hostile holds the same socket as the worker, which must not wait at it."""
    fork = subprocess.Popen(["sleep", "60"])
    theirs, ours = socket.socketpair()
    told, go_on = os.pipe()
    with theirs, ours, selectors.DefaultSelector() as events:
        ended = os.pidfd_open(fork.pid)
        one = _Fork(fork.pid, ended, theirs, go_on)
        events.register(theirs, selectors.EVENT_READ, one)
        ours.send(b"f")
        _go_on_or_give_up(events, one)
        assert os.read(told, 1) == b"f"
        assert fork.poll() is None
        _go_on_or_give_up(events, one)  # it became readable, and somebody was quicker
        assert fork.wait(60) == -9
        for handle in (told, go_on, ended):
            os.close(handle)


def test_a_worker_that_was_killed_is_started_again(clip: Callable[[bytes], int]) -> None:
    worker = Sandbox()
    try:
        for _ in range(2):
            assert len(list(worker.hear(clip(song(1))))) == 4
            assert worker.pid
            os.kill(worker.pid, 9)
            os.waitid(os.P_PID, worker.pid, os.WEXITED | os.WNOWAIT)
    finally:
        worker.close()
    assert worker.pid is None


def test_work_without_an_end_is_ended_after_its_seconds() -> None:
    code = "from etl.audio import confine\nconfine.CPU_S = 1\nconfine.limit()\nwhile True: pass"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env={}, capture_output=True)
    assert done.returncode == -24, "SIGXCPU"


def test_a_song_that_breaks_off_is_explained() -> None:
    from etl.audio.sandbox import _broken

    assert isinstance(_broken(-24), AudioTooLong)
    assert isinstance(_broken(-11), AudioUnreadable)


def described(**changes: object) -> wire.Described:
    made = {"features": np.zeros(245, np.float32), "waveform": np.ones(wire.BARS, np.float32), "duration_s": 3.0,
            "rate_hz": 44_100}  # fmt: skip
    return wire.Described(**made | changes)  # type: ignore[arg-type]


def read(data: bytes) -> wire.Message:
    stream = io.BytesIO(data)
    return wire.unpack(stream.read)


def test_what_is_said_is_read_back() -> None:
    table = np.random.default_rng(1).normal(size=(50, 35))
    frames = read(wire.pack(parts.Frames.of(table)))
    np.testing.assert_allclose(frames.table(), table, atol=np.ptp(table, axis=0).max() / 130_000)
    assert read(wire.pack(wire.Begun("describing"))).stage == "describing"
    assert read(wire.pack(described())).duration_s == 3
    refused = wire.Refused(AudioUnreadable, "it is \x1b[31mred\u202e" + "x" * 400, "Go\n")
    assert read(wire.pack(refused)).reason == ("it is [31mred" + "x" * 400)[: 300 - 4]
    assert read(wire.pack(refused)).next_step == "Go"


@pytest.mark.parametrize(
    "data",
    [
        b"\x09\0\0\0\0",
        b"\x00\xff\xff\xff\x7f",
        b"\x00\x01\0\0\0\x07",
        b"\x01\x04\0\0\0abcd",
        b"\x03\x03\0\0\0\x63a\0",
        b"\x03\x03\0\0\0\0aa",
        wire.pack(described(features=np.full(245, np.nan))),
        wire.pack(described(waveform=np.full(wire.BARS, 2.0))),
        wire.pack(described(waveform=np.full(wire.BARS, np.nan))),
        wire.pack(described(duration_s=float("nan"))),
        wire.pack(described(duration_s=1e9)),
        wire.pack(described(rate_hz=0)),
        wire.pack(parts.Frames(np.full(35, np.nan), np.ones(35), np.ones((3, 35), np.uint16))),
        wire.pack(parts.Frames(np.ones(35), np.zeros(35), np.ones((3, 35), np.uint16))),
    ],
)
def test_nonsense_is_not_believed(data: bytes) -> None:
    with pytest.raises(wire.Nonsense):
        read(data)


def test_a_long_song_is_described_by_two_minutes_of_it() -> None:
    samples = np.sin(np.arange(parts.WHOLE + 44_100) / 30).astype(np.float32)
    assert len(parts.spread(samples)) == parts.STRETCHES * parts.STRETCH
    steps = np.arange(parts.WHOLE * 2)
    picked = parts.spread(steps).reshape(parts.STRETCHES, -1)
    assert (np.diff(picked, axis=1) == 1).all()
    assert np.ptp(np.diff(picked[:, 0])) <= 1, "evenly"
    assert picked[0, 0] == len(steps) - 1 - picked[-1, -1], "as far from the beginning as from the end"


def test_a_long_song_is_like_all_of_it(clip: Callable[[bytes], int]) -> None:
    heard = hear(clip(song(200)))
    message, table = describe(heard)
    assert table is None
    whole = parts.summarise(parts.frames(heard.samples))
    means = [at for at, name in enumerate(FEATURE_NAMES) if "_mean_" in name]
    spread = np.array([at for at, name in enumerate(FEATURE_NAMES) if "_std_" in name])
    assert (np.abs(message.features - whole)[means] < 0.3 * whole[spread] + 1e-3).all()


def test_a_part_is_described_as_the_cut_out_file_would_be(clip: Callable[[bytes], int]) -> None:
    heard = hear(clip(song(60)))
    kept = parts.Frames.from_bytes(parts.Frames.of(parts.frames(heard.samples)).to_bytes())
    ours = parts.describe_part(kept, 20, 40)
    cut = parts.summarise(parts.frames(heard.samples[20 * 44_100 : 40 * 44_100]))
    means = [at for at, name in enumerate(FEATURE_NAMES) if "_mean_" in name and "chroma" not in name]
    np.testing.assert_allclose(ours[means], cut[means], rtol=0.02, atol=0.1)


@pytest.mark.drill
@pytest.mark.timeout(FUZZ_S + 300)
def test_no_broken_song_gets_past_the_worker(worker: Sandbox) -> None:
    """OVERTONE_FUZZ_S says for how many seconds; docs/uploads.md, for how to go on for hours."""
    worker.start()
    assert fuzz.hear(worker, song(1)) == "accepted"
    before = worker.pid
    outcomes = fuzz.run(worker, FUZZ_S, 1, lambda data: None)
    assert worker.pid == before
    assert none_left(worker)
    assert outcomes["accepted"] > 0
    assert outcomes["AudioUnreadable"] > 0
    assert "nothing" not in outcomes
