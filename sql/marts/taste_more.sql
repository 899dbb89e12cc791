-- Add what more_in (of buckets/taste_more.sql) says to mart.taste, and count whose row that changed.
-- Asked by etl/jobs/build_tastes.py, after marts/taste_settle.sql.
WITH folded AS (
    UPDATE mart.taste AS t
    SET (track_ids, heard, listens, artist_ids, last_at) = ( -- noqa: RF01, RF03
        SELECT
            f.track_ids,
            f.heard,
            f.listens,
            f.artist_ids,
            f.last_at
        FROM mart.folded(t, i.track_ids, i.heard, i.artist_ids, i.listens, i.last_at) AS f -- noqa: RF01, RF03
    )
    FROM more_in AS i
    WHERE t.listener_id = i.listener_id AND i.track_ids IS NOT NULL -- else they were forgotten
    RETURNING t.listener_id
)

SELECT count(*) AS folded
FROM folded
