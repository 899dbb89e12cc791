-- How many people of each country heard an artist (track 0) or a song in a span of weeks, by how far they got: the true
-- numbers, which no table keeps. Asked by etl/jobs/build_audience.py and lab/evaluate/audience.py.
-- span: weeks; first: its first Monday; every: of all artists, not only of those that are due in it; songs: in how many
-- songs of an artist a listener is counted, those they played most; 0: of the artist alone.
--
-- A listener is in one country, where most of their listens to the artist were, and at one place, the furthest they
-- got.
WITH heard AS (
    SELECT
        l.artist_id, l.track_id, l.listener_id, l.country, count(*) AS listens, max(l.heard_pct) AS heard_pct
    FROM activity.listen AS l
    WHERE
        l.listened_at >= %(first)s::date AND l.listened_at < %(first)s::date + 7 * %(span)s
        AND (
            %(every)s
            OR l.artist_id IN (
                SELECT d.artist_id FROM ops.audience_due AS d
                WHERE d.day >= %(first)s::date AND d.day < %(first)s::date + 7 * %(span)s
            )
        )
    GROUP BY l.artist_id, l.track_id, l.listener_id, l.country
),

lives AS (
    SELECT DISTINCT ON (artist_id, listener_id) artist_id, listener_id, coalesce(country, 'unknown') AS country
    FROM (
        SELECT artist_id, listener_id, country, sum(listens) AS listens FROM heard
        GROUP BY artist_id, listener_id, country
    ) AS place
    ORDER BY artist_id, listener_id, country IS NULL, listens DESC, country
),

song AS (
    SELECT
        artist_id, track_id, listener_id, max(heard_pct) AS heard_pct,
        row_number() OVER (PARTITION BY artist_id, listener_id ORDER BY sum(listens) DESC, track_id) AS place
    FROM heard
    GROUP BY artist_id, track_id, listener_id
),

one AS (
    SELECT artist_id, 0 AS track_id, listener_id, max(heard_pct) AS heard_pct FROM song
    GROUP BY artist_id, listener_id
    UNION ALL
    SELECT artist_id, track_id, listener_id, heard_pct FROM song
    WHERE place <= %(songs)s
)

SELECT
    one.artist_id, one.track_id, lives.country,
    count(*) FILTER (WHERE one.heard_pct / 10 = 0) AS heard_0,
    count(*) FILTER (WHERE one.heard_pct / 10 = 1) AS heard_10,
    count(*) FILTER (WHERE one.heard_pct / 10 = 2) AS heard_20,
    count(*) FILTER (WHERE one.heard_pct / 10 = 3) AS heard_30,
    count(*) FILTER (WHERE one.heard_pct / 10 = 4) AS heard_40,
    count(*) FILTER (WHERE one.heard_pct / 10 = 5) AS heard_50,
    count(*) FILTER (WHERE one.heard_pct / 10 = 6) AS heard_60,
    count(*) FILTER (WHERE one.heard_pct / 10 = 7) AS heard_70,
    count(*) FILTER (WHERE one.heard_pct / 10 = 8) AS heard_80,
    count(*) FILTER (WHERE one.heard_pct / 10 = 9) AS heard_90,
    count(*) FILTER (WHERE one.heard_pct / 10 = 10) AS heard_100
FROM one
INNER JOIN lives ON one.artist_id = lives.artist_id AND one.listener_id = lives.listener_id
GROUP BY one.artist_id, one.track_id, lives.country
ORDER BY one.artist_id, one.track_id, lives.country
