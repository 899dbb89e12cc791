-- Rebuild mart.genre_curve: of each genre the median over its tracks of how far people get, in the 13 weeks up to
-- last_week (a Monday). Tracks with 50 listens and more, genres with such tracks of five artists and more.
-- Asked by etl/jobs/build_audience.py.
DELETE FROM mart.genre_curve;

INSERT INTO mart.genre_curve (genre, artists, tracks, listens, heard, through)
WITH track AS (
    SELECT
        t.genre, m.artist_id, sum(m.listens) AS listens, sum(m.heard_10) AS heard_10, sum(m.heard_20) AS heard_20,
        sum(m.heard_30) AS heard_30, sum(m.heard_40) AS heard_40, sum(m.heard_50) AS heard_50,
        sum(m.heard_60) AS heard_60, sum(m.heard_70) AS heard_70, sum(m.heard_80) AS heard_80,
        sum(m.heard_90) AS heard_90, sum(m.finished) AS finished
    FROM mart.audience AS m
    INNER JOIN core.track AS t ON m.track_id = t.track_id
    WHERE
        m.span = 1 AND m.country = '' AND m.week > %(last_week)s::date - 91 AND m.week <= %(last_week)s::date
        AND t.genre IS NOT NULL
    GROUP BY t.genre, m.artist_id, m.track_id
    HAVING sum(m.listens) >= 50
),

half AS (
    SELECT
        genre, count(DISTINCT artist_id) AS artists, count(*) AS tracks, sum(listens) AS listens,
        percentile_cont(ARRAY[0.5]) WITHIN GROUP (ORDER BY heard_10::float / listens)
        || percentile_cont(ARRAY[0.5]) WITHIN GROUP (ORDER BY heard_20::float / listens)
        || percentile_cont(ARRAY[0.5]) WITHIN GROUP (ORDER BY heard_30::float / listens)
        || percentile_cont(ARRAY[0.5]) WITHIN GROUP (ORDER BY heard_40::float / listens)
        || percentile_cont(ARRAY[0.5]) WITHIN GROUP (ORDER BY heard_50::float / listens)
        || percentile_cont(ARRAY[0.5]) WITHIN GROUP (ORDER BY heard_60::float / listens)
        || percentile_cont(ARRAY[0.5]) WITHIN GROUP (ORDER BY heard_70::float / listens)
        || percentile_cont(ARRAY[0.5]) WITHIN GROUP (ORDER BY heard_80::float / listens)
        || percentile_cont(ARRAY[0.5]) WITHIN GROUP (ORDER BY heard_90::float / listens)
        || percentile_cont(ARRAY[0.5]) WITHIN GROUP (ORDER BY finished::float / listens) AS heard
    FROM track
    GROUP BY genre
)

SELECT genre, artists, tracks, listens, heard, %(last_week)s::date + 6
FROM half
WHERE artists >= 5
