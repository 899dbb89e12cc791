-- Ask for the demo's next night, or again for the first that failed; nothing while one is asked for or runs.
-- Asked by dashboards/queries/status.py. account_id: who asks; nobody but an operator may.
INSERT INTO app.night (day, wanted_by)
SELECT
    coalesce(
        min(night.day) FILTER (WHERE night.failed <> '{}'),
        greatest(max(night.day), max(loaded.through)) + 1
    ) AS day,
    account.login AS wanted_by
FROM app.account
CROSS JOIN app.night
LEFT JOIN ops.watermark AS loaded ON loaded.table_name = 'lake/listens' -- a backfill may have gone further
WHERE account.account_id = %(account_id)s::bigint AND account.role = 'operator'
GROUP BY account.login
HAVING bool_and(night.ended_at IS NOT NULL)
ON CONFLICT (day) DO UPDATE SET
    (wanted_at, wanted_by, begun_at, ended_at, failed) = (now(), excluded.wanted_by, NULL, NULL, '{}')
WHERE night.failed <> '{}'
