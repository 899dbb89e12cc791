-- Make mart.taste what taste_in (of buckets/taste.sql) says, give each of more_in (of buckets/taste_more.sql) a row,
-- still without what came, and count what that changed. Asked by etl/jobs/build_tastes.py.
WITH updated AS (
    UPDATE mart.taste AS t
    SET
        track_ids = i.track_ids,
        heard = i.heard,
        listens = i.listens,
        artist_ids = i.artist_ids,
        last_at = i.last_at
    FROM taste_in AS i
    WHERE
        t.listener_id = i.listener_id
        AND (t.track_ids, t.heard, t.listens, t.artist_ids, t.last_at)
        IS DISTINCT FROM (i.track_ids, i.heard, i.listens, i.artist_ids, i.last_at)
    RETURNING t.listener_id
),

inserted AS (
    INSERT INTO mart.taste (listener_id, track_ids, heard, listens, artist_ids, last_at)
    SELECT
        i.listener_id,
        i.track_ids,
        i.heard,
        i.listens,
        i.artist_ids,
        i.last_at
    FROM taste_in AS i
    ON CONFLICT (listener_id) DO NOTHING
    RETURNING listener_id
),

begun AS (
    INSERT INTO mart.taste (listener_id, track_ids, heard, listens, artist_ids)
    SELECT
        i.listener_id,
        '{}' AS track_ids,
        '{}' AS heard,
        array_fill(0, ARRAY[16]) AS listens,
        '{}' AS artist_ids
    FROM more_in AS i
    ON CONFLICT (listener_id) DO NOTHING
    RETURNING listener_id
)

SELECT
    (SELECT count(*) FROM inserted) AS inserted,
    (SELECT count(*) FROM updated) AS updated,
    (SELECT count(*) FROM begun) AS begun
