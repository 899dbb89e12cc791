-- Put made songs (made_song) into the catalogue, and what made listeners hear (made_taste) into the marts.
-- Asked by lab/bench/recommend.py. day: of all songs.
INSERT INTO core.track (track_id, title, artist_id, artist_name, genre, genre_ids, day)
SELECT
    track_id, 'Song ' || track_id AS title, artist_id, 'Artist ' || artist_id AS artist_name, genre,
    '{}' AS genre_ids, %(day)s AS day
FROM made_song;

INSERT INTO mart.taste (listener_id, track_ids, heard, listens, artist_ids, last_at)
SELECT listener_id, track_ids, heard, listens, artist_ids, now() AS last_at
FROM made_taste;

ANALYZE core.track, mart.taste
