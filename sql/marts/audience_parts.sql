-- The sums of a span of weeks (span: 4 or 16; first: its first Monday) and the sketches that it is put together from, a
-- row an artist (track 0) or track, in part: of artists that are due in it, from the shorter span (part: 1 or 4 weeks).
-- What mart.audience says of them is taken away. Asked by etl/jobs/build_audience.py.
DROP TABLE IF EXISTS part; -- of another span
CREATE TEMPORARY TABLE part ON COMMIT DROP AS
SELECT
    m.artist_id, m.track_id, sum(m.listens) AS listens, sum(m.listeners) AS listeners, max(m.listeners) AS most,
    sum(m.heard_10) AS heard_10, sum(m.heard_20) AS heard_20, sum(m.heard_30) AS heard_30, sum(m.heard_40) AS heard_40,
    sum(m.heard_50) AS heard_50, sum(m.heard_60) AS heard_60, sum(m.heard_70) AS heard_70, sum(m.heard_80) AS heard_80,
    sum(m.heard_90) AS heard_90, sum(m.finished) AS finished, sum(m.heard_s) AS heard_s,
    bool_or(m.synthetic) AS synthetic, array_agg(m.seen ORDER BY m.week) AS seen,
    array_agg(m.seen_half ORDER BY m.week) AS seen_half, array_agg(m.seen_finished ORDER BY m.week) AS seen_finished
FROM mart.audience AS m
WHERE
    m.span = %(part)s AND m.week >= %(first)s::date AND m.week < %(first)s::date + 7 * %(span)s
    AND m.artist_id IN (
        SELECT d.artist_id FROM ops.audience_due AS d
        WHERE d.day >= %(first)s::date AND d.day < %(first)s::date + 7 * %(span)s
    )
GROUP BY m.artist_id, m.track_id;

DELETE FROM mart.audience AS m
WHERE
    m.span = %(span)s AND m.week = %(first)s::date
    AND m.artist_id IN (
        SELECT d.artist_id FROM ops.audience_due AS d
        WHERE d.day >= %(first)s::date AND d.day < %(first)s::date + 7 * %(span)s
    );
