-- Which Postgres this is, and whether it has pgvector. Asked by etl/store/migrations.py.
SELECT
    current_setting('server_version_num')::integer / 10000 AS version,
    EXISTS(
        SELECT FROM pg_available_extensions
        WHERE name = 'vector'
    ) AS vector
