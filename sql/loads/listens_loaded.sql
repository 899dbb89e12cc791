-- Note that files are loaded: by which parser, and as of which revision of the catalogue.
-- Asked by etl/jobs/ingest_listens.py. sources: text[]; days: date[], of each.
INSERT INTO ops.listens_loaded (source, parser, catalogue, day)
SELECT fresh.source, %(parser)s AS parser, %(catalogue)s AS catalogue, fresh.day
FROM unnest(%(sources)s::text [], %(days)s::date []) AS fresh (source, day)
ON CONFLICT (source) DO UPDATE SET (parser, catalogue) = (excluded.parser, excluded.catalogue)
