-- ops: what the operator asks about. (ops.migration itself is made by etl/migrations.py.)

-- ops.load: the books, a row per run of a job for a day. The check is the rule that every batch adds up.
-- Filled by etl/warehouse.py in the transaction that publishes the rows; read by `overtone status` and the status page.
CREATE TABLE ops.load (
    run_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    job text NOT NULL,
    day date NOT NULL,
    table_name text NOT NULL,
    rows_in bigint NOT NULL,
    inserted bigint NOT NULL,
    updated bigint NOT NULL,
    unchanged bigint NOT NULL,
    quarantined bigint NOT NULL,
    started_at timestamptz NOT NULL,
    finished_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT books_balance CHECK (rows_in = inserted + updated + unchanged + quarantined)
);
-- "What did the last run of this job and day do?"
CREATE INDEX load_by_job_day ON ops.load (job, day, run_id DESC);

-- ops.quarantine: every refused row with its raw bytes, the reason, and where it came from.
-- Filled by the ingest and describe jobs; read by `overtone status` and the status page.
CREATE TABLE ops.quarantine (
    quarantine_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    job text NOT NULL,
    day date NOT NULL, -- of the drop
    source text NOT NULL, -- path in storage
    position bigint NOT NULL, -- line in the file (from 1), or the track of a clip
    reason text NOT NULL, -- a code of etl/contracts.py, or the name of an AudioError
    detail text NOT NULL,
    raw bytea,
    first_seen timestamptz NOT NULL DEFAULT now(),
    UNIQUE (job, source, position)
);

-- ops.watermark: the latest day that has been loaded into each table.
-- Filled by every load; read by every page that says "data through".
CREATE TABLE ops.watermark (
    table_name text PRIMARY KEY,
    through date NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now()
);

-- ops.matched: up to which revision of tracks and sounds matches are computed, and with which vocabulary.
-- Filled and read by etl/jobs/match_tracks.py; one row.
CREATE TABLE ops.matched (
    only_row boolean PRIMARY KEY DEFAULT TRUE CHECK (only_row),
    vocabulary text NOT NULL,
    tracks integer NOT NULL, -- that the vocabulary was fitted on
    track_revision bigint NOT NULL,
    sound_revision bigint NOT NULL
);
