-- The last day that all of some tables are complete to; tables never loaded do not count (null: none was).
-- Asked by etl/store/loads.py, and by every page for its "data through": dashboards/queries/similar.py and others.
-- table_names: text[].
SELECT min(through) AS through
FROM ops.watermark
WHERE table_name = ANY(%(table_names)s::text [])
