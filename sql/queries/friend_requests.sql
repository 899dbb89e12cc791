-- Requests that are open, the newest first. Asked by dashboards/queries/friends.py.
SELECT
    r.other AS listener_id,
    l.name,
    l.country,
    r.from_me,
    r.since::date AS since,
    l.synthetic
FROM app.my_requests() AS r
INNER JOIN activity.listener AS l ON r.other = l.listener_id
ORDER BY r.since DESC, r.other
