-- Sum the weeks of artists that are due up to a span of weeks (span: 4 or 16; first: its first Monday), from
-- those of the shorter span (part: 1 or 4).
-- A range of a year is then at most 15 rows of a cell, not 52. Asked by etl/jobs/build_audience.py.
DELETE FROM mart.audience AS m
WHERE
    m.span = %(span)s AND m.week = %(first)s::date
    AND m.artist_id IN (
        SELECT d.artist_id FROM ops.audience_due AS d
        WHERE d.day >= %(first)s::date AND d.day < %(first)s::date + 7 * %(span)s
    );

INSERT INTO mart.audience
(
    week, artist_id, track_id, listens, listeners, heard_10, heard_20, heard_30, heard_40, heard_50, heard_60,
    heard_70, heard_80, heard_90, finished, heard_s, span, synthetic, seen
)
SELECT
    %(first)s::date AS week, artist_id, track_id, listens,
    greatest(most, least(listeners, mart.distinct_listeners(seen, 0))) AS listeners,
    heard_10, heard_20, heard_30, heard_40, heard_50, heard_60, heard_70, heard_80, heard_90, finished, heard_s,
    %(span)s AS span, synthetic, seen
FROM (
    SELECT
        m.artist_id, m.track_id, sum(m.listens) AS listens, sum(m.listeners) AS listeners,
        max(m.listeners) AS most, sum(m.heard_10) AS heard_10, sum(m.heard_20) AS heard_20, sum(m.heard_30) AS heard_30,
        sum(m.heard_40) AS heard_40, sum(m.heard_50) AS heard_50, sum(m.heard_60) AS heard_60,
        sum(m.heard_70) AS heard_70, sum(m.heard_80) AS heard_80, sum(m.heard_90) AS heard_90,
        sum(m.finished) AS finished, sum(m.heard_s) AS heard_s,
        bool_or(m.synthetic) AS synthetic, bit_or(m.seen) AS seen
    FROM mart.audience AS m
    WHERE
        m.span = %(part)s AND m.week >= %(first)s::date AND m.week < %(first)s::date + 7 * %(span)s
        AND m.artist_id IN (
            SELECT d.artist_id FROM ops.audience_due AS d
            WHERE d.day >= %(first)s::date AND d.day < %(first)s::date + 7 * %(span)s
        )
    GROUP BY m.artist_id, m.track_id
) AS cell
