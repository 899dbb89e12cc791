-- From staged rows of tracks.csv and genres.csv to one row a key: the latest drop wins, in it the last file and line.
-- Asked by etl/jobs/ingest_fma.py.

CREATE TEMPORARY TABLE genre_in ON COMMIT DROP AS
SELECT DISTINCT ON (genre_id) genre_id, title, parent_id, top_genre_id, top_genre, day
FROM genre_staged
ORDER BY genre_id, day DESC, file DESC, position DESC;

CREATE TEMPORARY TABLE artist_in ON COMMIT DROP AS
SELECT DISTINCT ON (artist_id)
    artist_id, artist_name AS name, artist_location AS location, artist_website AS website, synthetic, day
FROM track_staged
ORDER BY artist_id, day DESC, file DESC, position DESC;

CREATE TEMPORARY TABLE track_in ON COMMIT DROP AS
SELECT DISTINCT ON (track_id)
    track_id, title, artist_id, artist_name, album_title, genre, genre_ids, duration_s, listens, license, subset,
    created_at, synthetic, day
FROM track_staged
ORDER BY track_id, day DESC, file DESC, position DESC;
