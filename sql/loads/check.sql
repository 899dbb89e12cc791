-- Publish the checks of clips that were staged in check_in; those that are there already stay as they are.
-- Asked by etl/jobs/describe_audio.py.
INSERT INTO ops."check" (checked_at, clip_id, track_id, day, extractor, deviation, number, withheld)
SELECT
    checked_at,
    clip_id,
    track_id,
    day,
    extractor,
    deviation,
    number,
    withheld
FROM check_in
ON CONFLICT DO NOTHING
