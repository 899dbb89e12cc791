-- How far each listener got in each song in some days or spans, an artist's together.
-- Asked by etl/jobs/build_audience.py, which counts them and makes sketches of them.
SELECT
    part, artist_id, track_id, listener_id, heard_pct
FROM pairs
DISTRIBUTE BY part, artist_id
SORT BY part, artist_id
