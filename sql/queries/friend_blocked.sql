-- Whom this listener has blocked, by name. Asked by dashboards/queries/friends.py.
SELECT
    b.blocked AS listener_id,
    l.name,
    l.country
FROM app.block AS b
INNER JOIN activity.listener AS l ON b.blocked = l.listener_id
ORDER BY l.name, b.blocked
