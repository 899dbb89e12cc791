-- A month of activity.listen as the lake takes it, but what app.heard has and no books: that is booked by itself.
-- Asked by etl/jobs/ingest_listens.py, with the month in place of the table.
SELECT
    (extract(EPOCH FROM l.listened_at) * 1000000)::bigint AS listened_at, -- µs
    l.listener_id,
    l.track_id,
    l.listen_id,
    l.country,
    l.heard_pct,
    CASE
        WHEN l.synthetic THEN 'made'
        WHEN
            EXISTS (
                SELECT FROM app.heard AS h
                WHERE h.listener_id = l.listener_id AND h.listen_id = l.listen_id
            ) THEN 'app'
        ELSE 'file'
    END AS origin,
    l.day,
    row_number() OVER () AS position
FROM activity.listen AS l
WHERE
    NOT EXISTS (
        SELECT FROM app.heard AS h
        WHERE h.listener_id = l.listener_id AND h.listen_id = l.listen_id AND h.booked IS NULL
    )
