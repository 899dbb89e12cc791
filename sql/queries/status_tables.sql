-- Rows of each serving table, how many of them were made (synthetic), and the last day it is complete to (null: never
-- loaded). What has no word of its own hangs on what has: a match, a clip and numbers on their track, a taste and a
-- week on their listener. Genres are FMA's list, of which nobody says it (null).
-- Asked by overtone/cli/data.py, and by dashboards/queries/status.py.
WITH made_track AS (
    SELECT track_id
    FROM core.track
    WHERE synthetic
),

made_listener AS (
    SELECT listener_id
    FROM activity.listener
    WHERE synthetic
)

SELECT
    counted.table_name,
    counted.row_count,
    counted.synthetic,
    watermark.through
FROM (
    SELECT
        1 AS place,
        'core.genre' AS table_name,
        count(*) AS row_count,
        NULL::bigint AS synthetic
    FROM core.genre
    UNION ALL
    SELECT
        2 AS place,
        'core.artist' AS table_name,
        count(*) AS row_count,
        count(*) FILTER (WHERE synthetic) AS synthetic
    FROM core.artist
    UNION ALL
    SELECT
        3 AS place,
        'core.track' AS table_name,
        count(*) AS row_count,
        count(*) FILTER (WHERE synthetic) AS synthetic
    FROM core.track
    UNION ALL
    SELECT
        4 AS place,
        'core.track_feature' AS table_name,
        count(*) AS row_count,
        count(made_track.track_id) AS synthetic
    FROM core.track_feature
    LEFT JOIN made_track ON track_feature.track_id = made_track.track_id
    UNION ALL
    SELECT
        5 AS place,
        'core.track_vector' AS table_name,
        count(*) AS row_count,
        count(made_track.track_id) AS synthetic
    FROM core.track_vector
    LEFT JOIN made_track ON track_vector.track_id = made_track.track_id
    UNION ALL
    SELECT
        6 AS place,
        'core.sound' AS table_name,
        count(*) AS row_count,
        count(*) FILTER (WHERE synthetic) AS synthetic
    FROM core.sound
    UNION ALL
    SELECT
        7 AS place,
        'core.video' AS table_name,
        count(*) AS row_count,
        count(*) FILTER (WHERE synthetic) AS synthetic
    FROM core.video
    UNION ALL
    SELECT
        8 AS place,
        'core.creator' AS table_name,
        count(*) AS row_count,
        count(*) FILTER (WHERE synthetic) AS synthetic
    FROM core.creator
    UNION ALL
    SELECT
        9 AS place,
        'core.track_match' AS table_name,
        count(*) AS row_count,
        count(made_track.track_id) AS synthetic
    FROM core.track_match
    LEFT JOIN made_track ON track_match.fma_track_id = made_track.track_id
    UNION ALL
    SELECT
        10 AS place,
        'lake/listens' AS table_name,
        coalesce(sum(rows), 0)::bigint AS row_count,
        coalesce(sum(synthetic), 0)::bigint AS synthetic
    FROM ops.lake
    WHERE name = 'listens'
    UNION ALL
    SELECT
        11 AS place,
        'activity.listener' AS table_name,
        count(*) AS row_count,
        count(*) FILTER (WHERE synthetic) AS synthetic
    FROM activity.listener
    UNION ALL
    SELECT
        12 AS place,
        'activity.friendship' AS table_name,
        count(*) AS row_count,
        count(*) FILTER (WHERE synthetic) AS synthetic
    FROM activity.friendship
    UNION ALL
    SELECT
        13 AS place,
        'activity.influencer' AS table_name,
        count(*) AS row_count,
        count(*) FILTER (WHERE synthetic) AS synthetic
    FROM activity.influencer
    UNION ALL
    SELECT
        14 AS place,
        'mart.audience' AS table_name,
        count(*) AS row_count,
        ( -- by itself: both are counted by an index, and a row is large
            SELECT count(*) FROM mart.audience AS made
            WHERE made.synthetic
        ) AS synthetic
    FROM mart.audience
    UNION ALL
    SELECT
        4 AS place,
        'core.clip' AS table_name,
        count(*) AS row_count,
        count(made_track.track_id) AS synthetic
    FROM core.clip
    LEFT JOIN made_track ON clip.track_id = made_track.track_id
    UNION ALL
    SELECT
        15 AS place,
        'mart.taste' AS table_name,
        count(*) AS row_count,
        count(made_listener.listener_id) AS synthetic
    FROM mart.taste
    LEFT JOIN made_listener ON taste.listener_id = made_listener.listener_id
    UNION ALL
    SELECT
        16 AS place,
        'mart.variety' AS table_name,
        count(*) AS row_count,
        count(made_listener.listener_id) AS synthetic
    FROM mart.variety
    LEFT JOIN made_listener ON variety.listener_id = made_listener.listener_id
) AS counted
LEFT JOIN ops.watermark ON counted.table_name = watermark.table_name
ORDER BY counted.place, counted.table_name DESC
