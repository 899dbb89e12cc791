-- A table of listens without indexes. Asked by lab/bench/synthetic.py and lab/bench/load.py.
CREATE TABLE raw_listen (
    listened_at timestamptz,
    listener_id bigint,
    track_id integer,
    country text,
    heard_pct smallint,
    synthetic boolean
)
