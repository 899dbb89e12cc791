-- This listener's friends, by name. Asked by etl/live/circle.py.
SELECT
    f.friend AS listener_id,
    l.name,
    l.country,
    f.since,
    f.sharing,
    l.synthetic
FROM app.my_friends() AS f
INNER JOIN activity.listener AS l ON f.friend = l.listener_id
ORDER BY l.name, f.friend
