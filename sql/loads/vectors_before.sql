-- How many tracks are described, and how many of them have a vector of a version (null: no version yet).
-- Asked by etl/jobs/scale_features.py.
SELECT
    count(*) AS tracks,
    count(track_vector.track_id) AS known
FROM core.track_feature
LEFT JOIN core.track_vector
    ON track_feature.track_id = track_vector.track_id AND track_vector.scaler_version = %(version)s
WHERE track_feature.extractor = %(extractor)s AND NOT track_feature.silent
