-- Who a session belongs to. Asked by dashboards/auth.py with every request.
-- demo: whether the demo's accounts exist now.
SELECT
    account_id,
    login,
    role,
    artist_id,
    listener_id,
    display_name,
    demo
FROM app.account
WHERE account_id = %(account_id)s::bigint AND (NOT demo OR %(demo)s)
