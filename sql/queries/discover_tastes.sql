-- What this listener hears, and what friends who share by name do. Asked by dashboards/queries/discover.py.
SELECT
    listener_id,
    track_ids,
    heard,
    listens,
    artist_ids
FROM mart.taste
ORDER BY listener_id
