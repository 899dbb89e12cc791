-- core: tracks, sounds and what links them.
CREATE EXTENSION IF NOT EXISTS vector;
CREATE SCHEMA core;

-- What a match was computed from has a revision, so that the next night takes only what is new or renamed.
CREATE SEQUENCE core.revision;

CREATE FUNCTION core.next_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.revision := nextval('core.revision');
    RETURN NEW;
END
$$;

-- core.genre: FMA's 163 genres; top_genre is one of its 16 roots.
-- Filled by etl/jobs/ingest_fma.py; read by the app's genre choice.
CREATE TABLE core.genre (
    genre_id integer PRIMARY KEY,
    title text NOT NULL,
    parent_id integer,
    top_genre_id integer NOT NULL,
    top_genre text NOT NULL,
    day date NOT NULL
);

-- core.artist: who made the tracks.
-- Filled by etl/jobs/ingest_fma.py; read by accounts of artists.
CREATE TABLE core.artist (
    artist_id integer PRIMARY KEY,
    name text NOT NULL,
    location text,
    website text,
    day date NOT NULL
);

-- core.track: the catalogue.
-- Filled by etl/jobs/ingest_fma.py; read by matching, similarity and every page that names a track.
CREATE TABLE core.track (
    track_id integer PRIMARY KEY,
    title text NOT NULL,
    artist_id integer NOT NULL,
    artist_name text NOT NULL,
    album_title text,
    genre text, -- top genre; null where FMA gives none
    genre_ids integer [] NOT NULL,
    duration_s real,
    listens bigint,
    license text,
    subset text,
    created_at timestamptz,
    day date NOT NULL, -- of the drop that these values are from
    revision bigint NOT NULL DEFAULT nextval('core.revision')
);
CREATE TRIGGER track_renamed BEFORE UPDATE ON core.track FOR EACH ROW
WHEN ((old.title, old.artist_name) IS DISTINCT FROM (new.title, new.artist_name))
EXECUTE FUNCTION core.next_revision();
-- "Which tracks are new since the last match?"
CREATE INDEX track_by_revision ON core.track (revision);

-- core.track_feature: the 245 numbers of a clip, as described. Order: etl.audio.features.FEATURE_NAMES.
-- Filled by etl/jobs/describe_audio.py; read by etl/jobs/scale_features.py.
CREATE TABLE core.track_feature (
    track_id integer NOT NULL,
    genre text NOT NULL, -- top genre, 'Unknown' where there is none
    clip_id text NOT NULL, -- what the audio's content is known by
    features real [] NOT NULL CHECK (cardinality(features) = 245),
    duration_s real NOT NULL,
    rate_hz integer NOT NULL,
    silent boolean NOT NULL,
    extractor text NOT NULL,
    day date NOT NULL,
    PRIMARY KEY (track_id, genre)
) PARTITION BY LIST (genre);

-- core.scaler: how raw numbers become a vector; one is current.
-- Filled by etl/jobs/scale_features.py; read by etl/jobs/find_similar.py.
CREATE TABLE core.scaler (
    version text PRIMARY KEY,
    centre real [] NOT NULL CHECK (cardinality(centre) = 245),
    scale real [] NOT NULL CHECK (cardinality(scale) = 245),
    tracks integer NOT NULL, -- how many it was fitted on
    fitted_on text NOT NULL, -- a hash over which they were
    current boolean NOT NULL
);
CREATE UNIQUE INDEX one_current_scaler ON core.scaler (current) WHERE current;

-- core.track_vector: scaled features, compared by cosine.
-- Filled by etl/jobs/scale_features.py; read by sql/queries/similar_tracks.sql.
CREATE TABLE core.track_vector (
    track_id integer NOT NULL,
    genre text NOT NULL,
    scaler_version text NOT NULL REFERENCES core.scaler,
    vector vector(245) NOT NULL,
    day date NOT NULL, -- of the clip's drop
    PRIMARY KEY (track_id, genre)
) PARTITION BY LIST (genre);

-- One partition a top genre: a search within a genre reads its own rows and no others.
DO $$
DECLARE
    top_genre text;
BEGIN
    FOREACH top_genre IN ARRAY ARRAY[
        'Blues', 'Classical', 'Country', 'Easy Listening', 'Electronic', 'Experimental', 'Folk', 'Hip-Hop',
        'Instrumental', 'International', 'Jazz', 'Old-Time / Historic', 'Pop', 'Rock', 'Soul-RnB', 'Spoken'
    ] LOOP
        EXECUTE format(
            'CREATE TABLE core.%I PARTITION OF core.track_feature FOR VALUES IN (%L)',
            'track_feature_' || trim(BOTH '_' FROM regexp_replace(lower(top_genre), '[^a-z]+', '_', 'g')), top_genre);
        EXECUTE format(
            'CREATE TABLE core.%I PARTITION OF core.track_vector FOR VALUES IN (%L)',
            'track_vector_' || trim(BOTH '_' FROM regexp_replace(lower(top_genre), '[^a-z]+', '_', 'g')), top_genre);
    END LOOP;
END
$$;
CREATE TABLE core.track_feature_unknown PARTITION OF core.track_feature DEFAULT;
CREATE TABLE core.track_vector_unknown PARTITION OF core.track_vector DEFAULT;

-- core.sound: a piece of audio on TikTok.
-- Filled by etl/jobs/ingest_tiktok.py; read by matching and by the similar-music page.
CREATE TABLE core.sound (
    sound_id text NOT NULL,
    letter text NOT NULL, -- of the title: a … z, '0-9', 'other'
    title text NOT NULL,
    artist_name text NOT NULL,
    play_url text,
    covers text [] NOT NULL,
    original boolean,
    first_day date NOT NULL,
    day date NOT NULL, -- of the latest post that used it
    revision bigint NOT NULL DEFAULT nextval('core.revision'),
    PRIMARY KEY (sound_id, letter)
) PARTITION BY LIST (letter);
CREATE TRIGGER sound_renamed BEFORE UPDATE ON core.sound FOR EACH ROW
WHEN ((old.title, old.artist_name) IS DISTINCT FROM (new.title, new.artist_name))
EXECUTE FUNCTION core.next_revision();
-- "Which sounds are new since the last match?"
CREATE INDEX sound_by_revision ON core.sound (revision);

DO $$
BEGIN
    FOR code IN ascii('a') .. ascii('z') LOOP
        EXECUTE format('CREATE TABLE core.%I PARTITION OF core.sound FOR VALUES IN (%L)', 'sound_' || chr(code), chr(code));
    END LOOP;
END
$$;
CREATE TABLE core.sound_digit PARTITION OF core.sound FOR VALUES IN ('0-9');
CREATE TABLE core.sound_other PARTITION OF core.sound FOR VALUES IN ('other');

-- core.creator: who posts videos.
-- Filled by etl/jobs/ingest_tiktok.py; read by the similar-music page.
CREATE TABLE core.creator (
    creator_id text PRIMARY KEY,
    handle text NOT NULL,
    name text NOT NULL,
    verified boolean,
    followers bigint,
    likes bigint,
    first_day date NOT NULL,
    day date NOT NULL
);

-- core.video: a TikTok post with its latest counts.
-- Filled by etl/jobs/ingest_tiktok.py; read by sql/queries/match_videos.sql.
CREATE TABLE core.video (
    video_id text PRIMARY KEY,
    sound_id text NOT NULL,
    creator_id text NOT NULL,
    url text,
    caption text NOT NULL,
    covers text [] NOT NULL,
    duration_s real,
    plays bigint,
    likes bigint,
    shares bigint,
    comments bigint,
    created_at timestamptz NOT NULL,
    first_day date NOT NULL,
    day date NOT NULL -- of the counts
);
-- "Which videos use this sound, the most played first?"
CREATE INDEX video_by_sound ON core.video (sound_id, plays DESC NULLS LAST);

-- core.track_match: each track's most similar sound. A track without a row has no match.
-- Filled by etl/jobs/match_tracks.py; read by sql/queries/track_matches.sql.
CREATE TABLE core.track_match (
    fma_track_id integer PRIMARY KEY,
    tiktok_track_id text NOT NULL,
    title_score real,
    artist_score real,
    total_score real NOT NULL,
    probability real NOT NULL,
    vocabulary text NOT NULL, -- the version of the word weights
    day date NOT NULL -- from which on both sides were known
);
-- "Which tracks must be matched again because their sound was renamed?"
CREATE INDEX track_match_by_sound ON core.track_match (tiktok_track_id);
