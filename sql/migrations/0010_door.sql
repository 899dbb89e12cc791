-- Sessions that can be ended, accounts of an identity provider, and attempts counted over all processes.

ALTER TABLE app.account
ALTER COLUMN password_hash DROP NOT NULL, -- null: logs in by the identity provider alone
-- Each session holds a copy. A new one ends all of them: after another password or role, or by wish.
ADD COLUMN session_key uuid NOT NULL DEFAULT gen_random_uuid(),
-- Issuer and subject of whoever logged in first by the identity provider; nobody else may then.
ADD COLUMN identity text UNIQUE;

-- app.attempt: how often something was tried that may be tried so often; the key is a hash of who tries what.
-- Filled and read by dashboards/attempts.py, which deletes rows that have ended. A crash may empty it.
CREATE UNLOGGED TABLE app.attempt (
    key bytea PRIMARY KEY,
    attempts integer NOT NULL,
    ends_at timestamptz NOT NULL
);
