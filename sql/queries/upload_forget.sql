-- Delete what an upload was like, kept or not. Asked by dashboards/queries/uploads.py, as its account.
DELETE FROM app.upload
WHERE upload_id = %(upload_id)s::text
