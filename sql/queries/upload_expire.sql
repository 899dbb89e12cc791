-- Let go of clips older than a day that nobody saved. Asked by dashboards/queries/uploads.py with every new one.
WITH attempts AS (
    DELETE FROM app.upload_attempt
    WHERE began_at <= now() - INTERVAL '1 day'
)

DELETE FROM app.upload
WHERE created_at <= now() - INTERVAL '1 day' AND kept_at IS NULL
