-- The artist's own tracks, by title. Asked by dashboards/queries/artist.py. The tenant is set.
SELECT track_id, title, genre, duration_s, synthetic
FROM core.track
WHERE artist_id = nullif(current_setting('overtone.artist_id', TRUE), '')::integer
ORDER BY title, track_id
