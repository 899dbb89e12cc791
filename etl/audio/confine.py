"""Take from a process what hearing a file does not need: time, memory, network, files, other programs.

Linux alone does all of it. What cannot be had, in a container that forbids it, is left out and said in the log; the
limits of time and memory always hold.
"""

import ctypes
import os
import platform
import resource
import struct
import tempfile
from pathlib import Path

CPU_S = 20
MEMORY = 512 * 1024 * 1024  #: bytes of a process's own; code that it shares with others comes on top
NOBODY = 65_534

_libc = ctypes.CDLL(None, use_errno=True)
_libc.prctl.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]
_NEWNET, _NEWUSER = 0x40000000, 0x10000000
_PDEATHSIG, _SECCOMP, _SET_SECCOMP, _NO_NEW_PRIVS = 1, 21, 22, 38
_FILTER = 2
_KILLED = 9

#: What a process may still ask of Linux: to read and write what is open, for memory, for the time, and to end.
_ALLOWED = {
    "x86_64": (
        0xC000003E,
        "read 0 write 1 close 3 fstat 5 lseek 8 mmap 9 mprotect 10 munmap 11 brk 12 rt_sigaction 13 rt_sigprocmask 14"
        " rt_sigreturn 15 sched_yield 24 mremap 25 madvise 28 getpid 39 exit 60 getpriority 140 setpriority 141"
        " gettid 186 futex 202 sched_getaffinity 204 restart_syscall 219 clock_gettime 228 exit_group 231"
        " getrandom 318",
    ),
    "aarch64": (
        0xC00000B7,
        "close 57 lseek 62 read 63 write 64 fstat 80 exit 93 exit_group 94 futex 98 clock_gettime 113"
        " sched_getaffinity 123 sched_yield 124 restart_syscall 128 rt_sigaction 134 rt_sigprocmask 135"
        " rt_sigreturn 139 setpriority 140 getpriority 141 getpid 172 gettid 178 brk 214 munmap 215 mremap 216"
        " mmap 222 mprotect 226 madvise 233 getrandom 278",
    ),
}


def leave() -> list[str]:
    """Leave the network, the files and the user one runs as, for good; to be called by a process of one thread.

    Returns:
        What could not be left, in words.
    """
    missing = []
    root = os.geteuid() == 0
    if _libc.unshare(_NEWNET) and _libc.unshare(_NEWUSER | _NEWNET):
        missing.append("a network of its own")
    empty = tempfile.mkdtemp(prefix="overtone-")
    os.chdir(empty)
    Path(empty).rmdir()  # a folder that is gone: nothing can be made in it
    if root:
        try:
            os.setgroups([])
            os.setresgid(NOBODY, NOBODY, NOBODY)
            os.setresuid(NOBODY, NOBODY, NOBODY)
        except OSError:
            missing.append("a user of its own")
    if (
        _libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0)
        or platform.machine() not in _ALLOWED
        or _libc.prctl(_SECCOMP, 0, 0, 0, 0)
    ):
        missing.append("a filter of system calls")
    return missing


def end_with(parent: int) -> None:
    """Be killed when the process that started this one ends."""
    _libc.prctl(_PDEATHSIG, _KILLED, 0, 0, 0)
    if os.getppid() != parent:  # it ended before
        os._exit(1)


def limit() -> None:
    """From here on: 20 seconds of work, 512 MiB, no file written, no file opened, no process, no network."""
    size, own = (_status()[name] for name in ("VmSize", "VmData"))
    for what, most in (
        (resource.RLIMIT_AS, size - own + MEMORY),
        (resource.RLIMIT_CPU, CPU_S),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most + (what == resource.RLIMIT_CPU)))
    _filter()


def _status() -> dict[str, int]:
    """What Linux counts of this process's memory, in bytes."""
    rows = (line.split() for line in Path("/proc/self/status").read_text().splitlines())
    return {row[0].rstrip(":"): 1024 * int(row[1]) for row in rows if row[-1] == "kB"}


def _filter() -> None:
    """Let Linux answer "not permitted" to every call that is not listed above."""
    if platform.machine() not in _ALLOWED:
        return
    architecture, listed = _ALLOWED[platform.machine()]
    numbers = [int(word) for word in listed.split() if word.isdigit()]
    load, equal, answer = 0x20, 0x15, 0x06
    allow, refuse, kill = 0x7FFF0000, 0x00050001, 0x80000000
    steps = [(load, 0, 0, 4), (equal, 1, 0, architecture), (answer, 0, 0, kill), (load, 0, 0, 0)]
    steps += [(equal, len(numbers) - at, 0, number) for at, number in enumerate(numbers)]
    steps += [(answer, 0, 0, refuse), (answer, 0, 0, allow)]
    program = ctypes.create_string_buffer(b"".join(struct.pack("<HBBI", *step) for step in steps))
    described = ctypes.create_string_buffer(struct.pack("<HxxxxxxQ", len(steps), ctypes.addressof(program)))
    _libc.prctl(_SET_SECCOMP, _FILTER, ctypes.addressof(described), 0, 0)
