-- Keep for good what a clip, or a part of it, is like. Asked by dashboards/queries/uploads.py, as its account.
INSERT INTO app.upload (upload_id, account_id, name, features, duration_s, waveform, kept_at, part)
SELECT
    %(kept_id)s::text AS upload_id,
    account_id,
    name,
    %(features)s::real [] AS features,
    duration_s,
    waveform,
    now() AS kept_at,
    coalesce(%(part)s::real [], part) AS part
FROM app.upload
WHERE upload_id = %(upload_id)s::text
RETURNING upload_id
