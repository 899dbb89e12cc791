-- Put the cells of a week (week: its Monday) into mart.audience, for the artists of pair: the artist (track 0) and each
-- of their tracks that was heard, exactly, with the sketches of seen_in. Count how many there should be, and how many
-- there are: new ones, and those that were there before, whatever they said. Asked by etl/jobs/build_audience.py, after
-- audience_pairs.sql.

-- noqa: disable=AL03,LT02,LT05,LT14,RF02,ST07
-- (USING says it shorter than two equal signs, and its columns belong to no one table.)
-- What groups of groups count is guessed too low by a hundred times: from here on tables are joined by hash.
SET LOCAL enable_nestloop = off;
SET LOCAL enable_mergejoin = off;

INSERT INTO mart.audience
    (week, artist_id, track_id, listens, listeners, heard_10, heard_20, heard_30, heard_40, heard_50, heard_60,
     heard_70, heard_80, heard_90, finished, heard_s, span, synthetic, seen, seen_half, seen_finished)
WITH part AS MATERIALIZED (
    SELECT artist_id, track_id, count(*) AS listeners FROM pair
    GROUP BY artist_id, track_id
),

whole AS (
    SELECT artist_id, count(*) AS listeners
    FROM (SELECT DISTINCT artist_id, listener_id FROM pair) AS heard
    GROUP BY artist_id
),

crowd AS (
    SELECT * FROM part
    UNION ALL
    SELECT artist_id, 0, listeners FROM whole
),

counted AS (
    SELECT
        l.artist_id, coalesce(l.track_id, 0) AS track_id, bool_or(l.synthetic) AS synthetic, count(*) AS listens,
        sum(round(l.heard_pct * coalesce(t.duration_s, 0) / 100)::bigint) AS heard_s,
        count(*) FILTER (WHERE l.heard_pct >= 10) AS heard_10,
        count(*) FILTER (WHERE l.heard_pct >= 20) AS heard_20,
        count(*) FILTER (WHERE l.heard_pct >= 30) AS heard_30,
        count(*) FILTER (WHERE l.heard_pct >= 40) AS heard_40,
        count(*) FILTER (WHERE l.heard_pct >= 50) AS heard_50,
        count(*) FILTER (WHERE l.heard_pct >= 60) AS heard_60,
        count(*) FILTER (WHERE l.heard_pct >= 70) AS heard_70,
        count(*) FILTER (WHERE l.heard_pct >= 80) AS heard_80,
        count(*) FILTER (WHERE l.heard_pct >= 90) AS heard_90,
        count(*) FILTER (WHERE l.heard_pct = 100) AS finished
    FROM activity.listen AS l
    INNER JOIN whole ON l.artist_id = whole.artist_id
    LEFT JOIN core.track AS t ON l.track_id = t.track_id
    WHERE l.listened_at >= %(week)s::date AND l.listened_at < %(week)s::date + 7
    GROUP BY GROUPING SETS ((l.artist_id), (l.artist_id, l.track_id))
)

SELECT
    %(week)s::date, artist_id, track_id, listens, crowd.listeners, heard_10, heard_20, heard_30, heard_40, heard_50,
    heard_60, heard_70, heard_80, heard_90, finished, heard_s, 1, synthetic, seen, seen_half, seen_finished
FROM crowd
INNER JOIN counted USING (artist_id, track_id)
INNER JOIN seen_in USING (artist_id, track_id)
ORDER BY artist_id, track_id;

SET LOCAL enable_nestloop = on;
SET LOCAL enable_mergejoin = on;
DROP TABLE seen_in; -- of this week

SELECT
    (SELECT count(DISTINCT artist_id) FROM pair)
    + (SELECT count(*) FROM (SELECT DISTINCT artist_id, track_id FROM pair) AS track) AS rows_in,
    count(*) FILTER (WHERE c.artist_id IS NULL) AS inserted,
    count(c.artist_id) AS updated
FROM mart.audience AS m
LEFT JOIN cell_before AS c USING (artist_id, track_id)
WHERE m.span = 1 AND m.week = %(week)s::date
    AND m.artist_id IN (
        SELECT d.artist_id FROM ops.audience_due AS d
        WHERE d.day >= %(week)s::date AND d.day < %(week)s::date + 7
    )
