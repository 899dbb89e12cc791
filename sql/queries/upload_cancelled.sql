-- Does whoever sent this still want it? Asked by dashboards/queries/uploads.py, as its account.
SELECT cancelled
FROM app.upload_attempt
WHERE upload_id = %(upload_id)s::text
