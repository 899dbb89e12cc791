"""Spark's own daemon, but that its workers begin with what jobs import there, and do not look it through for garbage.

They do so after every task, which is a tenth of a second of CPU each, and a match has sixty.
"""

import gc
import runpy

from etl.audio.reference import librosa
from etl.jobs import describe_audio, match_tracks

__all__ = ["describe_audio", "match_tracks"]

librosa()
gc.freeze()
runpy.run_module("pyspark.daemon", run_name="__main__")
