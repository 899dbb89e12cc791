-- Let go of clips older than a day. Asked by dashboards/queries/uploads.py with every new one.
DELETE FROM app.upload
WHERE created_at <= now() - INTERVAL '1 day'
