-- What this listener hears, and what friends who share by name do. Asked by etl/live/circle.py.
SELECT
    listener_id,
    track_ids,
    heard,
    listens,
    artist_ids
FROM app.tastes()
ORDER BY listener_id
