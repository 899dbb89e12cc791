-- The nights of the demo, the newest first. limit: how many; null: all.
-- Asked by dashboards/queries/status.py and overtone/demo/nights.py.
SELECT
    day,
    wanted_at,
    wanted_by,
    begun_at,
    ended_at,
    failed
FROM app.night
ORDER BY day DESC
LIMIT %(limit)s
