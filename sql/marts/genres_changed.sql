-- Tracks whose genre is another one than they are counted as, or that never were. place: of it in genres (from 0; −1:
-- none); counted: 1 where it was. Asked by etl/jobs/build_tastes.py. genres: text[].
SELECT
    coalesce(c.track_id, g.track_id) AS track_id,
    coalesce(array_position(%(genres)s::text [], c.genre), 0) - 1 AS place,
    (g.track_id IS NOT NULL)::integer AS counted
FROM core.track AS c
FULL JOIN ops.genre_counted AS g ON c.track_id = g.track_id
WHERE g.place IS DISTINCT FROM coalesce(array_position(%(genres)s::text [], c.genre), 0) - 1
