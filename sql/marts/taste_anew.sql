-- Listeners of whom all is to be read again: of listen_in (listener, first listen that came, whether others changed)
-- those to whom a listen came that is not later than all before; and who heard a track of another genre now.
-- Asked by etl/jobs/build_tastes.py. regenred: integer[], tracks.
SELECT i.listener_id
FROM listen_in AS i
LEFT JOIN mart.taste AS t ON i.listener_id = t.listener_id
WHERE i.changed OR i.first_at <= t.last_at OR (t.listener_id IS NOT NULL AND t.last_at IS NULL)
UNION
SELECT t.listener_id
FROM mart.taste AS t
WHERE
    cardinality(%(regenred)s::integer []) > 0
    AND EXISTS (
        SELECT FROM unnest(t.track_ids) AS song (track_id)
        WHERE song.track_id IN (SELECT unnest(%(regenred)s::integer []))
    )
ORDER BY listener_id
