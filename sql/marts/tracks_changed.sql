-- Tracks that are another artist's, or of another genre, than they are counted as, or never were counted. genre: its
-- place in genres (from 0; −1: none); counted: 1 where it was. Asked by etl/jobs/build_tastes.py. genres: text[].
SELECT
    c.track_id,
    c.artist_id,
    coalesce(array_position(%(genres)s::text [], c.genre), 0) - 1 AS genre,
    (t.track_id IS NOT NULL)::integer AS counted
FROM core.track AS c
LEFT JOIN ops.counted_as AS t ON c.track_id = t.track_id
WHERE
    (t.artist_id, t.genre) IS DISTINCT FROM
    (c.artist_id, coalesce(array_position(%(genres)s::text [], c.genre), 0) - 1)
