-- Keep the frames of a clip, of which parts can be described. Asked by dashboards/queries/uploads.py, as its account.
UPDATE app.upload
SET frames = %(frames)s::bytea
WHERE upload_id = %(upload_id)s::text
