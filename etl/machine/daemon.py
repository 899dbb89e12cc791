"""Spark's own daemon, but that its workers begin with what most of them import, and do not look it through for garbage.

They do so after every task, which is some hundredths of a second of CPU each time, and a night has hundreds of tasks.
"""

import gc
import runpy

import duckdb
import numpy
import pandas
import pyarrow.parquet

__all__ = ["duckdb", "numpy", "pandas", "pyarrow"]

if __name__ == "__main__":
    gc.freeze()
    runpy.run_module("pyspark.daemon", run_name="__main__")
