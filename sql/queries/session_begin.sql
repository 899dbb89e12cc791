-- Begin a session of an account, and forget those that are over. Asked by dashboards/auth.py. session_id: its hash.
WITH ended AS (
    DELETE FROM app.session
    WHERE ends_at < now()
)

INSERT INTO app.session (session_id, account_id, session_key, ends_at)
SELECT
    %(session_id)s::bytea AS session_id,
    a.account_id,
    a.session_key,
    now() + make_interval(secs => %(seconds)s) AS ends_at
FROM app.account AS a
WHERE a.account_id = %(account_id)s
