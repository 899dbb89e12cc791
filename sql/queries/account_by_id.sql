-- Whose session this is, as long as the account has its key. Asked by dashboards/auth.py with every request.
-- demo: whether the demo's accounts exist now.
SELECT
    account_id,
    login,
    role,
    artist_id,
    listener_id,
    display_name,
    demo,
    session_key::text AS session_key
FROM app.account
WHERE account_id = %(account_id)s::bigint AND session_key::text = %(session_key)s AND (NOT demo OR %(demo)s)
