-- How many listeners of taste_in mart.taste says the same of already. Asked by etl/jobs/build_tastes.py.
SELECT count(*) AS unchanged
FROM taste_in AS i
INNER JOIN mart.taste AS t ON i.listener_id = t.listener_id
WHERE
    (t.track_ids, t.heard, t.listens, t.artist_ids, t.last_at)
    = (i.track_ids, i.heard, i.listens, i.artist_ids, i.last_at)
