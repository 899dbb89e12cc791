"""Airflow reads its settings when it is first imported: they are set here, before any test of this folder is."""

import atexit
import os
import shutil
import tempfile

from etl.settings import CHECKOUT

home = tempfile.mkdtemp(prefix="overtone-airflow-")
atexit.register(shutil.rmtree, home, ignore_errors=True)

os.environ |= {
    "AIRFLOW_HOME": home,
    "AIRFLOW__CORE__DAGS_FOLDER": str(CHECKOUT / "dags"),
    "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    "AIRFLOW__CORE__PLUGINS_FOLDER": str(CHECKOUT / "plugins"),
    "AIRFLOW__CORE__UNIT_TEST_MODE": "True",
}
