-- The staged listens of tracks that the catalogue does not have. Asked by etl/jobs/ingest_listens.py.
SELECT
    s.file,
    s.position,
    s.track_id
FROM listen_staged AS s
WHERE
    NOT EXISTS (
        SELECT FROM core.track AS t
        WHERE t.track_id = s.track_id
    )
ORDER BY s.file, s.position
