"""Child processes: started with a log, waited for until they answer, ended with everything they started."""

import ctypes
import logging
import os
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing, suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import IO

import psutil

from etl.errors import PortTaken, SetupFailed

LOG_BYTES = 10_000_000  #: a longer log goes on in a new file, and the one before is kept beside it
PATIENCE_S = 5.0  #: between asking a process to end and ending it


class Process:
    """A running command, in a session of its own: Ctrl-C in the terminal reaches only who started it.

    Args:
        name: as a person would call it.
        command: the program and its arguments.
        log: takes what the command prints; begins anew, and anew at ``LOG_BYTES``.
        environment: what the child gets on top of what this process has.
        text: what the command reads from its standard input.
    """

    def __init__(
        self, name: str, command: Sequence[str], log: Path, environment: Mapping[str, str], text: str = ""
    ) -> None:
        def prepare() -> None:
            end_with_parent()
            for variable, value in environment.items():
                os.putenv(variable, value)  # in the child only; ours is read in etl/settings.py alone

        self.name = name
        self.log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_bytes(b"")
        self._child = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            preexec_fn=prepare,
            start_new_session=True,
        )
        assert self._child.stdin
        assert self._child.stdout
        self._reader = threading.Thread(target=_keep, args=(self._child.stdout, log), name=f"log {name}", daemon=True)
        self._reader.start()
        with suppress(BrokenPipeError), self._child.stdin as stdin:
            stdin.write(text.encode())
        self.pid = self._child.pid

    def check(self) -> None:
        """Do nothing while the process runs.

        Raises:
            SetupFailed: it ended; the last lines of its log say why.
        """
        if (code := self._child.poll()) is not None:
            raise SetupFailed(self.name, f"it ended with exit code {code}", self.last_words())

    def finish(self, timeout_s: float, meanwhile: Callable[[], None] = lambda: None) -> None:
        """Wait until the command has done its work, calling ``meanwhile`` now and then.

        Raises:
            SetupFailed: it failed, or is not done after ``timeout_s``.
        """
        deadline = time.monotonic() + timeout_s
        while (code := self._child.poll()) is None:
            if time.monotonic() > deadline:
                raise SetupFailed(self.name, f"not done after {timeout_s:.0f} s", self.last_words())
            meanwhile()
            time.sleep(0.25)
        if code:
            raise SetupFailed(self.name, f"it ended with exit code {code}", self.last_words())

    def lines(self) -> list[str]:
        """The end of the log."""
        if self._child.poll() is not None:
            self._reader.join(timeout=2)  # longer where a child of its own still holds its output
        with self.log.open("rb") as file:
            file.seek(max(0, self.log.stat().st_size - 4_000))
            lines = file.read().decode(errors="replace").splitlines()
        return [line.rstrip() for line in lines[-12:] if line.strip()]

    def last_words(self) -> str:
        """The end of the log for a person to read, and where the rest of it is."""
        return "\n  ".join([f"The last lines of {self.log}:", *self.lines()])


def _keep(said: IO[bytes], log: Path) -> None:
    """Write what a process says to its log as it comes, so that somebody bounds it."""
    with said, closing(RotatingFileHandler(log, maxBytes=LOG_BYTES, backupCount=1, encoding="utf-8")) as kept:
        while line := said.readline(1 << 16):
            kept.emit(logging.makeLogRecord({"msg": line.decode(errors="replace").rstrip("\n")}))


def wait_until(ready: Callable[[], bool], servers: Sequence[Process], what: str, timeout_s: float) -> None:
    """Wait until servers of ours are ready, as long as all of them live.

    Raises:
        SetupFailed: one ended, or ``timeout_s`` went by; the last lines of a log say why.
    """
    deadline = time.monotonic() + timeout_s
    while not ready():
        for server in servers:
            server.check()
        if time.monotonic() > deadline:
            words = "\n".join(server.last_words() for server in servers)
            raise SetupFailed(what, f"not ready after {timeout_s:.0f} s", words)
        time.sleep(0.25)


def get(url: str, timeout_s: float = 5) -> bytes | None:
    """What a server of ours answers at ``url``; None while it does not, or answers with an error."""
    with suppress(OSError, urllib.error.HTTPError), urllib.request.urlopen(url, timeout=timeout_s) as answer:
        return answer.read()
    return None


def check_port(port: int, what: str, setting: str) -> None:
    """Make sure that a server of ours can listen on ``port``.

    Raises:
        PortTaken: somebody listens there already.
    """
    for connection in psutil.net_connections("tcp"):
        if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port:
            raise PortTaken(
                f"port {port}",
                f"{_owner(connection.pid)} listens there",
                f"End it, or choose another port for {what}: {setting}=…",
            )


def stop(pids: Iterable[int], patience_s: float = PATIENCE_S) -> None:
    """End processes and all that they started, asking first; that some are gone already is no error."""
    roots = [process for pid in pids if (process := identify(pid))]
    family = set(roots)
    for root in roots:
        with suppress(psutil.NoSuchProcess):
            family.update(root.children(recursive=True))
            root.terminate()
    deadline = time.monotonic() + patience_s
    while psutil.wait_procs(roots, timeout=0.2)[1] and time.monotonic() < deadline:
        for member in list(family):  # who dies leaves its children to nobody: remember them before
            with suppress(psutil.NoSuchProcess):
                family.update(member.children(recursive=True))
    for member in family:
        with suppress(psutil.NoSuchProcess):
            member.kill()
    psutil.wait_procs(family, timeout=5)


def identify(pid: int, started: float | None = None) -> psutil.Process | None:
    """The process of that pid; None if it is gone, or if it started at another time: the pid was reused."""
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)  # pid 0, of nobody, raises too
        if started is None or abs(process.create_time() - started) < 1:
            return process
    return None


def end_with_parent() -> None:
    """Have Linux ask this process to end when its parent is gone, killed outright too; for ``preexec_fn``."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # 1: PR_SET_PDEATHSIG


def _owner(pid: int | None) -> str:
    with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
        if pid:
            return f"{psutil.Process(pid).name()} (pid {pid})"
    return "another program"
