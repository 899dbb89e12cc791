-- Make mart.variety what variety_in (of marts/variety.sql) says, and count what that changed.
-- Asked by etl/jobs/build_variety.py. began: when the build did. A row that a listen in the app changed since is newer
-- than what is known here, and stays.
WITH updated AS (
    UPDATE mart.variety AS t
    SET listens = i.listens, updated_at = %(began)s
    FROM variety_in AS i
    WHERE
        t.listener_id = i.listener_id AND t.week = i.week AND t.listens <> i.listens AND t.updated_at < %(began)s
    RETURNING t.listener_id
),

inserted AS (
    INSERT INTO mart.variety (listener_id, week, listens, updated_at)
    SELECT i.listener_id, i.week, i.listens, %(began)s AS updated_at
    FROM variety_in AS i
    ON CONFLICT (listener_id, week) DO NOTHING
    RETURNING listener_id
),

gone AS (
    DELETE FROM mart.variety AS t
    WHERE
        t.updated_at < %(began)s
        AND NOT EXISTS (
            SELECT FROM variety_in AS i
            WHERE i.listener_id = t.listener_id AND i.week = t.week
        )
)

SELECT
    (SELECT count(*) FROM inserted) AS inserted,
    (SELECT count(*) FROM updated) AS updated
