-- What an account saved, the latest first. Asked by dashboards/queries/similar.py, as the account.
SELECT saved_id, name, search, upload_id, saved_at
FROM app.saved_result
ORDER BY saved_at DESC, saved_id
