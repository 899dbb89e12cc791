-- The listens of some days, when staged ones are among them: one row a listen. Of staged ones the last row of the last
-- file of the latest drop wins; it replaces what is known if it is not older and says something else. What became of
-- each is told with it (change), for whose books, and how many it superseded.
-- A listen of a track that the catalogue does not have stays behind, for quarantine.
-- Asked by etl/jobs/ingest_listens.py. staged, known, track; target: of each day its part and its buckets.
WITH ranked AS (
    SELECT
        s.listened_at, s.listener_id, t.artist_id, s.track_id, s.listen_id, s.country, s.heard_pct, s.origin, s.day,
        row_number() OVER (
            PARTITION BY s.listener_id, s.listened_at, s.track_id, s.listen_id
            ORDER BY s.day DESC, s.file DESC, s.position DESC
        ) AS place,
        count(*) OVER (PARTITION BY s.listener_id, s.listened_at, s.track_id, s.listen_id) - 1 AS superseded
    FROM staged AS s
    INNER JOIN track AS t ON s.track_id = t.track_id
),

fresh AS (
    SELECT * FROM ranked
    WHERE place = 1
),

changed AS (
    SELECT
        f.listener_id AS fresh_id, k.listener_id AS known_id, coalesce(f.superseded, 0) AS superseded,
        coalesce(f.day >= k.day AND (
            f.day <> k.day OR f.heard_pct <> k.heard_pct OR f.origin <> k.origin OR NOT (f.country <=> k.country)
        ), k.listener_id IS NULL) AS is_new,
        struct(
            f.listened_at, f.listener_id, coalesce(k.artist_id, f.artist_id) AS artist_id, f.track_id, f.listen_id,
            f.country, f.heard_pct, f.origin, f.day
        ) AS f,
        struct(
            k.listened_at, k.listener_id, k.artist_id, k.track_id, k.listen_id, k.country, k.heard_pct, k.origin, k.day
        ) AS k
    FROM fresh AS f
    FULL OUTER JOIN known AS k
        ON
            f.listener_id = k.listener_id AND f.listened_at = k.listened_at AND f.track_id = k.track_id
            AND f.listen_id <=> k.listen_id
),

told AS (
    SELECT
        superseded,
        CASE
            WHEN fresh_id IS NULL THEN 'kept'
            WHEN known_id IS NULL THEN 'inserted'
            WHEN is_new THEN 'updated'
            ELSE 'unchanged'
        END AS change,
        if(is_new AND fresh_id IS NOT NULL, f, k) AS row
    FROM changed
)

SELECT
    target.part, told.change, told.superseded, told.row.artist_id AS whose, told.row.origin = 'made' AS made,
    pmod(xxhash64(told.row.listener_id), target.buckets) AS bucket, xxhash64(told.row) AS mark, told.row.*
FROM told
INNER JOIN target ON to_date(told.row.listened_at) = target.day
DISTRIBUTE BY part, bucket
SORT BY part, bucket, listener_id, listened_at, track_id, listen_id
