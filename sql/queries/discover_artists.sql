-- What these artists are called. Asked by etl/live/suggest.py.
SELECT
    artist_id,
    name
FROM core.artist
WHERE artist_id = ANY(%(artist_ids)s::integer [])
