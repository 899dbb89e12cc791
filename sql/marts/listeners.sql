-- How many people listened from begin to end. Asked by etl/jobs/build_audience.py. begin, end: days; end is not in.
SELECT count(*) AS n
FROM (
    SELECT l.listener_id FROM activity.listen AS l
    WHERE l.listened_at >= %(begin)s AND l.listened_at < %(end)s
    GROUP BY l.listener_id
) AS who
