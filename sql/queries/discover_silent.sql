-- Tracks that cannot be played here; none where nothing can. formats: text[]. Asked by etl/live/suggest.py.
SELECT t.track_id
FROM core.track AS t
WHERE
    EXISTS (SELECT FROM core.clip)
    AND NOT EXISTS (
        SELECT FROM core.clip AS c
        WHERE c.track_id = t.track_id AND c.format = ANY(%(formats)s::text [])
    )
