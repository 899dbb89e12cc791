-- Make mart.taste what taste_in (of marts/taste.sql) says, and count what that changed.
-- Asked by etl/jobs/build_recommender.py. began: when the build did. A row that a listen in the app changed since is
-- newer than what is known here, and stays.
WITH updated AS (
    UPDATE mart.taste AS t
    SET
        track_ids = i.track_ids,
        heard = i.heard,
        listens = i.listens,
        artist_ids = i.artist_ids,
        updated_at = %(began)s
    FROM taste_in AS i
    WHERE
        t.listener_id = i.listener_id AND t.updated_at < %(began)s
        AND (t.track_ids, t.heard, t.listens, t.artist_ids) <> (i.track_ids, i.heard, i.listens, i.artist_ids)
    RETURNING t.listener_id
),

inserted AS (
    INSERT INTO mart.taste (listener_id, track_ids, heard, listens, artist_ids, updated_at)
    SELECT i.listener_id, i.track_ids, i.heard, i.listens, i.artist_ids, %(began)s AS updated_at
    FROM taste_in AS i
    ON CONFLICT (listener_id) DO NOTHING
    RETURNING listener_id
),

gone AS (
    DELETE FROM mart.taste AS t
    WHERE
        t.updated_at < %(began)s
        AND NOT EXISTS (
            SELECT FROM taste_in AS i
            WHERE i.listener_id = t.listener_id
        )
)

SELECT
    (SELECT count(*) FROM inserted) AS inserted,
    (SELECT count(*) FROM updated) AS updated
