-- Whose session this is, as long as neither it nor the account's sessions were ended. Asked by dashboards/auth.py with
-- every request. session_id: its hash; demo: whether the demo's accounts exist now.
SELECT
    a.account_id,
    a.login,
    a.role,
    a.artist_id,
    a.listener_id,
    a.display_name,
    a.demo
FROM app.session AS s
INNER JOIN app.account AS a ON s.account_id = a.account_id AND s.session_key = a.session_key
WHERE s.session_id = %(session_id)s AND s.ends_at > now() AND (%(demo)s OR NOT a.demo)
