-- The partitions of activity.listen before a month that were not yet rewritten in the order of artists, and the index
-- that has this order. Asked by etl/jobs/build_audience.py. month: as text, YYYY_MM.
SELECT
    c.oid::regclass::text AS name,
    i.relname AS index
FROM pg_class AS c
INNER JOIN pg_inherits AS part ON c.oid = part.inhrelid
INNER JOIN pg_index AS x ON c.oid = x.indrelid
INNER JOIN pg_inherits AS of_all ON x.indexrelid = of_all.inhrelid
INNER JOIN pg_class AS i ON x.indexrelid = i.oid
WHERE
    part.inhparent = 'activity.listen'::regclass AND of_all.inhparent = 'activity.listen_by_artist'::regclass
    AND obj_description(c.oid) IS NULL AND right(c.relname, 7) < %(month)s
ORDER BY c.oid::regclass::text
