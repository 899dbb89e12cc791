"""Chromium for the browser tests: Debian's own, because Playwright's download is not to be had everywhere."""

import os
import shutil
import subprocess
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome")
APT = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", "DPkg::Lock::Timeout=300", "-qq"]


def chromium() -> Path | None:
    """A Chromium, installed now if it is missing and we may; else None, and a line that says why."""
    if found := _found():
        return found
    if not shutil.which("apt-get"):
        reason = "install Chromium the way this system installs programs"
    elif os.geteuid():
        reason = "run `sudo apt-get install chromium fonts-liberation`"
    else:
        print("Installing Debian's chromium for the browser tests (about 100 MB) …", flush=True)
        for command in (["update"], ["install", "--yes", "--no-install-recommends", "chromium", "fonts-liberation"]):
            # Errors show; the rest is of no interest. A failed update is no harm if the package is known already.
            subprocess.run([*APT, *command], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        if found := _found():
            return found
        reason = "apt-get could not install it; its errors are above"
    print(f"No Chromium: the browser tests will be skipped. To run them, {reason}.")
    return None


def _found() -> Path | None:
    return next((Path(path) for path in map(shutil.which, NAMES) if path), None)


if __name__ == "__main__":
    chromium()
