-- Today's matches; stale where the sound was renamed since a revision, so that its scores are another title's.
-- Asked by etl/jobs/match_tracks.py. revision: of sounds.
SELECT
    m.fma_track_id,
    m.tiktok_track_id,
    m.title_score,
    m.artist_score,
    m.total_score,
    m.probability,
    m.vocabulary,
    s.sound_id IS NULL OR s.revision > %(revision)s AS stale
FROM core.track_match AS m
LEFT JOIN core.sound AS s ON m.tiktok_track_id = s.sound_id
