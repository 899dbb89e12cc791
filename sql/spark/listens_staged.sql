-- Parsed listens, as they are taken in. made: what the drop says of all of them. Asked by etl/jobs/ingest_listens.py.
SELECT
    listened_at, listener_id, track_id, listen_id, country, heard_pct,
    if(synthetic OR made, 'made', 'file') AS origin, day, file, position
FROM parsed
