-- End every session of an account, wherever it is. Asked by dashboards/auth.py.
UPDATE app.account SET session_key = gen_random_uuid()
WHERE login = %(login)s
