-- From which week on an artist was heard, whether there are weeks with made listens and weeks without, and the day
-- that all are complete to.
-- Asked by dashboards/queries/audience.py. The tenant is set.
SELECT
    min(a.week) AS first_week,
    coalesce(bool_or(a.synthetic), FALSE) AS synthetic,
    coalesce(bool_or(NOT a.synthetic), FALSE) AS observed,
    (
        SELECT w.through FROM ops.watermark AS w
        WHERE w.table_name = 'mart.audience'
    ) AS through
FROM mart.audience AS a
WHERE a.track_id = 0 AND a.span = 1
