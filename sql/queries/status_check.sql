-- The last time that clips were checked against librosa: how many, how far the worst is off and in what; no row before
-- the first. Asked by overtone/cli/data.py and dashboards/queries/status.py.
SELECT
    day,
    checked_at,
    extractor,
    count(*) AS clips,
    count(*) FILTER (WHERE withheld) AS withheld,
    max(deviation) AS deviation,
    (array_agg(number ORDER BY deviation DESC, clip_id))[1] AS number,
    (array_agg(track_id ORDER BY deviation DESC, clip_id))[1] AS track_id,
    (array_agg(clip_id ORDER BY deviation DESC, clip_id))[1] AS clip_id
FROM ops."check"
WHERE checked_at = (SELECT max(latest.checked_at) FROM ops."check" AS latest)
GROUP BY day, checked_at, extractor
