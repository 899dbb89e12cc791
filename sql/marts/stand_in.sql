-- Let each song that a listener has come to like stand for itself or, as often, for another of its genre that about as
-- many like; what was drawn before stays. Asked by etl/jobs/build_recommender.py.
-- liked: from which share heard on a song is; unknown: the share of one of which it is not known; own: how often it
-- stands for itself, 0 … 1; fewest: liked songs of a genre among which one is lost.
WITH liked AS MATERIALIZED (
    SELECT
        t.listener_id,
        h.track_id,
        c.genre
    FROM mart.taste AS t
    CROSS JOIN unnest(t.track_ids, t.heard) AS h (track_id, heard)
    INNER JOIN core.track AS c ON h.track_id = c.track_id
    WHERE coalesce(h.heard, %(unknown)s::real) >= %(liked)s AND c.genre IS NOT NULL -- noqa: RF02
),

song AS MATERIALIZED (
    SELECT
        genre,
        track_id,
        row_number() OVER (PARTITION BY genre ORDER BY count(*), track_id) AS place,
        count(*) OVER (PARTITION BY genre) AS songs
    FROM liked
    GROUP BY genre, track_id
),

drawn AS (
    SELECT
        listener_id,
        unnest(track_ids) AS track_id
    FROM app.stand_in
),

fresh AS MATERIALIZED (
    SELECT
        l.listener_id,
        l.track_id,
        l.genre,
        CASE
            WHEN random() < %(own)s THEN s.place
            -- One of the 33 around it.
            ELSE
                least(greatest(s.place - 16, 1), greatest(s.songs - 32, 1))
                + floor(random() * least(s.songs, 33))::bigint
        END AS place
    FROM liked AS l
    INNER JOIN song AS s ON l.track_id = s.track_id
    LEFT JOIN drawn AS d ON l.listener_id = d.listener_id AND l.track_id = d.track_id
    WHERE s.songs >= %(fewest)s AND d.track_id IS NULL
)

INSERT INTO app.stand_in AS d (listener_id, track_ids, stand_ins)
SELECT
    f.listener_id,
    array_agg(f.track_id) AS track_ids,
    array_agg(s.track_id) AS stand_ins
FROM fresh AS f
INNER JOIN song AS s ON f.genre = s.genre AND f.place = s.place
GROUP BY f.listener_id
ON CONFLICT (listener_id) DO UPDATE SET
    track_ids = d.track_ids || excluded.track_ids,
    stand_ins = d.stand_ins || excluded.stand_ins
