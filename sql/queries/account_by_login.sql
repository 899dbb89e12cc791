-- Who has this login, and the hash of the password. Asked by dashboards/auth.py.
-- demo: whether the demo's accounts exist now.
SELECT
    account_id,
    login,
    password_hash,
    role,
    artist_id,
    listener_id,
    display_name,
    demo
FROM app.account
WHERE login = %(login)s AND (NOT demo OR %(demo)s)
