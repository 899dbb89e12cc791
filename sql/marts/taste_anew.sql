-- Listeners of whom all is to be read again: to whom a listen came (came_in) that is not later than all before, who are
-- in a part that changed (in_changed), or who heard a track that changed. Asked by etl/jobs/build_tastes.py.
-- changed: integer[], tracks.
SELECT i.listener_id
FROM came_in AS i
INNER JOIN mart.taste AS t ON i.listener_id = t.listener_id
WHERE i.first_at <= t.last_at OR t.last_at IS NULL
UNION
SELECT i.listener_id
FROM in_changed AS i
UNION
SELECT t.listener_id
FROM mart.taste AS t
WHERE
    cardinality(%(changed)s::integer []) > 0
    AND EXISTS (
        SELECT FROM unnest(t.track_ids) AS song (track_id)
        WHERE song.track_id IN (SELECT unnest(%(changed)s::integer []))
    )
ORDER BY listener_id
