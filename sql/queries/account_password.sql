-- Give an account another password, which ends its sessions. Asked by dashboards/auth.py.
UPDATE app.account SET
    password_hash = %(password_hash)s,
    session_key = gen_random_uuid()
WHERE account_id = %(account_id)s AND NOT demo
