-- Forget a saved result. Asked by dashboards/queries/similar.py, as the account.
DELETE FROM app.saved_result
WHERE saved_id = %(saved_id)s::text
RETURNING upload_id
