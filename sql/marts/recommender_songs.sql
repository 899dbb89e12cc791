-- Every song's artist (−1: none) and the place of its genre in genres (from 0; −1: none), by id.
-- Asked by etl/jobs/build_recommender.py. genres: text[].
SELECT
    track_id,
    coalesce(artist_id, -1) AS artist_id,
    coalesce(array_position(%(genres)s::text [], genre), 0) - 1 AS genre
FROM core.track
ORDER BY track_id
