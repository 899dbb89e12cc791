-- Videos that use some sounds, by the week (from Monday, UTC) in which they were posted, the earliest first; and how
-- many of them were made.
-- Asked by etl/live/follow_sounds.py. sound_ids: text[].
SELECT
    date_trunc('week', created_at AT TIME ZONE 'UTC')::date AS week,
    count(*) AS videos,
    coalesce(sum(plays), 0)::bigint AS plays,
    count(*) FILTER (WHERE synthetic) AS synthetic
FROM core.video
WHERE sound_id = ANY(%(sound_ids)s::text [])
GROUP BY week
ORDER BY week
