-- The matched sound of each of some tracks; a track that matches none has no row.
-- Asked by etl/live/find_similar.py and dashboards/queries/campaigns.py. track_ids: int[].
SELECT
    track_match.fma_track_id AS track_id,
    track_match.tiktok_track_id,
    sound.title,
    sound.artist_name,
    track_match.title_score,
    track_match.artist_score,
    track_match.total_score,
    track_match.probability,
    sound.synthetic
FROM core.track_match
INNER JOIN core.sound ON track_match.tiktok_track_id = sound.sound_id
WHERE track_match.fma_track_id = ANY(%(track_ids)s::int [])
ORDER BY track_match.fma_track_id
