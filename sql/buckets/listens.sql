-- The listens of a day by some listeners, when staged ones are among them: one row a listen. Of staged ones the last
-- row of the last file of the latest drop wins; it replaces what is known if it is not older and says something else.
-- What became of each is told with it (change), a hash of it (mark), and how many it superseded.
-- Asked by etl/jobs/ingest_listens.py.
-- staged, known: all of these listeners.
WITH fresh AS (
    SELECT
        *, count(*) OVER (PARTITION BY listener_id, listened_at, track_id, listen_id) - 1 AS superseded
    FROM staged
    QUALIFY row_number() OVER (
        PARTITION BY listener_id, listened_at, track_id, listen_id ORDER BY day DESC, file DESC, position DESC
    ) = 1
),

changed AS (
    SELECT
        f.listener_id AS fresh_id, k.listener_id AS known_id, coalesce(f.superseded, 0) AS superseded,
        coalesce(f.day >= k.day AND (
            f.day <> k.day OR f.heard_pct IS DISTINCT FROM k.heard_pct OR f.origin <> k.origin
            OR f.country IS DISTINCT FROM k.country
        ), k.listener_id IS NULL) AND f.listener_id IS NOT NULL AS is_new,
        coalesce(k.listened_at, f.listened_at) AS listened_at, coalesce(k.listener_id, f.listener_id) AS listener_id,
        coalesce(k.artist_id, f.artist_id) AS artist_id, coalesce(k.track_id, f.track_id) AS track_id,
        coalesce(k.listen_id, f.listen_id) AS listen_id,
        if(is_new, f.country, k.country) AS country, if(is_new, f.heard_pct, k.heard_pct) AS heard_pct,
        if(is_new, f.origin, k.origin) AS origin, if(is_new, f.day, k.day) AS day
    FROM fresh AS f
    FULL OUTER JOIN known AS k
        ON
            f.listener_id = k.listener_id AND f.listened_at = k.listened_at AND f.track_id = k.track_id
            AND f.listen_id IS NOT DISTINCT FROM k.listen_id
)

SELECT
    listened_at, listener_id, artist_id, track_id, listen_id, country, heard_pct, origin, day, superseded,
    hash(listened_at, listener_id, artist_id, track_id, listen_id, country, heard_pct, origin, day) AS mark,
    CASE
        WHEN fresh_id IS NULL THEN 'kept'
        WHEN known_id IS NULL THEN 'inserted'
        WHEN is_new THEN 'updated'
        ELSE 'unchanged'
    END AS change
FROM changed
ORDER BY listener_id, listened_at, track_id, listen_id
