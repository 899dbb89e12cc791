-- Rebuild mart.genre_curve: how far people get with the average artist of each genre, and of all (genre ''), in the 13
-- weeks up to last_week (a Monday). Artists with 50 listens and more of which it is known, each counting the same; of
-- eleven and more, so that none is a tenth of it. Asked by etl/jobs/build_audience.py.
DELETE FROM mart.genre_curve;

INSERT INTO mart.genre_curve (genre, artists, tracks, listens, heard, through)
WITH artist AS (
    SELECT
        CASE WHEN grouping(t.genre) = 0 THEN t.genre ELSE '' END AS genre, count(DISTINCT m.track_id) AS tracks,
        sum(m.measured) AS measured, sum(m.heard_10) AS heard_10, sum(m.heard_20) AS heard_20,
        sum(m.heard_30) AS heard_30, sum(m.heard_40) AS heard_40, sum(m.heard_50) AS heard_50,
        sum(m.heard_60) AS heard_60, sum(m.heard_70) AS heard_70, sum(m.heard_80) AS heard_80,
        sum(m.heard_90) AS heard_90, sum(m.finished) AS finished
    FROM mart.audience AS m
    INNER JOIN core.track AS t ON m.track_id = t.track_id
    WHERE
        m.span = 1 AND m.week > %(last_week)s::date - 91 AND m.week <= %(last_week)s::date
    GROUP BY GROUPING SETS ((t.genre, m.artist_id), (m.artist_id))
    HAVING sum(m.measured) >= 50 AND (grouping(t.genre) = 1 OR t.genre IS NOT NULL)
)

SELECT
    genre, count(*) AS artists, sum(tracks) AS tracks, sum(measured) AS listens,
    ARRAY[
        avg(heard_10::float / measured),
        avg(heard_20::float / measured),
        avg(heard_30::float / measured),
        avg(heard_40::float / measured),
        avg(heard_50::float / measured),
        avg(heard_60::float / measured),
        avg(heard_70::float / measured),
        avg(heard_80::float / measured),
        avg(heard_90::float / measured),
        avg(finished::float / measured)
    ] AS heard,
    %(last_week)s::date + 6 AS through
FROM artist
GROUP BY genre
HAVING count(*) > 10
