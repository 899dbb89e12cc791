-- Listens in the app up to a day that are in no books yet: how many there are, and how many are in activity.listen, to
-- which those are added that a restored table has lost. Asked by etl/jobs/ingest_heard.py.
WITH open AS MATERIALIZED (
    SELECT
        h.listened_at,
        h.listener_id,
        h.track_id,
        h.heard_pct,
        h.listen_id
    FROM app.heard AS h
    WHERE h.booked IS NULL AND h.listened_at < (%(day)s::date + 1)::timestamp AT TIME ZONE 'UTC'
    FOR UPDATE
),

there AS (
    SELECT
        o.listener_id,
        o.listen_id
    FROM open AS o
    INNER JOIN activity.listen AS l
        ON
            o.listened_at = l.listened_at AND o.listener_id = l.listener_id AND o.track_id = l.track_id
            AND o.listen_id = l.listen_id
    WHERE
        l.listened_at >= (SELECT min(f.listened_at) FROM open AS f)
        AND l.listened_at <= (SELECT max(f.listened_at) FROM open AS f)
),

lost AS (
    INSERT INTO activity.listen
    (listened_at, listener_id, artist_id, track_id, day, heard_pct, synthetic, country, listen_id)
    SELECT
        o.listened_at,
        o.listener_id,
        t.artist_id,
        o.track_id,
        (o.listened_at AT TIME ZONE 'UTC')::date AS day,
        o.heard_pct,
        FALSE AS synthetic,
        p.country,
        o.listen_id
    FROM open AS o
    INNER JOIN core.track AS t ON o.track_id = t.track_id
    LEFT JOIN activity.listener AS p ON o.listener_id = p.listener_id
    WHERE
        NOT EXISTS (
            SELECT FROM there AS k
            WHERE k.listener_id = o.listener_id AND k.listen_id = o.listen_id
        )
    RETURNING artist_id, listened_at
),

due AS (
    INSERT INTO ops.audience_due (day, artist_id)
    SELECT DISTINCT
        (listened_at AT TIME ZONE 'UTC')::date AS day,
        artist_id
    FROM lost
    ON CONFLICT (day, artist_id) DO UPDATE SET day_is_built = FALSE
)

SELECT
    (SELECT count(*) FROM open) AS rows_in,
    (SELECT count(*) FROM there) + (SELECT count(*) FROM lost) AS inserted
