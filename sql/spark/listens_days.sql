-- How many staged listens are of which day, those of unknown tracks apart. Asked by etl/jobs/ingest_listens.py.
SELECT
    to_date(s.listened_at) AS day,
    count(*) AS rows
FROM staged AS s
INNER JOIN track AS t ON s.track_id = t.track_id
GROUP BY to_date(s.listened_at)
