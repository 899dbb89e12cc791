-- What an account may upload, and what of it is kept: by account, for pages, and shared by all workers of the app.

-- app.upload_attempt: one row per upload that was begun, whatever became of it.
-- Filled by dashboards/queries/uploads.py, which deletes rows older than a day; read by app.begin_upload.
CREATE TABLE app.upload_attempt (
    upload_id text PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES app.account ON DELETE CASCADE,
    began_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    ended_at timestamptz, -- null: it is in work, or its worker died
    cancelled boolean NOT NULL DEFAULT FALSE
);
-- "How many did this account begin within the hour?"
CREATE INDEX upload_attempt_by_account ON app.upload_attempt (account_id, began_at);

ALTER TABLE app.upload
ADD COLUMN frames bytea, -- etl/audio/parts.py; null: not there yet, or not of this row
ADD COLUMN kept_at timestamptz, -- when its account saved it; null: it goes after a day
ADD COLUMN part real []; -- from and to, in seconds, when features are those of a part
ALTER TABLE app.upload ALTER COLUMN frames SET STORAGE EXTERNAL; -- noise to a compressor

CALL ops.guard('app.upload', $$account_id = nullif(current_setting('overtone.account_id', TRUE), '')::bigint$$);
CALL ops.guard('app.upload_attempt', $$account_id = nullif(current_setting('overtone.account_id', TRUE), '')::bigint$$);
CREATE POLICY tenant_writes ON app.upload TO overtone_app
USING (account_id = nullif(current_setting('overtone.account_id', TRUE), '')::bigint);
CREATE POLICY tenant_writes ON app.upload_attempt TO overtone_app
USING (account_id = nullif(current_setting('overtone.account_id', TRUE), '')::bigint);
GRANT USAGE ON SCHEMA app TO overtone_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON app.upload, app.upload_attempt TO overtone_app;

-- Lets the account of this transaction begin an upload, if that is not the third at once or the eleventh in an hour.
-- One that did not end is counted for two minutes, twice as long as any may take: a dead worker's stop counting.
CREATE FUNCTION app.begin_upload(new_id text, at_once integer, an_hour integer)
RETURNS TABLE (running bigint, recent bigint, again_s double precision) LANGUAGE plpgsql AS $$
DECLARE
    me bigint := nullif(current_setting('overtone.account_id', TRUE), '')::bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('upload ' || me, 0));
    SELECT
        count(*) FILTER (WHERE a.ended_at IS NULL AND a.began_at > clock_timestamp() - INTERVAL '2 minutes'),
        count(*),
        extract(EPOCH FROM min(a.began_at) + INTERVAL '1 hour' - clock_timestamp())
    INTO running, recent, again_s
    FROM app.upload_attempt AS a
    WHERE a.account_id = me AND a.began_at > clock_timestamp() - INTERVAL '1 hour';
    IF running < at_once AND recent < an_hour THEN
        INSERT INTO app.upload_attempt (upload_id, account_id) VALUES (new_id, me);
    END IF;
    RETURN NEXT;
END
$$;
