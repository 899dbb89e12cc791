-- How many tracks are described, by the day of their clip. Asked by etl/jobs/scale_features.py.
-- extractor: by which one.
SELECT
    day,
    count(*) AS tracks
FROM core.track_feature
WHERE extractor = %(extractor)s AND NOT silent
GROUP BY day
