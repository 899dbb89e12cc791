-- Who this listener is, what they share, and until when nothing is kept. Asked by dashboards/queries/listeners.py.
SELECT
    l.listener_id,
    l.name,
    l.country,
    l.synthetic,
    c.private_until,
    app.my_sharing() AS sharing
FROM activity.listener AS l
LEFT JOIN app.listener AS c ON l.listener_id = c.listener_id AND c.private_until > now()
WHERE l.listener_id = app.me()
