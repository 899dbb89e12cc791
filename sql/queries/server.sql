-- Which Postgres this is, whether it has pgvector and the role that pages ask as, and who asks.
-- Asked by etl/store/migrations.py.
SELECT
    current_setting('server_version_num')::integer / 10000 AS version,
    EXISTS(
        SELECT FROM pg_available_extensions
        WHERE name = 'vector'
    ) AS vector,
    to_regrole('overtone_app') IS NOT NULL AS app_role,
    quote_ident(current_user) AS asks
