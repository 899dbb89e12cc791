-- What this listener played by week and genre, and the median variety of friends.
-- Asked by dashboards/queries/discover.py.
SELECT
    v.listens,
    f.median,
    f.people,
    coalesce(v.week, f.week) AS week
FROM (
    SELECT
        own.week,
        own.listens
    FROM mart.variety AS own
    WHERE own.listener_id = app.me()
) AS v
FULL JOIN app.friends_variety() AS f ON v.week = f.week
ORDER BY coalesce(v.week, f.week)
