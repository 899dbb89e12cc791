-- What changed in a day is due in the marts. Asked by etl/jobs/ingest_listens.py and lab/worlds/lake.py.
-- artists: integer[], whose.
INSERT INTO ops.audience_due (day, artist_id)
SELECT
    %(day)s::date AS day,
    fresh.artist_id
FROM unnest(%(artists)s::integer []) AS fresh (artist_id)
ON CONFLICT (day, artist_id) DO UPDATE SET day_is_built = FALSE
