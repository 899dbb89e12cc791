-- What these artists are called. Asked by dashboards/queries/discover.py.
SELECT
    artist_id,
    name
FROM core.artist
WHERE artist_id = ANY(%(artist_ids)s::integer [])
