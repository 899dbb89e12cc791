-- What this listener played by week and genre, and the median variety of friends.
-- Asked by dashboards/queries/discover.py.
SELECT
    v.listens,
    f.median,
    f.people,
    coalesce(v.week, f.week) AS week
FROM app.my_weeks() AS v
FULL JOIN app.friends_variety() AS f ON v.week = f.week
ORDER BY coalesce(v.week, f.week)
