-- Rows of each serving table, and the last day it is complete to (null: never loaded).
-- Asked by overtone/cli/data.py, and by dashboards/queries/status.py.
SELECT
    counted.table_name,
    counted.row_count,
    watermark.through
FROM (
    SELECT
        1 AS place,
        'core.genre' AS table_name,
        count(*) AS row_count
    FROM core.genre
    UNION ALL
    SELECT
        2 AS place,
        'core.artist' AS table_name,
        count(*) AS row_count
    FROM core.artist
    UNION ALL
    SELECT
        3 AS place,
        'core.track' AS table_name,
        count(*) AS row_count
    FROM core.track
    UNION ALL
    SELECT
        4 AS place,
        'core.track_feature' AS table_name,
        count(*) AS row_count
    FROM core.track_feature
    UNION ALL
    SELECT
        5 AS place,
        'core.track_vector' AS table_name,
        count(*) AS row_count
    FROM core.track_vector
    UNION ALL
    SELECT
        6 AS place,
        'core.sound' AS table_name,
        count(*) AS row_count
    FROM core.sound
    UNION ALL
    SELECT
        7 AS place,
        'core.video' AS table_name,
        count(*) AS row_count
    FROM core.video
    UNION ALL
    SELECT
        8 AS place,
        'core.creator' AS table_name,
        count(*) AS row_count
    FROM core.creator
    UNION ALL
    SELECT
        9 AS place,
        'core.track_match' AS table_name,
        count(*) AS row_count
    FROM core.track_match
    UNION ALL
    SELECT
        10 AS place,
        'activity.listen' AS table_name,
        count(*) AS row_count
    FROM activity.listen
    UNION ALL
    SELECT
        11 AS place,
        'activity.listener' AS table_name,
        count(*) AS row_count
    FROM activity.listener
    UNION ALL
    SELECT
        12 AS place,
        'activity.friendship' AS table_name,
        count(*) AS row_count
    FROM activity.friendship
    UNION ALL
    SELECT
        13 AS place,
        'activity.influencer' AS table_name,
        count(*) AS row_count
    FROM activity.influencer
    UNION ALL
    SELECT
        14 AS place,
        'mart.audience' AS table_name,
        count(*) AS row_count
    FROM mart.audience
    UNION ALL
    SELECT
        4 AS place,
        'core.clip' AS table_name,
        count(*) AS row_count
    FROM core.clip
    UNION ALL
    SELECT
        15 AS place,
        'mart.taste' AS table_name,
        count(*) AS row_count
    FROM mart.taste
    UNION ALL
    SELECT
        16 AS place,
        'mart.variety' AS table_name,
        count(*) AS row_count
    FROM mart.variety
) AS counted
LEFT JOIN ops.watermark ON counted.table_name = watermark.table_name
ORDER BY counted.place, counted.table_name DESC
