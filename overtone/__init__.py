"""The roof: the command, the demo and Airflow on one machine. It alone knows every room."""
