-- What each listener played in each week, by genre, for mart.variety. Asked by etl/jobs/build_tastes.py.
-- listens: of some listeners; track: the place of each one's genre (from 0; −1: none); first: the first week (Monday).
WITH played AS (
    SELECT
        listens.listener_id, date_trunc('week', listens.listened_at)::date AS week, track.genre, count(*) AS n
    FROM listens
    INNER JOIN track ON listens.track_id = track.track_id
    WHERE track.genre >= 0 AND listens.listened_at >= $first::timestamptz
    GROUP BY listens.listener_id, week, track.genre
),

by_week AS (
    SELECT
        listener_id, week, map_from_entries(list({ 'k': genre, 'v': n })) AS n
    FROM played
    GROUP BY listener_id, week
)

SELECT
    listener_id, week, list_transform(range(16), lambda place: coalesce(n[place], 0)::int) AS listens
FROM by_week
