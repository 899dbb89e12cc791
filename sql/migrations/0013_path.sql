-- What an account keeps of its way from a song to creators. Each table is its account's alone.

-- app.saved_result: addresses of the page Similar music that an account saved, with the vector of their song.
-- Filled and read by dashboards/queries/path.py, as the account.
CREATE TABLE app.saved_result (
    saved_id text PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES app.account ON DELETE CASCADE,
    name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 120),
    search text NOT NULL CHECK (char_length(search) <= 2000), -- the address after ?, which is the whole state
    upload_id text REFERENCES app.upload ON DELETE CASCADE, -- kept; null: a track of the catalogue was asked about
    saved_at timestamptz NOT NULL DEFAULT now()
);
-- "What did this account save, the latest first?"
CREATE INDEX saved_result_by_account ON app.saved_result (account_id, saved_at DESC);

-- app.wrong_match: matches that somebody says are wrong. An account does not see them again.
-- Filled and read by dashboards/queries/path.py, as the account; all of them are read by etl/evaluate/said.py.
CREATE TABLE app.wrong_match (
    account_id bigint NOT NULL REFERENCES app.account ON DELETE CASCADE,
    track_id integer NOT NULL,
    sound_id text NOT NULL,
    probability real NOT NULL, -- that the match was given when it was said
    said_at timestamptz NOT NULL DEFAULT now(),
    -- "Which matches does this account not want to see?"
    PRIMARY KEY (account_id, track_id, sound_id)
);

-- app.consent: what an account agreed to: 'tiktok', that its browser asks TikTok for pictures.
-- Filled and read by dashboards/queries/path.py, as the account.
CREATE TABLE app.consent (
    account_id bigint NOT NULL REFERENCES app.account ON DELETE CASCADE,
    what text NOT NULL CHECK (what IN ('tiktok')),
    given_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, what)
);

CALL ops.guard('app.saved_result', $$account_id = nullif(current_setting('overtone.account_id', TRUE), '')::bigint$$);
CALL ops.guard('app.wrong_match', $$account_id = nullif(current_setting('overtone.account_id', TRUE), '')::bigint$$);
CALL ops.guard('app.consent', $$account_id = nullif(current_setting('overtone.account_id', TRUE), '')::bigint$$);
CREATE POLICY tenant_writes ON app.saved_result TO overtone_app
USING (account_id = nullif(current_setting('overtone.account_id', TRUE), '')::bigint);
CREATE POLICY tenant_writes ON app.wrong_match TO overtone_app
USING (account_id = nullif(current_setting('overtone.account_id', TRUE), '')::bigint);
CREATE POLICY tenant_writes ON app.consent TO overtone_app
USING (account_id = nullif(current_setting('overtone.account_id', TRUE), '')::bigint);
GRANT USAGE ON SCHEMA app TO overtone_app;
GRANT SELECT, INSERT, DELETE ON app.saved_result, app.wrong_match, app.consent TO overtone_app;
GRANT SELECT ON core.track_match TO overtone_app;
