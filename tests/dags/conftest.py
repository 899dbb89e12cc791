"""Airflow reads its settings when it is first imported: they are set here, before any test of this folder is."""

import os
import tempfile

from etl.settings import CHECKOUT

os.environ |= {
    "AIRFLOW_HOME": tempfile.mkdtemp(prefix="overtone-airflow-"),
    "AIRFLOW__CORE__DAGS_FOLDER": str(CHECKOUT / "dags"),
    "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    "AIRFLOW__CORE__PLUGINS_FOLDER": str(CHECKOUT / "plugins"),
    "AIRFLOW__CORE__UNIT_TEST_MODE": "True",
}
