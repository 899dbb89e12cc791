-- The first week that people of each country are told in. Asked by dashboards/queries/audience.py. The tenant is set.
SELECT DISTINCT ON (country) country, week, people
FROM mart.people
WHERE track_id = 0 AND span = 1 AND country <> 'unknown'
ORDER BY country, week
