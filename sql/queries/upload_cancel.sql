-- Stop an upload that is in work, or forget what it was like. Asked by dashboards/queries/uploads.py, as its account.
WITH stopped AS (
    UPDATE app.upload_attempt
    SET cancelled = TRUE
    WHERE upload_id = %(upload_id)s::text
)

DELETE FROM app.upload
WHERE upload_id = %(upload_id)s::text AND kept_at IS NULL
