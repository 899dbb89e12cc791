"""Child processes: started with a log, waited for until they answer, ended with everything they started."""

import os
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

from etl.errors import PortTaken, SetupFailed

PATIENCE_S = 8.0  #: between asking a process to end and ending it


class Process:
    """A running command, in a session of its own so that Ctrl-C in the terminal reaches only who started it.

    Args:
        name: as a person would call it.
        command: the program and its arguments.
        log: takes what the command prints; begins anew.
        environment: what the child gets on top of what this process has.
        text: what the command reads from its standard input.
    """

    def __init__(
        self, name: str, command: Sequence[str], log: Path, environment: Mapping[str, str], text: str = ""
    ) -> None:
        self.name = name
        self.log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as file:
            self._child = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=file,
                stderr=subprocess.STDOUT,
                env={**os.environ, **environment},
                start_new_session=True,
            )
        assert self._child.stdin
        with suppress(BrokenPipeError), self._child.stdin as stdin:
            stdin.write(text.encode())
        self.pid = self._child.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._child.poll()

    def check(self) -> None:
        """Do nothing while the process runs or after it did its work.

        Raises:
            SetupFailed: it ended otherwise; the reason holds the last lines of its log.
        """
        if self.exit_code:
            raise SetupFailed(self.name, f"it ended with exit code {self.exit_code}", self.last_words())

    def last_words(self) -> str:
        """The end of the log, and where the rest of it is."""
        with self.log.open("rb") as file:
            file.seek(max(0, self.log.stat().st_size - 4_000))
            lines = file.read().decode(errors="replace").splitlines()
        return "\n".join([f"The last lines of {self.log}:", *(f"  {line}" for line in lines[-12:] if line.strip())])

    def finish(self, timeout_s: float) -> None:
        """Wait until the command has done its work.

        Raises:
            SetupFailed: it failed, or is not done after ``timeout_s``.
        """
        wait_until(lambda: self.exit_code is not None, [self], self.name, timeout_s)


def wait_until(ready: Callable[[], bool], processes: Iterable[Process], what: str, timeout_s: float) -> None:
    """Wait until something is ready, as long as the processes that it needs live.

    Raises:
        SetupFailed: a process ended, or ``timeout_s`` went by; the reason holds the last lines of a log.
    """
    processes = list(processes)
    deadline = time.monotonic() + timeout_s
    while not ready():
        for process in processes:
            process.check()
        if time.monotonic() > deadline:
            raise SetupFailed(what, f"not ready after {timeout_s:.0f} s", "\n".join(p.last_words() for p in processes))
        time.sleep(0.25)
    for process in processes:
        process.check()


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
                f"port {port}", f"{_owner(connection.pid)} listens there", f"End it, or choose another port for {what}: {setting}=…"
            )


def stop(pids: Iterable[int], patience_s: float = PATIENCE_S) -> None:
    """End processes and everything that they started; who does not go when asked is ended. The dead are no error."""
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
    """The process of that pid; None if there is none, or if it started at another time: the pid was given anew."""
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        if started is None or abs(process.create_time() - started) < 1:
            return process
    return None


def _owner(pid: int | None) -> str:
    with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
        if pid:
            return f"{psutil.Process(pid).name()} (pid {pid})"
    return "another program"
