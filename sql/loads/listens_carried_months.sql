-- The months of activity.listen, where a home of before the lake still has it. Asked by etl/jobs/ingest_listens.py.
SELECT c.oid::regclass::text AS name
FROM pg_class AS c
INNER JOIN pg_inherits AS part ON c.oid = part.inhrelid
WHERE part.inhparent = to_regclass('activity.listen')
ORDER BY name
