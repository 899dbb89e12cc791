-- The version of the scaler whose vectors are to be searched; no row before the first refresh.
-- Asked by etl/live/find_similar.py, in the transaction that searches: while the lock is held, the job scale_features
-- does not drop this version.
LOCK TABLE core.track_vector IN ACCESS SHARE MODE;
SELECT scaler.version
FROM core.scaler
WHERE scaler.current
