-- How many listeners of taste_in have a row in mart.taste that marts/taste_settle.sql left as it was: it says the same,
-- or a listen in the app changed it since. Asked by etl/jobs/build_recommender.py, after that. began: as there.
SELECT count(*) AS unchanged
FROM taste_in AS i
INNER JOIN mart.taste AS t ON i.listener_id = t.listener_id
WHERE
    t.updated_at > %(began)s
    OR (
        t.updated_at < %(began)s
        AND (t.track_ids, t.heard, t.listens, t.artist_ids) = (i.track_ids, i.heard, i.listens, i.artist_ids)
    )
