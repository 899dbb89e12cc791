-- What listeners heard in some spans, of the artists that are due, an artist's together.
-- Asked by etl/jobs/build_audience.py. heard: of these spans; every: of all artists, not only of those that are due.
SELECT
    heard.part, heard.weeks, heard.songs, heard.artist_id, heard.track_id, heard.listener_id, heard.country,
    heard.listens, heard.heard_pct
FROM heard
LEFT JOIN due ON heard.part = due.part AND heard.artist_id = due.artist_id
WHERE heard.every OR due.artist_id IS NOT NULL
DISTRIBUTE BY part, artist_id
SORT BY part, artist_id
