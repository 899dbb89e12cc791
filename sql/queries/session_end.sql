-- End a session, for every copy of its cookie. Asked by dashboards/auth.py. session_id: its hash.
DELETE FROM app.session
WHERE session_id = %(session_id)s
