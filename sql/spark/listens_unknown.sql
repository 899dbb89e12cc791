-- The staged listens of tracks that the catalogue does not have. Asked by etl/jobs/ingest_listens.py.
SELECT
    s.file,
    s.position,
    s.track_id
FROM staged AS s
LEFT ANTI JOIN track AS t ON s.track_id = t.track_id
ORDER BY s.file, s.position
