"""What one machine runs by itself: Java, Postgres, Airflow, the app, a browser for the tests."""
