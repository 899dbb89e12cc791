-- This listener's lists by week, the latest first. Asked by dashboards/queries/weekly.py.
SELECT
    week,
    track_ids,
    kept_at
FROM app.weekly_list
WHERE listener_id = app.me()
ORDER BY week DESC
