-- What a clip was like, for the account that sent it and for a day. Asked by dashboards/queries/uploads.py.
SELECT
    name,
    features,
    duration_s,
    waveform
FROM app.upload
WHERE
    upload_id = %(upload_id)s
    AND account_id = %(account_id)s
    AND created_at > now() - INTERVAL '1 day'
