-- The sounds of some letters whose revision is in (after, upto]. Asked by etl/jobs/match_tracks.py. letters: text[].
SELECT
    sound_id,
    title,
    artist_name
FROM core.sound
WHERE letter = ANY(%(letters)s::text []) AND revision > %(after)s AND revision <= %(upto)s
