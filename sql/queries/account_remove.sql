-- Remove an account with all that belongs to it; its sessions end. Asked by dashboards/auth.py.
DELETE FROM app.account
WHERE login = %(login)s
