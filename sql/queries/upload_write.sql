-- Keep what a clip is like. Asked by dashboards/queries/uploads.py.
INSERT INTO app.upload (upload_id, account_id, name, features, duration_s, waveform)
VALUES (%(upload_id)s, %(account_id)s, %(name)s, %(features)s::real [], %(duration_s)s, %(waveform)s::real [])
