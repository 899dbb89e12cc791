-- What every listener hears: of each song the moving mean of the share heard (the first listen whole, each later one
-- moving it by three tenths), listens by genre, and the latest artists. Asked by etl/jobs/build_recommender.py.
-- app.hear says the same of one listen more (sql/migrations/0012_listeners.sql).
WITH listen AS (
    SELECT
        l.listener_id, l.track_id, l.artist_id, l.heard_pct, l.listened_at,
        row_number() OVER (
            PARTITION BY l.listener_id, l.track_id ORDER BY l.listened_at DESC, l.listen_id DESC, l.heard_pct DESC
        ) - 1 AS later,
        count(*) OVER (PARTITION BY l.listener_id, l.track_id) AS of_it
    FROM activity.listen AS l
),

song AS (
    SELECT
        listener_id, track_id, count(*) AS listens,
        sum(
            heard_pct / 100.0::float8 * power(0.7::float8, later) * CASE WHEN later + 1 = of_it THEN 1 ELSE 0.3 END
            ORDER BY later
        )::real AS heard
    FROM listen
    GROUP BY listener_id, track_id
),

songs AS (
    SELECT
        listener_id, array_agg(track_id ORDER BY track_id) AS track_ids, array_agg(heard ORDER BY track_id) AS heard
    FROM song
    GROUP BY listener_id
),

genre AS (
    SELECT s.listener_id, array_position(%(genres)s::text [], t.genre) AS place, sum(s.listens)::integer AS listens
    FROM song AS s
    INNER JOIN core.track AS t ON s.track_id = t.track_id
    GROUP BY s.listener_id, place
),

genres AS (
    SELECT a.listener_id, array_agg(coalesce(g.listens, 0) ORDER BY place.n) AS listens
    FROM songs AS a
    CROSS JOIN generate_series(1, cardinality(%(genres)s::text [])) AS place (n)
    LEFT JOIN genre AS g ON a.listener_id = g.listener_id AND place.n = g.place
    GROUP BY a.listener_id
),

artist AS (
    SELECT
        listener_id, artist_id, max(listened_at) AS latest,
        row_number() OVER (PARTITION BY listener_id ORDER BY max(listened_at) DESC, artist_id DESC) AS place
    FROM listen
    GROUP BY listener_id, artist_id
),

artists AS (
    SELECT listener_id, array_agg(artist_id ORDER BY place DESC) AS artist_ids
    FROM artist
    WHERE place <= %(latest)s
    GROUP BY listener_id
)

-- Everybody who has a listen, whatever became of them above: the books count them.
SELECT l.listener_id, s.track_ids, s.heard, g.listens, a.artist_ids
FROM (SELECT DISTINCT listener_id FROM listen) AS l
LEFT JOIN songs AS s ON l.listener_id = s.listener_id
LEFT JOIN genres AS g ON l.listener_id = g.listener_id
LEFT JOIN artists AS a ON l.listener_id = a.listener_id
