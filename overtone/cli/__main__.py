"""``python -m overtone.cli``: what Airflow's tasks start."""

from overtone.cli import main

main()
