-- Part of what every database needs before its first migration. Asked by etl/store/migrations.py.
CREATE EXTENSION IF NOT EXISTS vector
