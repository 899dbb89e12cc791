-- Listens a day of an artist (track 0) and of each of their tracks; a day without any is not there.
-- Asked by dashboards/queries/audience.py. begin, end: days; track_id: null for all. The tenant is set.
SELECT track_id, array_agg(day ORDER BY day) AS days, array_agg(listens ORDER BY day) AS listens
FROM mart.audience_day
WHERE day BETWEEN %(begin)s::date AND %(end)s::date AND track_id = coalesce(%(track_id)s::integer, track_id)
GROUP BY track_id
ORDER BY track_id
