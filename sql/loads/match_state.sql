-- Note what was compared: by which word weights, of how many tracks, up to which revisions.
-- Asked by etl/jobs/match_tracks.py. The tracks are those that the word weights were fitted on.
INSERT INTO ops.matched (vocabulary, tracks, track_revision, sound_revision)
VALUES (%(vocabulary)s, %(tracks)s, %(track_revision)s, %(sound_revision)s)
ON CONFLICT (only_row) DO UPDATE SET
    tracks = CASE matched.vocabulary WHEN excluded.vocabulary THEN matched.tracks ELSE excluded.tracks END,
    (vocabulary, track_revision, sound_revision)
    = (excluded.vocabulary, excluded.track_revision, excluded.sound_revision)
