"""What one machine runs by itself: Java, Spark, Postgres, and processes that end with whoever began them."""
