-- What these tracks are called. Asked by etl/live/circle.py.
SELECT
    track_id,
    title,
    artist_id,
    artist_name,
    genre,
    synthetic
FROM core.track
WHERE track_id = ANY(%(track_ids)s::integer [])
