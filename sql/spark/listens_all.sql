-- What was listened to from a day on: in the lake, and in the app since it was booked there last.
-- Asked by etl/jobs/ingest_heard.py. first: the day.
SELECT
    listener_id, listened_at, artist_id, track_id, listen_id, heard_pct
FROM booked
UNION ALL
SELECT
    heard.listener_id, heard.listened_at, cast(track.artist_id AS int) AS artist_id, heard.track_id, heard.listen_id,
    heard.heard_pct
FROM heard
INNER JOIN track ON heard.track_id = track.track_id
WHERE to_date(heard.listened_at) >= :first
