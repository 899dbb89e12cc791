-- Keep what a clip is like, unless it was cancelled. Asked by dashboards/queries/uploads.py, as its account.
INSERT INTO app.upload (upload_id, account_id, name, features, duration_s, waveform)
SELECT
    %(upload_id)s::text,
    %(account_id)s::bigint,
    %(name)s::text,
    %(features)s::real [],
    %(duration_s)s::real,
    %(waveform)s::real []
WHERE
    NOT EXISTS (
        SELECT FROM app.upload_attempt AS a
        WHERE a.upload_id = %(upload_id)s::text AND a.cancelled
    )
RETURNING upload_id
