-- How much of which song each listener hears, a row each. Asked by etl/jobs/build_recommender.py.
SELECT
    t.listener_id,
    h.track_id,
    h.heard
FROM mart.taste AS t
CROSS JOIN unnest(t.track_ids, t.heard) AS h (track_id, heard)
ORDER BY t.listener_id, h.track_id
