-- Note which tracks have a vector of a version (null: no version yet), in vector_before, and say how many are
-- described. Asked by etl/jobs/scale_features.py. extractor: by which one.
CREATE TEMPORARY TABLE vector_before ON COMMIT DROP AS
SELECT track_id FROM core.track_vector
WHERE scaler_version = %(version)s;

SELECT count(*) AS tracks
FROM core.track_feature
WHERE extractor = %(extractor)s AND NOT silent
