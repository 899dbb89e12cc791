-- Rebuild mart.audience_day for one day and the artists that are due in it: the artist (track 0) and each of their
-- tracks that was heard. Asked by etl/jobs/build_audience.py and lab/bench/load.py. day: the one.
DELETE FROM mart.audience_day AS m
USING ops.audience_due AS d
WHERE d.day = %(day)s AND m.day = %(day)s AND m.artist_id = d.artist_id;

INSERT INTO mart.audience_day (artist_id, track_id, day, listens, listeners)
WITH heard AS (
    SELECT l.artist_id, l.track_id, l.listener_id, count(*) AS listens
    FROM activity.listen AS l
    WHERE
        l.listened_at >= %(day)s::date AND l.listened_at < %(day)s::date + 1
        AND l.artist_id IN (
            SELECT d.artist_id FROM ops.audience_due AS d
            WHERE d.day = %(day)s
        )
    GROUP BY l.artist_id, l.track_id, l.listener_id
)

SELECT artist_id, track_id, %(day)s::date AS day, sum(listens) AS listens, count(*) AS listeners
FROM heard
GROUP BY artist_id, track_id
UNION ALL
SELECT artist_id, 0 AS track_id, %(day)s::date AS day, sum(listens) AS listens, count(*) AS listeners
FROM (
    SELECT artist_id, listener_id, sum(listens) AS listens FROM heard
    GROUP BY artist_id, listener_id
) AS one
GROUP BY artist_id;

UPDATE ops.audience_due SET day_is_built = TRUE
WHERE day = %(day)s
