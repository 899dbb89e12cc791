-- Remove the vectors of a version whose track is no longer described so: gone, silent, of another clip, genre or day.
-- Asked by etl/jobs/scale_features.py.
DELETE FROM core.track_vector
WHERE
    track_vector.scaler_version = %(version)s
    AND NOT EXISTS (
        SELECT
        FROM core.track_feature
        WHERE
            track_feature.track_id = track_vector.track_id
            AND track_feature.genre = track_vector.genre
            AND track_feature.clip_id = track_vector.clip_id
            AND track_feature.day = track_vector.day
            AND track_feature.extractor = %(extractor)s AND NOT track_feature.silent
    )
