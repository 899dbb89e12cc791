-- Genre (null: unknown) and artist of every described track, in the order of vectors_all.sql.
-- Asked by etl/jobs/scale_features.py. extractor, through: as there.
SELECT
    nullif(f.genre, 'Unknown') AS genre,
    coalesce(t.artist_id::text, '') AS artist
FROM core.track_feature AS f
LEFT JOIN core.track AS t ON f.track_id = t.track_id
WHERE f.extractor = %(extractor)s AND NOT f.silent AND f.day <= %(through)s::date
ORDER BY f.track_id
