-- How much of which song each listener hears, a row each. Asked by etl/jobs/build_recommender.py.
-- unknown: how much it is of a song of which that is not known.
SELECT
    t.listener_id,
    h.track_id,
    coalesce(h.heard, %(unknown)s::real) AS heard
FROM mart.taste AS t
CROSS JOIN unnest(t.track_ids, t.heard) AS h (track_id, heard)
ORDER BY t.listener_id, h.track_id
