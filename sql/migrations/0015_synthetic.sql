-- synthetic: whether a row was made, and not observed: the word of the drop that its values are from (`overtone land …
-- --synthetic`). What people did has had it since 0005_activity.sql; from here on music and posts have it, too.
-- Filled by etl/jobs/ingest_fma.py and etl/jobs/ingest_tiktok.py; read by every page that shows such a row, and by
-- sql/queries/status_tables.sql. What is there already counts as observed until its drop is landed as synthetic and
-- loaded again.
ALTER TABLE core.artist ADD COLUMN synthetic boolean NOT NULL DEFAULT FALSE;
ALTER TABLE core.track ADD COLUMN synthetic boolean NOT NULL DEFAULT FALSE;
ALTER TABLE core.sound ADD COLUMN synthetic boolean NOT NULL DEFAULT FALSE;
ALTER TABLE core.creator ADD COLUMN synthetic boolean NOT NULL DEFAULT FALSE;
ALTER TABLE core.video ADD COLUMN synthetic boolean NOT NULL DEFAULT FALSE;

-- "How many figures of an audience are made?" Without it, every row of 1.6 kB would be read for that.
CREATE INDEX audience_synthetic ON mart.audience (artist_id) WHERE synthetic;
