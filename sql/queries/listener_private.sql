-- Begin a private session of so many hours, or end it (0). Asked by dashboards/queries/listeners.py.
INSERT INTO app.listener AS l (listener_id, private_until, private_spans)
SELECT
    app.me() AS listener_id,
    upper(span) AS private_until,
    tstzmultirange(span) AS private_spans
FROM (
    SELECT tstzrange(now(), now() + make_interval(hours => %(hours)s::integer)) AS span
) AS given
ON CONFLICT (listener_id) DO UPDATE
    SET
        private_until = excluded.private_until,
        private_spans = l.private_spans * tstzmultirange(tstzrange(now() - make_interval(hours => 25), now()))
        + excluded.private_spans
RETURNING private_until
