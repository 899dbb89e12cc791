-- What each listener played in each week from the first (a Monday) on, by genre, as it is now, for mart.variety.
-- Asked by etl/jobs/build_variety.py.
CREATE TEMPORARY TABLE variety_in ON COMMIT DROP AS
WITH song AS MATERIALIZED (
    SELECT
        track_id,
        activity.genre_place(genre) AS place
    FROM core.track
    WHERE activity.genre_place(genre) IS NOT NULL
),

played AS (
    SELECT
        l.listener_id,
        song.place,
        date_trunc('week', l.listened_at AT TIME ZONE 'UTC')::date AS week,
        count(*)::integer AS n
    FROM activity.listen AS l
    INNER JOIN song ON l.track_id = song.track_id
    WHERE l.listened_at >= (%(first)s::date)::timestamp AT TIME ZONE 'UTC'
    GROUP BY l.listener_id, song.place, week
)

SELECT
    listener_id,
    week,
    ARRAY[
        coalesce(sum(n) FILTER (WHERE place = 1), 0), coalesce(sum(n) FILTER (WHERE place = 2), 0),
        coalesce(sum(n) FILTER (WHERE place = 3), 0), coalesce(sum(n) FILTER (WHERE place = 4), 0),
        coalesce(sum(n) FILTER (WHERE place = 5), 0), coalesce(sum(n) FILTER (WHERE place = 6), 0),
        coalesce(sum(n) FILTER (WHERE place = 7), 0), coalesce(sum(n) FILTER (WHERE place = 8), 0),
        coalesce(sum(n) FILTER (WHERE place = 9), 0), coalesce(sum(n) FILTER (WHERE place = 10), 0),
        coalesce(sum(n) FILTER (WHERE place = 11), 0), coalesce(sum(n) FILTER (WHERE place = 12), 0),
        coalesce(sum(n) FILTER (WHERE place = 13), 0), coalesce(sum(n) FILTER (WHERE place = 14), 0),
        coalesce(sum(n) FILTER (WHERE place = 15), 0), coalesce(sum(n) FILTER (WHERE place = 16), 0)
    ]::integer [] AS listens
FROM played
GROUP BY listener_id, week
