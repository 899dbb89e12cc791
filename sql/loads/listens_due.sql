-- What changed is due in the marts. Asked by etl/jobs/ingest_listens.py and lab/worlds/lake.py.
-- days: date[]; artists: integer[], of each.
INSERT INTO ops.audience_due (day, artist_id)
SELECT
    fresh.day,
    fresh.artist_id
FROM unnest(%(days)s::DATE [], %(artists)s::INTEGER []) AS fresh (day, artist_id)
ON CONFLICT (day, artist_id) DO UPDATE SET day_is_built = FALSE
