-- activity: who listens to what, who knows whom, who could carry music further. And who may see it.
CREATE SCHEMA IF NOT EXISTS activity;

-- The app asks as this role. It owns nothing and goes round no policy; it is a role of the whole server, made once.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'overtone_app') THEN
        CREATE ROLE overtone_app NOLOGIN NOSUPERUSER NOBYPASSRLS;
    END IF;
    IF NOT pg_has_role(CURRENT_USER, 'overtone_app', 'MEMBER') THEN
        EXECUTE format('GRANT overtone_app TO %I', CURRENT_USER);
    END IF;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL; -- another database of this server made it just now
    WHEN insufficient_privilege THEN
        RAISE insufficient_privilege USING
            MESSAGE = format('role overtone_app is missing, and %s may not make it', CURRENT_USER),
            HINT = format(
                'As an administrator of the server run: CREATE ROLE overtone_app NOLOGIN; GRANT overtone_app TO %I;',
                CURRENT_USER);
END
$$;
GRANT USAGE ON SCHEMA activity, core, ops TO overtone_app;
GRANT SELECT ON core.genre, core.artist, core.track, ops.watermark TO overtone_app;

-- activity.listen: one started play. A listen is known by its listener, time and track (and listen_id, where given).
-- Filled by etl/jobs/ingest_listens.py, which makes a partition a month as needed; read by sql/marts.
CREATE TABLE activity.listen (
    listened_at timestamptz NOT NULL,
    listener_id bigint NOT NULL,
    artist_id integer NOT NULL, -- of the track, as the catalogue had it at the load
    track_id integer NOT NULL,
    day date NOT NULL, -- of the drop; the listen's own day is that of listened_at
    heard_pct smallint NOT NULL, -- of the track, 0 … 100
    synthetic boolean NOT NULL,
    country text, -- ISO 3166 alpha-3; null: unknown
    listen_id text
) PARTITION BY RANGE (listened_at);
-- "Which listens were in this time?" A few pages a month; rows come about in order of time.
CREATE INDEX listen_by_time ON activity.listen USING brin (listened_at) WITH (pages_per_range = 32);
-- "Which listens had this artist in this time?"
CREATE INDEX listen_by_artist ON activity.listen (artist_id, listened_at);

-- activity.listener: who listens.
-- Filled by etl/jobs/ingest_listens.py; read by pages of listeners.
CREATE TABLE activity.listener (
    listener_id bigint PRIMARY KEY,
    name text NOT NULL,
    country text, -- ISO 3166 alpha-3; null: unknown
    taste real [] CHECK (cardinality(taste) = 16), -- shares of the top genres in order of the alphabet; null: unknown
    synthetic boolean NOT NULL,
    day date NOT NULL
);

-- activity.friendship: two listeners who know each other, the smaller id first.
-- Filled by etl/jobs/ingest_listens.py; read by pages of listeners.
CREATE TABLE activity.friendship (
    listener_a bigint NOT NULL,
    listener_b bigint NOT NULL,
    since date NOT NULL,
    synthetic boolean NOT NULL,
    day date NOT NULL,
    PRIMARY KEY (listener_a, listener_b),
    CHECK (listener_a < listener_b)
);
-- "Who are this listener's friends?", where they come second.
CREATE INDEX friendship_by_second ON activity.friendship (listener_b, listener_a);

-- activity.influencer: creators that may be suggested to artists, and what their audience is like.
-- Filled by etl/jobs/ingest_listens.py; read by the Influencers page.
CREATE TABLE activity.influencer (
    influencer_id text PRIMARY KEY,
    creator_id text, -- in core.creator; null: none of its videos was seen
    handle text NOT NULL,
    name text NOT NULL,
    country text, -- the creator's own; null: unknown
    genre text NOT NULL, -- the top genre that they use most
    tier text NOT NULL,
    followers bigint NOT NULL,
    videos integer NOT NULL,
    median_plays bigint NOT NULL, -- a video
    median_likes bigint NOT NULL,
    median_comments bigint NOT NULL,
    median_shares bigint NOT NULL,
    genre_shares real [] NOT NULL CHECK (cardinality(genre_shares) = 16), -- in order of the alphabet
    audience_countries text [] NOT NULL,
    audience_shares real [] NOT NULL, -- in the order of audience_countries
    synthetic boolean NOT NULL,
    day date NOT NULL,
    CHECK (cardinality(audience_countries) = cardinality(audience_shares))
);
-- "Which creators use this genre, the largest first?"
CREATE INDEX influencer_by_genre ON activity.influencer (genre, followers DESC);
GRANT SELECT ON activity.influencer TO overtone_app;

-- ops.listens_loaded: which landed files are in, so that a night takes only what is new.
-- Filled and read by etl/jobs/ingest_listens.py.
CREATE TABLE ops.listens_loaded (
    source text PRIMARY KEY, -- path in storage
    parser text NOT NULL,
    catalogue bigint NOT NULL, -- core.track's revision then: a listen of an unknown track may be known later
    day date NOT NULL
);

-- ops.audience_due: days of an artist whose listens changed since the marts were built.
-- Filled by etl/jobs/ingest_listens.py; read by etl/jobs/build_audience.py, which empties it.
CREATE TABLE ops.audience_due (
    day date NOT NULL,
    artist_id integer NOT NULL,
    day_is_built boolean NOT NULL DEFAULT FALSE, -- what is left is the week, which waits for its last day
    PRIMARY KEY (day, artist_id)
);

-- Row-level security. A transaction of the app names its tenant: set_config('overtone.artist_id', …, true), or
-- overtone.listener_id; without one, it sees no row. FORCE holds the tables' owner to the policies, too, so the
-- owner, who loads, has one of its own.
CREATE PROCEDURE ops.guard(guarded regclass, seen_by text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', guarded);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', guarded);
    EXECUTE format('CREATE POLICY loader ON %s TO CURRENT_USER USING (TRUE) WITH CHECK (TRUE)', guarded);
    EXECUTE format('CREATE POLICY tenant ON %s FOR SELECT TO overtone_app USING (%s)', guarded, seen_by);
END
$$;

CALL ops.guard('activity.listen', $$
    artist_id = nullif(current_setting('overtone.artist_id', TRUE), '')::integer
    OR listener_id = nullif(current_setting('overtone.listener_id', TRUE), '')::bigint
$$);
CALL ops.guard('activity.friendship', $$
    nullif(current_setting('overtone.listener_id', TRUE), '')::bigint IN (listener_a, listener_b)
$$);
-- Friends are seen, too: of friendships the inner question sees only one's own.
CALL ops.guard('activity.listener', $$
    listener_id = nullif(current_setting('overtone.listener_id', TRUE), '')::bigint
    OR EXISTS (SELECT FROM activity.friendship AS f WHERE listener.listener_id IN (f.listener_a, f.listener_b))
$$);
GRANT SELECT ON activity.friendship, activity.listener TO overtone_app;

-- Makes the partition of a month. The app may not read it at all but through activity.listen.
CREATE PROCEDURE activity.make_month(month date) LANGUAGE plpgsql AS $$
DECLARE
    partition text := 'listen_' || to_char(month, 'YYYY_MM');
BEGIN
    IF to_regclass('activity.' || partition) IS NULL THEN
        EXECUTE format(
            'CREATE TABLE activity.%I PARTITION OF activity.listen FOR VALUES FROM (%L) TO (%L)',
            partition, month::timestamp AT TIME ZONE 'UTC', (month + INTERVAL '1 month') AT TIME ZONE 'UTC');
        CALL ops.guard(to_regclass('activity.' || partition), 'FALSE');
    END IF;
END
$$;
