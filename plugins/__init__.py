"""What Airflow needs from Overtone: the task that runs a job, the assets jobs write, a link in the menu, a door."""
