-- Make the quarantine of some sources of a job hold exactly the rows staged in refused; what is mended since leaves it.
-- Asked by etl/store/loads.py. job: its name; sources: text[].
DELETE FROM ops.quarantine AS q
WHERE
    q.job = %(job)s AND q.source = ANY(%(sources)s::text [])
    AND NOT EXISTS (
        SELECT FROM refused AS r
        WHERE r.source = q.source AND r.position = q.position
    );

INSERT INTO ops.quarantine (job, day, source, position, reason, detail, raw)
SELECT %(job)s AS job, day, source, position, reason, detail, raw
FROM refused
ON CONFLICT (job, source, position) DO UPDATE SET
    (day, reason, detail, raw) = (excluded.day, excluded.reason, excluded.detail, excluded.raw)
