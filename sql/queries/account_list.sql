-- Who may log in, as what, and how. Asked by dashboards/auth.py for `overtone account list`.
SELECT
    login,
    role,
    artist_id,
    display_name,
    demo,
    password_hash IS NOT NULL AS has_password,
    identity
FROM app.account
ORDER BY login
