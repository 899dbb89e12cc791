-- Rebuild mart.audience for one week (week: its Monday) and the artists that are due in it: its published cells. Count
-- how many there should be, and how many there are: new ones, and those that were there before, whatever they said.
-- Asked by etl/jobs/build_audience.py and lab/bench/load.py.
--
-- The artist (track 0) and each track that was heard are told exactly (country ''). A country is told from ten distinct
-- listeners on. What is smaller is put together as 'hidden'; where that has fewer than ten, too, the smallest country
-- that is told joins it: a subtraction would reveal it.

-- noqa: disable=AL03,AL04,LT02,LT05,LT14,RF02,ST07
-- (USING says it shorter than three equal signs, and its columns belong to no one table.)
DROP TABLE IF EXISTS pair, whole, cell_before, side, shown; -- of another week
CREATE TEMPORARY TABLE pair ON COMMIT DROP AS -- what a listener heard of a track, from a country
SELECT l.artist_id, l.track_id, coalesce(l.country, 'unknown') AS country, l.listener_id, max(l.heard_pct) AS heard
FROM activity.listen AS l
WHERE
    l.listened_at >= %(week)s::date AND l.listened_at < %(week)s::date + 7
    AND l.artist_id IN (
        SELECT d.artist_id FROM ops.audience_due AS d
        WHERE d.day >= %(week)s::date AND d.day < %(week)s::date + 7
    )
GROUP BY l.artist_id, l.track_id, coalesce(l.country, 'unknown'), l.listener_id;
ANALYZE pair;

CREATE TEMPORARY TABLE whole ON COMMIT DROP AS
SELECT artist_id, count(*) AS listeners
FROM (SELECT DISTINCT artist_id, listener_id FROM pair) AS heard
GROUP BY artist_id;
ANALYZE whole;

CREATE TEMPORARY TABLE cell_before ON COMMIT DROP AS
SELECT m.artist_id, m.track_id, m.country
FROM mart.audience AS m
WHERE m.span = 1 AND m.week = %(week)s::date
    AND m.artist_id IN (
        SELECT d.artist_id FROM ops.audience_due AS d
        WHERE d.day >= %(week)s::date AND d.day < %(week)s::date + 7
    );
ANALYZE cell_before;

DELETE FROM mart.audience AS m
WHERE m.span = 1 AND m.week = %(week)s::date
    AND m.artist_id IN (
        SELECT d.artist_id FROM ops.audience_due AS d
        WHERE d.day >= %(week)s::date AND d.day < %(week)s::date + 7
    );

-- What groups of groups count is guessed too low by a hundred times: from here on tables are joined by hash.
SET LOCAL enable_nestloop = off;
SET LOCAL enable_mergejoin = off;

-- The countries of artists with ten listeners, and whether each is shown as itself.
CREATE TEMPORARY TABLE side ON COMMIT DROP AS
WITH heard AS MATERIALIZED (
    SELECT DISTINCT artist_id, country, listener_id
    FROM pair
    INNER JOIN whole USING (artist_id)
    WHERE whole.listeners >= 10
),

cell AS MATERIALIZED (
    SELECT artist_id, country, count(*) AS listeners
    FROM heard
    GROUP BY artist_id, country
),

rest AS (
    SELECT artist_id, count(DISTINCT listener_id) AS listeners
    FROM heard
    INNER JOIN (SELECT artist_id, country FROM cell WHERE listeners < 10) AS small USING (artist_id, country)
    GROUP BY artist_id
)

SELECT
    artist_id, country,
    cell.listeners >= 10 AND (
        rest.listeners IS NULL OR rest.listeners >= 10
        OR 1 < row_number() OVER (PARTITION BY artist_id ORDER BY cell.listeners < 10, cell.listeners, country)
    ) AS shown
FROM cell
LEFT JOIN rest USING (artist_id);
ANALYZE side;

-- In which country each track is counted, and whether by itself there, too: where the country is shown, and what is left
-- of the track is ten listeners, or none. It is never asked for by itself.
CREATE TEMPORARY TABLE shown ON COMMIT DROP AS
WITH cell AS MATERIALIZED (
    SELECT
        artist_id, track_id, country, count(*) AS listeners,
        CASE WHEN side.shown THEN country ELSE 'hidden' END AS in_country,
        count(*) >= 10 AND side.shown AS large
    FROM pair
    INNER JOIN side USING (artist_id, country)
    GROUP BY artist_id, track_id, country, side.shown
),

rest AS (
    SELECT artist_id, track_id, count(DISTINCT listener_id) AS listeners
    FROM pair
    INNER JOIN (
        SELECT artist_id, track_id, country FROM cell
        WHERE NOT large AND (artist_id, track_id) IN (SELECT artist_id, track_id FROM cell WHERE large)
    ) AS small USING (artist_id, track_id, country)
    GROUP BY artist_id, track_id
)

SELECT
    artist_id, track_id, country, in_country,
    large AND (
        rest.listeners IS NULL OR rest.listeners >= 10
        OR 1 < row_number() OVER (PARTITION BY artist_id, track_id ORDER BY NOT large, cell.listeners, country)
    ) AS as_both
FROM cell
LEFT JOIN rest USING (artist_id, track_id);
ANALYZE shown;

INSERT INTO mart.audience
    (week, artist_id, track_id, listens, listeners, heard_10, heard_20, heard_30, heard_40, heard_50, heard_60,
     heard_70, heard_80, heard_90, finished, heard_s, span, synthetic, country, seen)
WITH one AS ( -- who is in which published cell, at which place of 4096 (of each 64 the first is the last bit)
    SELECT
        artist_id, track_id, '' AS country, max(heard) AS heard,
        int4xor((hashint8extended(listener_id, 0) & 4095)::integer, 63) AS place
    FROM pair
    GROUP BY artist_id, track_id, listener_id
    UNION ALL
    SELECT
        artist_id, 0, in_country, max(heard), int4xor((hashint8extended(listener_id, 0) & 4095)::integer, 63) AS place
    FROM pair
    INNER JOIN shown USING (artist_id, track_id, country)
    GROUP BY artist_id, in_country, listener_id
    UNION ALL
    SELECT
        artist_id, track_id, country, heard, int4xor((hashint8extended(listener_id, 0) & 4095)::integer, 63) AS place
    FROM pair
    INNER JOIN shown USING (artist_id, track_id, country)
    WHERE as_both
),

part AS MATERIALIZED (
    SELECT artist_id, track_id, country, count(*) AS listeners, bit_or(mart.seen(place, heard)) AS seen
    FROM one
    GROUP BY artist_id, track_id, country
),

crowd AS (
    SELECT * FROM part
    UNION ALL
    SELECT artist_id, 0, '', min(whole.listeners), bit_or(seen) -- an artist's tracks are all of it
    FROM part
    INNER JOIN whole USING (artist_id)
    WHERE country = ''
    GROUP BY artist_id
),

base AS (
    SELECT
        l.artist_id, l.track_id, coalesce(l.country, 'unknown') AS country, bool_or(l.synthetic) AS synthetic,
        count(*) AS listens,
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
    GROUP BY l.artist_id, l.track_id, coalesce(l.country, 'unknown')
),

counted AS ( -- how much was heard in each: of all, a track, a country, and both (null: not published)
    SELECT
        artist_id, coalesce(of_track, both_track, 0) AS track_id, coalesce(in_country, both_country, '') AS country,
        bool_or(synthetic) AS synthetic, sum(listens)::integer AS listens, sum(heard_s)::bigint AS heard_s,
        sum(heard_10)::integer AS heard_10, sum(heard_20)::integer AS heard_20, sum(heard_30)::integer AS heard_30,
        sum(heard_40)::integer AS heard_40, sum(heard_50)::integer AS heard_50, sum(heard_60)::integer AS heard_60,
        sum(heard_70)::integer AS heard_70, sum(heard_80)::integer AS heard_80, sum(heard_90)::integer AS heard_90,
        sum(finished)::integer AS finished
    FROM (
        SELECT
            base.*, track_id AS of_track, in_country,
            CASE WHEN as_both THEN track_id END AS both_track, CASE WHEN as_both THEN country END AS both_country
        FROM base
        LEFT JOIN shown USING (artist_id, track_id, country)
    ) AS b
    GROUP BY GROUPING SETS (
        (artist_id), (artist_id, of_track), (artist_id, in_country), (artist_id, both_track, both_country)
    )
    HAVING
        (GROUPING(in_country) = 1 OR in_country IS NOT NULL) AND (GROUPING(both_track) = 1 OR both_track IS NOT NULL)
)

SELECT
    %(week)s::date, artist_id, track_id, n.listens, crowd.listeners,
    least(n.listens, (heard_10 + up) / unit * unit), least(n.listens, (heard_20 + up) / unit * unit),
    least(n.listens, (heard_30 + up) / unit * unit), least(n.listens, (heard_40 + up) / unit * unit),
    least(n.listens, (heard_50 + up) / unit * unit), least(n.listens, (heard_60 + up) / unit * unit),
    least(n.listens, (heard_70 + up) / unit * unit), least(n.listens, (heard_80 + up) / unit * unit),
    least(n.listens, (heard_90 + up) / unit * unit), least(n.listens, (finished + up) / unit * unit),
    CASE WHEN country = '' THEN heard_s END, 1, synthetic, country, seen
FROM crowd
INNER JOIN counted AS c USING (artist_id, track_id, country)
-- Of a country in tens, up or down by a rule that is fixed for a cell and fair on average.
CROSS JOIN LATERAL (
    SELECT
        CASE WHEN country = '' THEN 1 ELSE 10 END AS unit,
        CASE
            WHEN country = '' THEN 0
            ELSE
                mod(hashtextextended(concat_ws('/', artist_id, track_id, country, %(week)s::date), 0) & 1023, 10)
                ::integer
        END AS up
) AS r
-- The listens of a track in a country are in tens, too: countries and tracks cross, and could be subtracted.
CROSS JOIN LATERAL (
    SELECT CASE WHEN track_id <> 0 AND country <> '' THEN (c.listens + up) / 10 * 10 ELSE c.listens END
) AS n (listens)
ORDER BY artist_id, track_id, country;

SET LOCAL enable_nestloop = on;
SET LOCAL enable_mergejoin = on;

SELECT
    (SELECT count(*) FROM whole)
    + (SELECT count(*) FROM (SELECT DISTINCT artist_id, track_id FROM pair) AS track)
    + (SELECT count(*) FROM (SELECT DISTINCT artist_id, in_country FROM shown) AS land)
    + (SELECT count(*) FROM shown WHERE as_both) AS rows_in,
    count(*) FILTER (WHERE c.artist_id IS NULL) AS inserted,
    count(c.artist_id) AS updated
FROM mart.audience AS m
LEFT JOIN cell_before AS c USING (artist_id, track_id, country)
WHERE m.span = 1 AND m.week = %(week)s::date
    AND m.artist_id IN (
        SELECT d.artist_id FROM ops.audience_due AS d
        WHERE d.day >= %(week)s::date AND d.day < %(week)s::date + 7
    )
