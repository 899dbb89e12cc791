-- What the page Influencers keeps, and what it asks of videos.

-- app.shortlist: creators that an account thinks of working with, and why.
-- Filled and read by dashboards/queries/influencers.py, as the account.
CREATE TABLE app.shortlist (
    account_id bigint NOT NULL REFERENCES app.account ON DELETE CASCADE,
    influencer_id text NOT NULL, -- of activity.influencer, from which a later drop may take it
    note text NOT NULL DEFAULT '' CHECK (char_length(note) <= 500),
    added_at timestamptz NOT NULL DEFAULT now(),
    -- "Who is on this account's list?"
    PRIMARY KEY (account_id, influencer_id)
);

CALL ops.guard('app.shortlist', $$account_id = nullif(current_setting('overtone.account_id', TRUE), '')::bigint$$);
CREATE POLICY tenant_adds ON app.shortlist FOR INSERT TO overtone_app
WITH CHECK (account_id = nullif(current_setting('overtone.account_id', TRUE), '')::bigint);
CREATE POLICY tenant_changes ON app.shortlist FOR UPDATE TO overtone_app
USING (account_id = nullif(current_setting('overtone.account_id', TRUE), '')::bigint)
WITH CHECK (account_id = nullif(current_setting('overtone.account_id', TRUE), '')::bigint);
CREATE POLICY tenant_removes ON app.shortlist FOR DELETE TO overtone_app
USING (account_id = nullif(current_setting('overtone.account_id', TRUE), '')::bigint);
GRANT USAGE ON SCHEMA app TO overtone_app;
GRANT SELECT, INSERT, DELETE, UPDATE (note) ON app.shortlist TO overtone_app;

-- "Which videos are this creator's?"
CREATE INDEX video_by_creator ON core.video (creator_id);
