-- The countries in which an artist's people are told, in any span. Asked by dashboards/queries/audience.py.
-- The tenant is set.
SELECT DISTINCT country
FROM mart.people
WHERE track_id = 0
ORDER BY country
