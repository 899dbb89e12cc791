-- An account agrees to something. Asked by dashboards/queries/similar.py, as the account.
INSERT INTO app.consent (account_id, what)
VALUES (nullif(current_setting('overtone.account_id', TRUE), '')::bigint, %(what)s::text)
ON CONFLICT DO NOTHING
RETURNING what
