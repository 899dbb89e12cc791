-- Call listens in the app booked, and forget those before a day that marts know of. Asked by etl/jobs/ingest_heard.py.
-- day: in whose books; listeners: bigint[], listens: text[], of each; kept_from: a day.
UPDATE app.heard AS h SET booked = %(day)s
FROM unnest(%(listeners)s::bigint [], %(listens)s::text []) AS done (listener_id, listen_id)
WHERE h.listener_id = done.listener_id AND h.listen_id = done.listen_id;

DELETE FROM app.heard
WHERE booked IS NOT NULL AND folded AND listened_at < %(kept_from)s
