-- The last day that all of some tables are complete to; tables never loaded do not count (null: none was).
-- Asked by etl/store/loads.py, for jobs and for every page's "data through". table_names: text[].
SELECT min(through) AS through
FROM ops.watermark
WHERE table_name = ANY(%(table_names)s::text [])
