-- The sketches that a span of weeks (span: 4 or 16; first: its first Monday) is put together from, of artists that are
-- due in it (part: weeks of the shorter span, 1 or 4), by artist and track. Asked by etl/jobs/build_audience.py.
SELECT m.artist_id, m.track_id, m.seen, m.seen_half, m.seen_finished
FROM mart.audience AS m
WHERE
    m.span = %(part)s AND m.week >= %(first)s::date AND m.week < %(first)s::date + 7 * %(span)s
    AND m.artist_id IN (
        SELECT d.artist_id FROM ops.audience_due AS d
        WHERE d.day >= %(first)s::date AND d.day < %(first)s::date + 7 * %(span)s
    )
ORDER BY m.artist_id, m.track_id, m.week
