-- Whom this listener has blocked, as they were called then, by name. Asked by dashboards/queries/friends.py.
SELECT
    blocked AS listener_id,
    country,
    coalesce(name, 'Somebody') AS name
FROM app.block
ORDER BY coalesce(name, 'Somebody'), blocked
