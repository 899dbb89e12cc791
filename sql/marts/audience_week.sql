-- Rebuild mart.audience for one week (week: its Monday) and the artists that are due in it: its published cells.
--
-- A cell is published from ten distinct listeners on. What is smaller is put together as hidden (track −1, country
-- 'hidden'); where that has fewer than ten, too, the smallest published cell joins it: a subtraction would reveal it.

-- noqa: disable=AL03,LT02,LT05,RF02,ST07
-- (USING says it shorter than four equal signs, and its columns belong to no one table.)
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

CREATE TEMPORARY TABLE shown_artist ON COMMIT DROP AS
SELECT artist_id
FROM (SELECT DISTINCT artist_id, listener_id FROM pair) AS heard
GROUP BY artist_id
HAVING count(*) >= 10;

-- Tracks: each as itself or as −1.
CREATE TEMPORARY TABLE shown_track ON COMMIT DROP AS
WITH cell AS (
    SELECT artist_id, track_id, count(*) AS listeners
    FROM (SELECT DISTINCT artist_id, track_id, listener_id FROM pair) AS heard
    INNER JOIN shown_artist USING (artist_id)
    GROUP BY artist_id, track_id
),

rest AS (
    SELECT artist_id, count(DISTINCT listener_id) AS listeners
    FROM pair
    INNER JOIN cell USING (artist_id, track_id)
    WHERE cell.listeners < 10
    GROUP BY artist_id
)

SELECT
    artist_id, track_id,
    CASE
        WHEN cell.listeners < 10 THEN -1
        WHEN rest.listeners < 10 AND 1 = row_number() OVER (
            PARTITION BY artist_id ORDER BY cell.listeners < 10, cell.listeners, track_id
        ) THEN -1
        ELSE track_id
    END AS shown
FROM cell
LEFT JOIN rest USING (artist_id);

-- Countries: each as itself or as 'hidden'.
CREATE TEMPORARY TABLE shown_country ON COMMIT DROP AS
WITH cell AS (
    SELECT artist_id, country, count(*) AS listeners
    FROM (SELECT DISTINCT artist_id, country, listener_id FROM pair) AS heard
    INNER JOIN shown_artist USING (artist_id)
    GROUP BY artist_id, country
),

rest AS (
    SELECT artist_id, count(DISTINCT listener_id) AS listeners
    FROM pair
    INNER JOIN cell USING (artist_id, country)
    WHERE cell.listeners < 10
    GROUP BY artist_id
)

SELECT
    artist_id, country,
    CASE
        WHEN cell.listeners < 10 THEN 'hidden'
        WHEN rest.listeners < 10 AND 1 = row_number() OVER (
            PARTITION BY artist_id ORDER BY cell.listeners < 10, cell.listeners, country
        ) THEN 'hidden'
        ELSE country
    END AS shown
FROM cell
LEFT JOIN rest USING (artist_id);

-- Countries of a track: both must be shown by themselves. What is left of a track is never asked for by itself.
CREATE TEMPORARY TABLE shown_both ON COMMIT DROP AS
WITH cell AS (
    SELECT
        artist_id, track_id, country, count(*) AS listeners,
        count(*) >= 10 AND min(shown_track.shown) = track_id AND min(shown_country.shown) = country AS shown
    FROM pair
    INNER JOIN shown_track USING (artist_id, track_id)
    INNER JOIN shown_country USING (artist_id, country)
    GROUP BY artist_id, track_id, country
),

rest AS (
    SELECT artist_id, track_id, count(DISTINCT listener_id) AS listeners
    FROM pair
    INNER JOIN cell USING (artist_id, track_id, country)
    WHERE NOT cell.shown
    GROUP BY artist_id, track_id
),

ranked AS (
    SELECT
        artist_id, track_id, country, rest.listeners AS left_over,
        row_number() OVER (PARTITION BY artist_id, track_id ORDER BY cell.listeners, country) AS place
    FROM cell
    LEFT JOIN rest USING (artist_id, track_id)
    WHERE cell.shown
)

SELECT artist_id, track_id, country
FROM ranked
WHERE left_over IS NULL OR left_over >= 10 OR place > 1;

-- Who is in which published cell: distinct listeners and their bits.
CREATE TEMPORARY TABLE cell_listener ON COMMIT DROP AS
WITH member AS (
    SELECT artist_id, 0 AS track_id, '' AS country, listener_id, heard
    FROM pair
    INNER JOIN shown_artist USING (artist_id)
    UNION ALL
    SELECT artist_id, shown_track.shown, '', listener_id, heard
    FROM pair
    INNER JOIN shown_track USING (artist_id, track_id)
    UNION ALL
    SELECT artist_id, 0, shown_country.shown, listener_id, heard
    FROM pair
    INNER JOIN shown_country USING (artist_id, country)
    UNION ALL
    SELECT artist_id, track_id, country, listener_id, heard
    FROM pair
    INNER JOIN shown_both USING (artist_id, track_id, country)
),

one AS (
    SELECT
        artist_id, track_id, country, max(heard) AS heard, (hashint8extended(listener_id, 0) & 4095)::integer AS place
    FROM member
    GROUP BY artist_id, track_id, country, listener_id
),

word AS ( -- 64 of a cell's 4096 places each; three times: any, half and more, finished
    SELECT
        artist_id, track_id, country, place / 64 AS word, count(*) AS listeners,
        bit_or(1::bigint << mod(place, 64)) AS seen,
        coalesce(bit_or(1::bigint << mod(place, 64)) FILTER (WHERE heard >= 50), 0) AS half,
        coalesce(bit_or(1::bigint << mod(place, 64)) FILTER (WHERE heard = 100), 0) AS finished
    FROM one
    GROUP BY artist_id, track_id, country, place / 64
),

spelled AS ( -- in hexadecimal, with the zeros that lie between a word and the one before
    SELECT
        *,
        repeat('0', 16 * (word - 1 - lag(word, 1, -1) OVER (
            PARTITION BY artist_id, track_id, country ORDER BY word
        ))) AS zeros
    FROM word
)

SELECT
    artist_id, track_id, country, sum(listeners)::integer AS listeners,
    (
        'x' || rpad(string_agg(zeros || lpad(to_hex(seen), 16, '0'), '' ORDER BY word), 1024, '0')
        || rpad(string_agg(zeros || lpad(to_hex(half), 16, '0'), '' ORDER BY word), 1024, '0')
        || rpad(string_agg(zeros || lpad(to_hex(finished), 16, '0'), '' ORDER BY word), 1024, '0')
    )::bit(12288) AS seen
FROM spelled
GROUP BY artist_id, track_id, country;

-- How much was heard in it.
CREATE TEMPORARY TABLE cell_count ON COMMIT DROP AS
WITH base AS (
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
    INNER JOIN shown_artist ON l.artist_id = shown_artist.artist_id
    LEFT JOIN core.track AS t ON l.track_id = t.track_id
    WHERE l.listened_at >= %(week)s::date AND l.listened_at < %(week)s::date + 7
    GROUP BY l.artist_id, l.track_id, coalesce(l.country, 'unknown')
),

member AS (
    SELECT 0 AS shown, '' AS shown_in, base.* FROM base
    UNION ALL
    SELECT shown_track.shown, '', base.*
    FROM base
    INNER JOIN shown_track USING (artist_id, track_id)
    UNION ALL
    SELECT 0, shown_country.shown, base.*
    FROM base
    INNER JOIN shown_country USING (artist_id, country)
    UNION ALL
    SELECT base.track_id, base.country, base.*
    FROM base
    INNER JOIN shown_both USING (artist_id, track_id, country)
)

SELECT
    artist_id, shown AS track_id, shown_in AS country, bool_or(synthetic) AS synthetic,
    sum(listens)::integer AS listens, sum(heard_s)::bigint AS heard_s,
    sum(heard_10)::integer AS heard_10, sum(heard_20)::integer AS heard_20, sum(heard_30)::integer AS heard_30,
    sum(heard_40)::integer AS heard_40, sum(heard_50)::integer AS heard_50, sum(heard_60)::integer AS heard_60,
    sum(heard_70)::integer AS heard_70, sum(heard_80)::integer AS heard_80, sum(heard_90)::integer AS heard_90,
    sum(finished)::integer AS finished,
    -- Tens, up or down by a rule that is fixed for a cell and fair on average.
    mod(hashtextextended(concat_ws('/', artist_id, shown, shown_in, %(week)s::date), 0) & 1023, 10)::integer AS up
FROM member
GROUP BY artist_id, shown, shown_in;

DELETE FROM mart.audience AS m
WHERE m.span = 1 AND m.week = %(week)s::date
    AND m.artist_id IN (
        SELECT d.artist_id FROM ops.audience_due AS d
        WHERE d.day >= %(week)s::date AND d.day < %(week)s::date + 7
    );

INSERT INTO mart.audience
    (week, artist_id, track_id, listens, listeners, heard_10, heard_20, heard_30, heard_40, heard_50, heard_60,
     heard_70, heard_80, heard_90, finished, heard_s, span, synthetic, country, seen)
SELECT
    %(week)s::date, c.artist_id, c.track_id, n.listens, c.listeners,
    least(n.listens, (c.heard_10 + up) / 10 * 10), least(n.listens, (c.heard_20 + up) / 10 * 10),
    least(n.listens, (c.heard_30 + up) / 10 * 10), least(n.listens, (c.heard_40 + up) / 10 * 10),
    least(n.listens, (c.heard_50 + up) / 10 * 10), least(n.listens, (c.heard_60 + up) / 10 * 10),
    least(n.listens, (c.heard_70 + up) / 10 * 10), least(n.listens, (c.heard_80 + up) / 10 * 10),
    least(n.listens, (c.heard_90 + up) / 10 * 10), least(n.listens, (c.finished + up) / 10 * 10),
    c.heard_s, 1, c.synthetic, c.country, c.seen
FROM (SELECT * FROM cell_listener INNER JOIN cell_count USING (artist_id, track_id, country)) AS c
CROSS JOIN LATERAL (
    -- The listens of a track in a country are in tens, too: countries and tracks cross, and could be subtracted.
    SELECT CASE WHEN c.track_id <> 0 AND c.country <> '' THEN (c.listens + c.up) / 10 * 10 ELSE c.listens END AS listens
) AS n
ORDER BY c.artist_id, c.track_id, c.country;

DROP TABLE pair, shown_artist, shown_track, shown_country, shown_both, cell_listener, cell_count;
