-- The indexes of vectors, their bytes, and how many vectors are in each. Asked by lab/bench/similarity.py.
SELECT
    i.indexrelid::regclass::text AS name,
    t.reltuples::bigint AS rows,
    pg_relation_size(c.oid) AS bytes
FROM pg_index AS i
INNER JOIN pg_class AS c ON i.indexrelid = c.oid
INNER JOIN pg_am AS a ON c.relam = a.oid
INNER JOIN pg_class AS t ON i.indrelid = t.oid
WHERE a.amname = 'hnsw'
