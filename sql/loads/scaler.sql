-- Make a scaler the current one, and no other. Asked by etl/jobs/scale_features.py.
-- version, model, tracks: its columns; extractor: whose numbers it was fitted on.
UPDATE core.scaler SET current = FALSE
WHERE current;

INSERT INTO core.scaler (version, model, tracks, fitted_on, current)
VALUES (%(version)s, %(model)s, %(tracks)s, %(extractor)s, TRUE)
ON CONFLICT (version) DO UPDATE SET (tracks, fitted_on, current) = (excluded.tracks, excluded.fitted_on, TRUE)
