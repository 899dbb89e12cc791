"""The process that hears strangers' files: ready before the first one comes, it forks once for each.

``python -m etl.audio.worker FD``, started by ``etl.audio.sandbox``. At the socket ``FD`` it is given pairs: a file, and
a socket for what is to be said of it. A fork takes 5 ms with everything imported and compiled; it hears one file,
confined, and ends. Whoever asked sends a byte for the frames, and closes its socket to have the fork killed. The socket
``FD`` closed, all end.
"""

import gc
import os
import selectors
import signal
import socket
import sys
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from etl.audio import confine, parts, wire
from etl.audio.stream import Song, hear, held
from etl.audio.waveform import peaks
from etl.errors import AudioError, AudioNotFinite, AudioTooLong, AudioUnreadable

_IDLE = 19  #: as nice as can be: the frames of one song wait for the answers to others


@dataclass(frozen=True)
class _Fork:
    """One that hears a file."""

    pid: int
    ended: int  #: becomes readable when it has
    asked: socket.socket  #: becomes readable when its frames are wanted, and when nobody waits for it
    go_on: int  #: a pipe to it: a byte lets it compute them


def main(control: socket.socket) -> None:
    """Serve until the other end of ``control`` is closed."""
    warm()
    missing = confine.leave()
    gc.freeze()  # what is shared with forks stays shared
    control.send(", ".join(missing).encode() or b"-")
    with selectors.DefaultSelector() as events:
        events.register(control, selectors.EVENT_READ)
        while True:
            for key, _ in events.select():
                if key.fileobj is control:
                    try:
                        _, handles, *_ = socket.recv_fds(control, 1, 2)
                    except ConnectionResetError:  # it was closed before what we said was read
                        return
                    if len(handles) != 2:
                        return
                    _start(events, *handles)
                elif key.fileobj is key.data.asked:
                    _go_on_or_give_up(events, key.data)
                else:
                    _bury(events, key.data)


def warm() -> None:
    """Load and compile all that hearing a file will need: a fork can open nothing any more."""
    noise = np.random.default_rng(0).uniform(-1, 1, parts.WHOLE + parts.STRETCH).astype(np.float32)
    describe(Song(noise, 1.0, 1))
    with suppress(ImportError):  # what very long songs need besides, where anything is compiled
        from etl.audio.kernels import BINS, BLOCK, HOP, transform

        transform(noise[: (BLOCK + 3) * HOP], 0, np.empty((1, BINS, BLOCK), np.float32))
    for short in (48_000, 44_100):
        with held(_wav(short, noise[:1].tobytes() * short)) as clip, suppress(AudioError):
            hear(clip)


def describe(song: Song) -> tuple[wire.Described, np.ndarray | None]:
    """What a song is like, and its frames where they had to be computed for that."""
    table = None
    if len(song.samples) > parts.WHOLE:
        features = parts.describe_spread(song.samples)
    else:
        table = parts.frames(song.samples)
        features = parts.summarise(table).astype(np.float32)
    if not np.isfinite(features).all():
        raise AudioNotFinite("the file", "its description is not finite", "Export it again.")
    shown = peaks(song.samples, wire.BARS)
    return wire.Described(features, shown, song.duration_s, song.rate_hz), table


def _wav(rate: int, samples: bytes) -> bytes:
    size, wide = len(samples).to_bytes(4, "little"), (4 * rate).to_bytes(4, "little")
    head = b"\x10\0\0\0\x03\0\x01\0" + rate.to_bytes(4, "little") + wide + b"\x04\0\x20\0"
    return b"RIFF" + (len(samples) + 36).to_bytes(4, "little") + b"WAVEfmt " + head + b"data" + size + samples


def _start(events: selectors.BaseSelector, clip: int, channel: int) -> None:
    me, (told, go_on) = os.getpid(), os.pipe()
    pid = os.fork()
    if not pid:
        confine.end_with(me)
        os.dup2(os.open(os.devnull, os.O_RDWR), 2)  # mpg123 comments on damaged files
        for before, after in pairwise([2, *sorted((clip, channel, told)), 4096]):
            os.closerange(before + 1, after)
        _hear_and_end(clip, channel, told)
    os.close(clip)
    os.close(told)
    fork = _Fork(pid, os.pidfd_open(pid), socket.socket(fileno=channel), go_on)
    events.register(fork.ended, selectors.EVENT_READ, fork)
    events.register(fork.asked, selectors.EVENT_READ, fork)


def _go_on_or_give_up(events: selectors.BaseSelector, fork: _Fork) -> None:
    """The frames are wanted; or the other end is closed, and nobody wants to know any more."""
    if fork.asked.fileno() < 0:  # it ended by itself just now
        return
    with suppress(OSError):  # hung up with words unread; or the fork, which has become hostile, took the byte itself
        if fork.asked.recv(1, socket.MSG_DONTWAIT):
            os.write(fork.go_on, b"f")
            return
    events.unregister(fork.asked)
    os.kill(fork.pid, signal.SIGKILL)


def _bury(events: selectors.BaseSelector, fork: _Fork) -> None:
    """Say how it ended, and leave nothing of it."""
    _, status = os.waitpid(fork.pid, 0)
    with suppress(OSError):
        fork.asked.send(wire.pack(wire.Ended(os.waitstatus_to_exitcode(status))), socket.MSG_DONTWAIT)
    events.unregister(fork.ended)
    with suppress(KeyError):  # it was given up
        events.unregister(fork.asked)
    os.close(fork.ended)
    os.close(fork.go_on)
    fork.asked.close()


def _hear_and_end(clip: int, channel: int, told: int) -> None:
    """Hear the file and say what it is like, and its frames once they are asked for; never returns."""

    def say(message: wire.Message) -> None:
        data = memoryview(wire.pack(message))
        while data:
            data = data[os.write(channel, data) :]

    code = 0
    try:
        confine.limit()
        say(wire.Begun("decoding"))
        song = hear(clip)
        say(wire.Begun("describing"))
        described, table = describe(song)
        say(described)
        os.read(told, 1)
        os.nice(_IDLE)
        say(parts.Frames.of(parts.frames(song.samples) if table is None else table))
    except AudioError as error:
        say(wire.Refused(type(error), error.reason, error.next_step))
    except MemoryError:
        say(wire.Refused(AudioTooLong, "its samples do not fit into memory", "Give a shorter song."))
    except BrokenPipeError:
        pass
    except Exception as error:
        say(wire.Refused(AudioUnreadable, f"it cannot be decoded ({type(error).__name__})", "Export it again."))
        code = 1
    finally:
        os._exit(code)


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
