-- The vectors of some tracks, of one version.
-- Asked by etl/live/find_similar.py, to say on what tracks agree. track_ids: int[].
SELECT
    track_vector.track_id,
    track_vector.vector::real [] AS vector
FROM core.track_vector
WHERE track_vector.scaler_version = %(version)s AND track_vector.track_id = any(%(track_ids)s::int [])
