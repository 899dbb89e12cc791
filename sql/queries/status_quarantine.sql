-- Refused rows by reason, most first, each reason with its latest example.
-- Asked by overtone/cli/data.py, and by dashboards/queries/status.py.
SELECT
    reason,
    count(*) AS row_count,
    max(day) AS last_day,
    (array_agg(source ORDER BY first_seen DESC, quarantine_id DESC))[1] AS source,
    (array_agg(position ORDER BY first_seen DESC, quarantine_id DESC))[1] AS position,
    (array_agg(detail ORDER BY first_seen DESC, quarantine_id DESC))[1] AS detail
FROM ops.quarantine
GROUP BY reason
ORDER BY row_count DESC, reason
