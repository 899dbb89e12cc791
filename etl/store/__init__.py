"""Where things lie: files on any fsspec URL, and Postgres with what is loaded into it."""
