"""``python -m etl.cli``: what Airflow's tasks start."""

from etl.cli import main

main()
