-- Sum the weeks of artists that are due up to a span of weeks (span: 4 or 16; first: its first Monday), from
-- those of the shorter span (part: 1 or 4), with the sketches of seen_in.
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
    heard_70, heard_80, heard_90, finished, heard_s, span, synthetic, seen,
    seen_half, seen_finished
)
SELECT
    %(first)s::date AS week, cell.artist_id, cell.track_id, cell.listens,
    greatest(cell.most, least(cell.listeners, seen_in.estimate)) AS listeners,
    cell.heard_10, cell.heard_20, cell.heard_30, cell.heard_40, cell.heard_50, cell.heard_60, cell.heard_70,
    cell.heard_80, cell.heard_90, cell.finished, cell.heard_s, %(span)s AS span, cell.synthetic, seen_in.seen,
    seen_in.seen_half, seen_in.seen_finished
FROM (
    SELECT
        m.artist_id, m.track_id, sum(m.listens) AS listens, sum(m.listeners) AS listeners,
        max(m.listeners) AS most, sum(m.heard_10) AS heard_10, sum(m.heard_20) AS heard_20, sum(m.heard_30) AS heard_30,
        sum(m.heard_40) AS heard_40, sum(m.heard_50) AS heard_50, sum(m.heard_60) AS heard_60,
        sum(m.heard_70) AS heard_70, sum(m.heard_80) AS heard_80, sum(m.heard_90) AS heard_90,
        sum(m.finished) AS finished, sum(m.heard_s) AS heard_s,
        bool_or(m.synthetic) AS synthetic
    FROM mart.audience AS m
    WHERE
        m.span = %(part)s AND m.week >= %(first)s::date AND m.week < %(first)s::date + 7 * %(span)s
        AND m.artist_id IN (
            SELECT d.artist_id FROM ops.audience_due AS d
            WHERE d.day >= %(first)s::date AND d.day < %(first)s::date + 7 * %(span)s
        )
    GROUP BY m.artist_id, m.track_id
) AS cell
INNER JOIN seen_in ON cell.artist_id = seen_in.artist_id AND cell.track_id = seen_in.track_id;

DROP TABLE seen_in
