-- Publish the vectors that were copied into vector_in, as of a version, and count those of tracks that had one before
-- (vector_before) and of others.
-- Asked by etl/jobs/scale_features.py; in order of genre and track, so that each partition is filled in one go.
WITH done AS (
    INSERT INTO core.track_vector (track_id, genre, scaler_version, vector, clip_id, day)
    SELECT
        track_feature.track_id,
        track_feature.genre,
        %(version)s AS scaler_version,
        vector_in.vector,
        track_feature.clip_id,
        track_feature.day
    FROM vector_in
    INNER JOIN core.track_feature ON vector_in.track_id = track_feature.track_id
    WHERE track_feature.extractor = %(extractor)s AND NOT track_feature.silent
    ORDER BY track_feature.genre, track_feature.track_id
    RETURNING track_id
)

SELECT
    count(*) FILTER (WHERE vector_before.track_id IS NULL) AS inserted,
    count(vector_before.track_id) AS updated
FROM done
LEFT JOIN vector_before ON done.track_id = vector_before.track_id
