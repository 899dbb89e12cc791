-- ops.check: clips that were described again by librosa, a row per clip and check; a night checks a few of its own.
-- Filled by etl/jobs/describe_audio.py; read by `overtone status` and the status page.
CREATE TABLE ops."check" (
    checked_at timestamptz NOT NULL, -- one moment for the clips of a run
    clip_id text NOT NULL, -- what the audio's content is known by
    track_id integer NOT NULL, -- whose clip it is; of several, one
    day date NOT NULL, -- of the run
    extractor text NOT NULL, -- version of ours
    deviation double precision NOT NULL, -- the largest of the 245, absolute or relative, whichever is smaller; no unit
    number text NOT NULL, -- the name of the number that is so far off
    withheld boolean NOT NULL, -- the deviation is too large: the clip is in ops.quarantine
    -- "What did the last check find?"
    PRIMARY KEY (checked_at, clip_id)
);
