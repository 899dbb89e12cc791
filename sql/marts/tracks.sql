-- What Spark is told of tracks: their artist and length, and the place of their genre in genres (from 0; −1: none).
-- Asked by etl/jobs/build_audience.py and etl/jobs/build_tastes.py. genres: text[].
SELECT
    track_id,
    artist_id,
    coalesce(duration_s, 0) AS duration_s,
    coalesce(array_position(%(genres)s::text [], genre), 0) - 1 AS genre
FROM core.track
