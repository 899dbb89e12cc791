"""One Spark session for all tests of this folder: a job that opens its own inside a test gets this one."""

import os
from collections.abc import Iterator

import pytest
from pyspark.sql import SparkSession

from etl.machine.spark import CONF, session, warm
from etl.settings import Settings


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    warm()  # as the set-up does; an environment may be older than what it does today
    home = tmp_path_factory.mktemp("spark")
    env = os.environ | {"OVERTONE_HOME": str(home), "OVERTONE_SPARK_MASTER": "local[2]"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(CONF, "spark.python.daemon.module", "tests.spark.daemon")
        with session(Settings.from_env(env), "tests") as spark:
            yield spark
