-- An account agrees no longer. Asked by dashboards/queries/similar.py, as the account.
DELETE FROM app.consent
WHERE what = %(what)s::text
RETURNING what
