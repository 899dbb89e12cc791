-- Whether an account agreed to something. Asked by dashboards/queries/similar.py, as the account.
SELECT count(*) > 0 AS given
FROM app.consent
WHERE what = %(what)s::text
