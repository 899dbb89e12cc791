-- What a clip was like, for the account that sent it: for a day, or until it is deleted where it was saved.
-- Asked by dashboards/queries/uploads.py, as that account.
SELECT
    name,
    features,
    duration_s,
    waveform,
    part
FROM app.upload
WHERE
    upload_id = %(upload_id)s::text
    AND (kept_at IS NOT NULL OR created_at > now() - interval '1 day')
