-- What this listener said of songs, the latest first. Asked by etl/live/suggest.py.
SELECT
    s.track_id,
    s.said,
    s.said_at,
    t.title,
    t.artist_id,
    t.artist_name,
    t.genre,
    t.synthetic
FROM app.song_said AS s
INNER JOIN core.track AS t ON s.track_id = t.track_id
ORDER BY s.said_at DESC, s.track_id
