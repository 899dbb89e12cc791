-- From staged listens to one row a listen: the last row of the last file of the latest drop wins; how many it replaces
-- is told with it.
-- A listen of a track that the catalogue does not have stays behind, for quarantine.
-- Asked by etl/jobs/ingest_listens.py.

CREATE TEMPORARY TABLE listen_in ON COMMIT DROP AS
SELECT DISTINCT ON (s.listener_id, s.listened_at, s.track_id, s.listen_id)
    s.listened_at, s.listener_id, t.artist_id, s.track_id, s.day, s.heard_pct, s.synthetic, s.country, s.listen_id,
    count(*) OVER (PARTITION BY s.listener_id, s.listened_at, s.track_id, s.listen_id) - 1 AS superseded
FROM listen_staged AS s
INNER JOIN core.track AS t ON s.track_id = t.track_id
ORDER BY s.listener_id, s.listened_at, s.track_id, s.listen_id, s.day DESC, s.file DESC, s.position DESC;
CREATE INDEX ON listen_in (listened_at);
ANALYZE listen_in;

CREATE TEMPORARY TABLE listen_known ON COMMIT DROP AS -- filled by listens_known.sql, a day at a time
SELECT
    listened_at, listener_id, artist_id, track_id, listen_id, day, heard_pct, synthetic, country, FALSE AS differs
FROM listen_in
WHERE FALSE;
