-- mart: what the Audience page reads. docs/adr/0009-audience-and-privacy.md says why it is cut this way.
CREATE SCHEMA IF NOT EXISTS mart;

-- mart.audience: who heard how much, a row per published cell of an artist's week, and sums over 4 and 16 weeks.
-- A cell has ten listeners or more; smaller ones are in a cell 'hidden' that has ten or more, too. Whatever a page
-- shows is a sum of cells, so no two answers differ by fewer than ten listeners.
-- Filled by sql/marts/audience_week.sql and audience_span.sql; read by dashboards/queries/audience.py.
CREATE TABLE mart.audience (
    week date NOT NULL, -- a Monday; of a span, its first
    artist_id integer NOT NULL,
    track_id integer NOT NULL, -- 0: all; -1: the hidden ones together
    listens integer NOT NULL, -- with both a track and a country: in tens
    listeners integer NOT NULL, -- distinct; exact in a week, estimated from seen over a span
    heard_10 integer NOT NULL, -- listens of which 10 % and more was heard, in tens; and so on
    heard_20 integer NOT NULL,
    heard_30 integer NOT NULL,
    heard_40 integer NOT NULL,
    heard_50 integer NOT NULL,
    heard_60 integer NOT NULL,
    heard_70 integer NOT NULL,
    heard_80 integer NOT NULL,
    heard_90 integer NOT NULL,
    finished integer NOT NULL,
    heard_s bigint NOT NULL,
    span smallint NOT NULL, -- weeks: 1, 4 or 16
    synthetic boolean NOT NULL, -- whether made listens are among them
    country text NOT NULL, -- '': all; 'unknown'; 'hidden'; else ISO 3166 alpha-3
    -- Distinct listeners over several weeks: each sets one of 4096 bits, by hash; bit_or joins weeks, and how many bits
    -- are left estimates how many there are. Three times: who listened, who heard half and more, who finished.
    seen bit(12288) NOT NULL,
    -- "What did this artist's listeners do in these weeks, by track and country?"
    PRIMARY KEY (artist_id, track_id, span, week, country)
);

-- How many distinct listeners a sketch stands for: linear counting (Whang et al., "A linear-time probabilistic counting
-- algorithm for database applications", TODS 1990). Standard error 1.3 % at 4,000 listeners, 3.6 % at 20,000.
-- level: 0 who listened, 1 who heard half and more, 2 who finished.
CREATE FUNCTION mart.distinct_listeners(seen bit, level integer) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN round(
    -4096 * ln((4096.5::double precision - bit_count(substring(seen FROM 1 + 4096 * level FOR 4096))) / 4096)
)::integer;

-- mart.audience_day: listens of a day with ten listeners or more, in tens; what spikes are found in.
-- Filled by sql/marts/audience_day.sql; read by dashboards/queries/audience.py.
CREATE TABLE mart.audience_day (
    artist_id integer NOT NULL,
    track_id integer NOT NULL, -- 0: all
    day date NOT NULL,
    listens integer NOT NULL,
    listeners integer NOT NULL,
    -- "How many listened on each of these days?"
    PRIMARY KEY (artist_id, track_id, day)
);

-- mart.interest: what an artist's listeners hear more than others do, their own tracks left out.
-- Filled by etl/jobs/build_audience.py; read by dashboards/queries/audience.py.
CREATE TABLE mart.interest (
    artist_id integer NOT NULL,
    kind text NOT NULL CHECK (kind IN ('genre', 'track')),
    item text NOT NULL, -- a top genre, or a track's id
    listeners integer NOT NULL, -- of this artist who hear it, in tens
    lift real NOT NULL, -- share of this artist's listeners who hear it over the share of all
    low real NOT NULL, -- 95 % interval
    high real NOT NULL,
    through date NOT NULL, -- the last day that counted
    -- "What else does this audience like?"
    PRIMARY KEY (artist_id, kind, item)
);

-- mart.genre_curve: how far people get in a genre: the median over tracks of five artists or more, 13 weeks.
-- Filled by sql/marts/genre_curve.sql; read by dashboards/queries/audience.py. No artist's own numbers are in it.
CREATE TABLE mart.genre_curve (
    genre text PRIMARY KEY,
    artists integer NOT NULL,
    tracks integer NOT NULL,
    listens bigint NOT NULL,
    heard real [] NOT NULL CHECK (cardinality(heard) = 10), -- shares at 10 … 90 %, finished
    through date NOT NULL
);

-- "Which tracks are this artist's?"
CREATE INDEX track_by_artist ON core.track (artist_id);

GRANT USAGE ON SCHEMA mart TO overtone_app; -- functions are everybody's unless revoked
GRANT SELECT ON ALL TABLES IN SCHEMA mart TO overtone_app;

CALL ops.guard('mart.audience', $$artist_id = nullif(current_setting('overtone.artist_id', TRUE), '')::integer$$);
CALL ops.guard('mart.audience_day', $$artist_id = nullif(current_setting('overtone.artist_id', TRUE), '')::integer$$);
CALL ops.guard('mart.interest', $$artist_id = nullif(current_setting('overtone.artist_id', TRUE), '')::integer$$);
