-- Listens a day of an artist or of one track; a day without any has no row.
-- Asked by dashboards/queries/audience.py. begin, end: days; track_id: 0 for all. The tenant is set.
SELECT day, listens, listeners
FROM mart.audience_day
WHERE track_id = %(track_id)s::integer AND day BETWEEN %(begin)s::date AND %(end)s::date
ORDER BY day
