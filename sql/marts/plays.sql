-- How often each listener played each track from begin to end; of one in so many listeners (parts), by hash.
-- Asked by etl/jobs/build_audience.py. genre: place in genres (from 0), −1 for none.
SELECT
    l.listener_id, coalesce(t.artist_id, -1) AS artist_id, l.track_id,
    coalesce(array_position(%(genres)s::text [], t.genre), 0) - 1 AS genre,
    count(*) AS plays
FROM activity.listen AS l
INNER JOIN core.track AS t ON l.track_id = t.track_id
WHERE
    l.listened_at >= %(begin)s AND l.listened_at < %(end)s
    AND mod(hashint8extended(l.listener_id, 1) & 1048575, %(parts)s) = 0
GROUP BY l.listener_id, t.artist_id, l.track_id, t.genre
