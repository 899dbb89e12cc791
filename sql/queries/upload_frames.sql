-- The frames of a clip, null until they are there. Asked by dashboards/queries/uploads.py, as its account.
SELECT frames
FROM app.upload
WHERE
    upload_id = %(upload_id)s::text
    AND kept_at IS NULL
    AND created_at > now() - interval '1 day'
