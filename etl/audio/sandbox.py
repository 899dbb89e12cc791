"""Have a stranger's file heard by a process that can do nothing else, and hear what it says (``etl.audio.worker``)."""

import logging
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from functools import cache
from pathlib import Path

from etl.audio import wire
from etl.audio.confine import CPU_S
from etl.audio.parts import Frames
from etl.errors import AudioTooLong, AudioUnreadable, TemporaryError

WALL_S = 60  #: for a file, however much else the machine does
STARTING_S = 120  #: for the worker, which may have to compile

_LOOK_S = 0.1  #: between two questions whether anybody still waits
_ROOT = Path(__file__).resolve().parents[2]

log = logging.getLogger(__name__)


class NotHeard(TemporaryError):
    """A file could not be heard now, through no fault of its own."""


class Cancelled(Exception):
    """Whoever sent a file does not wait for it any more."""


class Sandbox:
    """A worker, started when it is first needed and again should it have ended; safe to share between threads."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._process: subprocess.Popen | None = None
        self._control: socket.socket | None = None
        self._ready = False

    def start(self) -> None:
        """Start the worker, if it is not running; whoever comes before it is ready will wait."""
        with self._guard:
            if self._process is None or self._process.poll() is not None:
                self._start()

    def close(self) -> None:
        """End the worker and whatever it hears."""
        with self._guard:
            self._end()

    @property
    def pid(self) -> int | None:
        """Of the worker; None where there is none."""
        return self._process.pid if self._process else None

    def hear(
        self, clip: int, cancelled: Callable[[], bool] = lambda: False, wall_s: float = WALL_S
    ) -> Iterator[wire.Begun | wire.Described | Frames]:
        """Have a file heard.

        Ended early, by closing the iterator, it has the process killed, which is gone in any case at the end. The
        frames are computed when they are asked for, with the lowest priority.

        Args:
            clip: a handle of the file, such as of ``os.memfd_create``; it stays open.
            cancelled: asked ten times a second, and with all that is said.
            wall_s: seconds, after which the file is given up.
        Yields:
            Decoding begins, describing begins, what it is like, its frames.
        Raises:
            AudioError: it cannot be described; the error calls it "the file".
            NotHeard: no worker can be started.
            Cancelled: as ``cancelled`` said.
        """
        ours, theirs = socket.socketpair()
        with closing(ours), closing(theirs):
            self._ask(clip, theirs.fileno())
            theirs.close()
            yield from _messages(ours, time.monotonic() + wall_s, cancelled)

    def _ask(self, clip: int, channel: int) -> None:
        with self._guard:
            for _ in range(2):  # one that was killed is only noticed by asking
                if self._process is None or self._process.poll() is not None:
                    self._start()
                assert self._control is not None
                try:
                    if not self._ready:
                        self._wait()
                    socket.send_fds(self._control, [b"h"], [clip, channel])
                    return
                except OSError as error:
                    log.warning("the process that hears uploads is gone (%s)", error)
                    self._end()
        raise NotHeard("the file", "what would hear it does not start", "Try again in a minute.")

    def _start(self) -> None:
        self._end()
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            handle = theirs.fileno()
            self._process = subprocess.Popen(
                [sys.executable, "-m", "etl.audio.worker", str(handle)],
                cwd=_ROOT,
                env={"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},  # no address and no password of ours
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[handle],
                start_new_session=True,  # Ctrl-C is ours; closing the socket ends it
            )

    def _wait(self) -> None:
        assert self._control is not None
        self._control.settimeout(STARTING_S)
        said = self._control.recv(4096)
        if not said:
            raise ConnectionError("it ended before it was ready")
        if said != b"-":
            log.warning("uploads are heard without %s: not allowed here. The other limits hold.", said.decode())
        self._ready = True

    def _end(self) -> None:
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(5)
            self._process.kill()
            self._process.wait()
        self._control, self._process, self._ready = None, None, False


@cache
def shared() -> Sandbox:
    """The one worker of this process."""
    return Sandbox()


def _messages(
    ours: socket.socket, deadline: float, cancelled: Callable[[], bool]
) -> Iterator[wire.Begun | wire.Described | Frames]:
    """What may be said, in the order in which it may be."""

    def receive(count: int) -> bytes:
        got = bytearray()
        with selectors.DefaultSelector() as events:
            events.register(ours, selectors.EVENT_READ)
            while len(got) < count:
                if cancelled():
                    raise Cancelled
                if time.monotonic() > deadline:
                    raise AudioTooLong("the file", "hearing it takes too long", "Give a shorter song.")
                if not events.select(_LOOK_S):
                    continue
                part = ours.recv(min(count - len(got), 1 << 20))
                if not part:
                    raise wire.Nonsense("it broke off")
                got += part
        return bytes(got)

    try:
        for wanted in (*wire.Begun.STAGES, wire.Described, Frames):
            if wanted is Frames:
                ours.send(b"f")
            message = wire.unpack(receive)
            if isinstance(message, wire.Refused):
                raise message.error("the file", message.reason, message.next_step)
            if isinstance(message, wire.Ended):
                raise _broken(message.status)
            if (message.stage if isinstance(message, wire.Begun) else type(message)) != wanted:
                raise wire.Nonsense(f"not its turn: {message!r:.80}")
            yield message  # type: ignore[misc]  # Refused and Ended are raised above
    except (wire.Nonsense, OSError) as error:
        log.warning("a file was given up: %s", error)
        raise _broken(0) from error


def _broken(status: int) -> AudioTooLong | AudioUnreadable:
    """How a process that ended without an answer is explained."""
    if status in (-signal.SIGXCPU, -signal.SIGKILL):
        return AudioTooLong("the file", f"decoding it takes more than {CPU_S} seconds", "Give a shorter song.")
    return AudioUnreadable("the file", "it breaks the decoder", "Export it again, as an mp3 or a wav.")
