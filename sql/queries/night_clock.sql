-- Ask for a night for every UTC midnight that has passed since the clock asked last, for `most` of them at most.
-- Asked by overtone/demo/nights.py.
INSERT INTO app.night (day)
SELECT latest.day + missed.number AS day
FROM (
    SELECT
        greatest(max(night.day), max(loaded.through)) AS day,
        max(night.wanted_at) FILTER (WHERE night.wanted_by IS NULL) AS wanted_at
    FROM app.night
    LEFT JOIN ops.watermark AS loaded ON loaded.table_name = 'lake/listens' -- a backfill may have gone further
) AS latest
CROSS JOIN generate_series(1, least(now()::date - latest.wanted_at::date, %(most)s::integer)) AS missed (number)
ON CONFLICT DO NOTHING
RETURNING day
