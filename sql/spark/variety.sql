-- What each listener played in each week, by genre, as it is now, for mart.variety. Asked by etl/jobs/build_variety.py.
-- listens: from the first week on; track: the place of each one's genre (from 0; −1: none).
WITH played AS (
    SELECT
        listens.listener_id, to_date(date_trunc('week', listens.listened_at)) AS week, track.genre, count(*) AS n
    FROM listens
    INNER JOIN track ON listens.track_id = track.track_id
    WHERE track.genre >= 0
    GROUP BY listens.listener_id, week, track.genre
),

week AS (
    SELECT
        listener_id, week, map_from_entries(collect_list(struct(genre, n))) AS n
    FROM played
    GROUP BY listener_id, week
)

SELECT
    listener_id, week, transform(sequence(0, 15), place -> cast(coalesce(n[place], 0) AS int)) AS listens
FROM week
