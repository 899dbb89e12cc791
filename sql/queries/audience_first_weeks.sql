-- The first week of each country that is shown of an artist. Asked by dashboards/queries/audience.py.
-- The tenant is set.
SELECT a.country, a.week, a.listens, a.listeners
FROM (
    SELECT country, min(week) AS week
    FROM mart.audience
    WHERE track_id = 0 AND span = 1 AND country NOT IN ('', 'unknown', 'hidden')
    GROUP BY country
) AS f
INNER JOIN mart.audience AS a ON f.country = a.country AND f.week = a.week AND a.track_id = 0 AND a.span = 1
ORDER BY a.country
