-- An upload is through, whatever became of it. Asked by dashboards/queries/uploads.py, as its account.
UPDATE app.upload_attempt
SET ended_at = clock_timestamp()
WHERE upload_id = %(upload_id)s::text
