-- Every track described up to a day and its numbers, by id. Asked by etl/jobs/scale_features.py.
-- extractor: by which one; through: the day.
SELECT
    track_id,
    features
FROM core.track_feature
WHERE extractor = %(extractor)s AND NOT silent AND day <= %(through)s::date
ORDER BY track_id
