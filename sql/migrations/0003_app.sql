-- What the app itself writes: who may log in, and what was uploaded.

CREATE SCHEMA IF NOT EXISTS app;

-- app.account: one row per person who may log in.
-- Filled by dashboards/auth.py (`overtone account add`, and the demo's logins); read by dashboards/auth.py.
CREATE TABLE app.account (
    account_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    login text NOT NULL,
    password_hash text NOT NULL, -- argon2id
    role text NOT NULL CHECK (role IN ('artist', 'listener', 'operator')),
    artist_id int, -- the artist whose numbers an artist sees; null until one is given
    display_name text NOT NULL,
    demo boolean NOT NULL DEFAULT false, -- such an account logs in only while OVERTONE_DEMO is 1
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (login)
);

-- app.upload: one row per clip that somebody compared, by its description; the clip itself is never kept.
-- Filled and read by dashboards/queries/uploads.py, which also deletes rows older than a day.
CREATE TABLE app.upload (
    upload_id text PRIMARY KEY, -- random: it is in the page's address
    account_id bigint NOT NULL REFERENCES app.account ON DELETE CASCADE,
    name text NOT NULL,
    features real[] NOT NULL, -- 245, unscaled: the scaler may change while the row lives
    duration_s real NOT NULL,
    waveform real[] NOT NULL, -- peaks in [0, 1], in order of time
    created_at timestamptz NOT NULL DEFAULT now()
);

-- For: which uploads are old enough to delete?
CREATE INDEX upload_created_at ON app.upload (created_at);
