-- What a track's clip looks like, how long it is, and which part of the song (start_s null: not known).
-- Asked by dashboards/queries/clips.py.
SELECT
    clip.peaks,
    clip.duration_s,
    core.clip_start_s(track.duration_s, clip.duration_s) AS start_s
FROM core.clip
LEFT JOIN core.track ON clip.track_id = track.track_id
WHERE clip.track_id = %(track_id)s
