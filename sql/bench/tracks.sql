-- Put made tracks (made_track) into the catalogue. Asked by lab/bench/load.py. day: of all of them.
INSERT INTO core.track (track_id, title, artist_id, artist_name, genre, genre_ids, duration_s, day)
SELECT
    track_id, 'Song ' || track_id AS title, artist_id, 'Artist ' || artist_id AS artist_name, genre,
    '{}' AS genre_ids, duration_s, %(day)s AS day
FROM made_track
