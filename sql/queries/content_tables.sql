-- Names of the tables that hold what Overtone knows, partitions counted as their parent.
-- Asked by etl/store/warehouse.py, for `overtone status --hash`.
SELECT n.nspname || '.' || c.relname AS name
FROM pg_class AS c
INNER JOIN pg_namespace AS n ON c.relnamespace = n.oid
WHERE n.nspname IN ('core', 'activity', 'mart') AND c.relkind IN ('r', 'p') AND NOT c.relispartition
ORDER BY name
