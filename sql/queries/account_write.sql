-- Make an account, or give the one with this login a new password, role and name, which ends its sessions and frees it
-- from the identity that it belonged to. Asked by dashboards/auth.py.
INSERT INTO app.account (login, password_hash, role, artist_id, listener_id, display_name, demo)
VALUES (%(login)s, %(password_hash)s, %(role)s, %(artist_id)s, %(listener_id)s, %(display_name)s, %(demo)s)
ON CONFLICT (login) DO UPDATE SET
    password_hash = excluded.password_hash,
    role = excluded.role,
    artist_id = excluded.artist_id,
    listener_id = excluded.listener_id,
    display_name = excluded.display_name,
    demo = excluded.demo,
    session_key = gen_random_uuid(),
    identity = NULL
