-- Listens in the app up to a day that are in no books yet, as the lake takes them. Asked by etl/jobs/ingest_heard.py.
SELECT
    (extract(EPOCH FROM h.listened_at) * 1000000)::bigint AS listened_at, -- µs
    h.listener_id,
    h.track_id,
    h.listen_id,
    l.country,
    h.heard_pct,
    (h.listened_at AT TIME ZONE 'UTC')::date AS day
FROM app.heard AS h
INNER JOIN core.track AS t ON h.track_id = t.track_id -- of another one it waits for the catalogue
LEFT JOIN activity.listener AS l ON h.listener_id = l.listener_id
WHERE h.booked IS NULL AND h.listened_at < (%(day)s::date + 1)::timestamp AT TIME ZONE 'UTC'
