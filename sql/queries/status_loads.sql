-- The books of the latest loads, newest first: rows_in = inserted + updated + unchanged + quarantined.
-- Asked by overtone/cli/data.py, and by dashboards/queries/status.py. limit: how many, or null for all.
SELECT
    run_id,
    job,
    day,
    table_name,
    rows_in,
    inserted,
    updated,
    unchanged,
    quarantined,
    started_at,
    finished_at
FROM ops.load
ORDER BY finished_at DESC, run_id DESC, table_name
LIMIT %(limit)s
