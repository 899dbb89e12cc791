"""The demo drop: an archive like FMA's and files like pushshift's, in which every name, song and post is invented."""

from etl.synthetic.demo.drop import DemoDrop, make
from etl.synthetic.demo.sounds import truth

__all__ = ["DemoDrop", "make", "truth"]
