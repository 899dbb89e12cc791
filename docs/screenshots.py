"""Take the README's pictures from a running demo: ``.venv/bin/python docs/screenshots.py``.

Needs ``make demo`` in another terminal, its refresh done, and Debian's chromium. Writes ``docs/img/*.png``: every page
of every role, light and dark, at 360, 768 and 1280 px, in the walk of ``tests/browser/test_accessibility.py``.
"""

import sys
from pathlib import Path

import pytest

from etl.settings import Settings

IMG = Path(__file__).parent / "img"
WALK = Path(__file__).parent.parent / "tests" / "browser" / "test_accessibility.py"

if __name__ == "__main__":
    demo = f"http://127.0.0.1:{Settings.from_env().app_port}"
    sys.exit(pytest.main([str(WALK), f"--demo={demo}", f"--screenshots={IMG}", *sys.argv[1:]]))
