-- Every described track and its numbers, by id. Asked by etl/jobs/scale_features.py. extractor: by which one.
SELECT
    track_id,
    features
FROM core.track_feature
WHERE extractor = %(extractor)s AND NOT silent
ORDER BY track_id
