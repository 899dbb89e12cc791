-- Add what more_in (of buckets/taste_more.sql) says to mart.taste, and count whose row that changed.
-- Asked by etl/jobs/build_tastes.py, after marts/taste_settle.sql.
WITH folded AS (
    UPDATE mart.taste AS t
    SET
        track_ids = f.track_ids,
        heard = f.heard,
        listens = f.listens,
        artist_ids = f.artist_ids,
        last_at = f.last_at
    FROM more_in AS i
    INNER JOIN mart.taste AS b ON i.listener_id = b.listener_id
    CROSS JOIN LATERAL mart.folded(b, i.track_ids, i.heard, i.artist_ids, i.listens, i.last_at) AS f
    WHERE t.listener_id = i.listener_id AND i.track_ids IS NOT NULL -- else they were forgotten
    RETURNING t.listener_id
)

SELECT count(*) AS folded
FROM folded
