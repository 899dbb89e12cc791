-- The described tracks that have no vector of a version, or one of another clip, genre or day.
-- Asked by etl/jobs/scale_features.py.
SELECT
    track_feature.track_id,
    track_feature.features
FROM core.track_feature
LEFT JOIN core.track_vector
    ON
        track_feature.track_id = track_vector.track_id
        AND track_feature.genre = track_vector.genre
        AND track_vector.scaler_version = %(version)s
WHERE
    track_feature.extractor = %(extractor)s AND NOT track_feature.silent
    AND (track_vector.clip_id, track_vector.day) IS DISTINCT FROM (track_feature.clip_id, track_feature.day)
ORDER BY track_feature.track_id
