-- Where listens are copied to. Asked by etl/jobs/ingest_listens.py. file: its number among those of this load.
CREATE TEMPORARY TABLE listen_staged (
    listened_at timestamptz,
    listener_id bigint,
    track_id integer,
    country text,
    heard_pct smallint,
    synthetic boolean,
    listen_id text,
    day date,
    position bigint,
    file smallint
) ON COMMIT DROP
