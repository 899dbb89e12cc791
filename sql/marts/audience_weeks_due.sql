-- The weeks (their Mondays) before a day in which something is due. Asked by etl/jobs/build_audience.py. day: a Monday.
SELECT DISTINCT date_trunc('week', d.day)::date AS week
FROM ops.audience_due AS d
WHERE d.day < %(day)s
ORDER BY week
