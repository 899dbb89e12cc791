-- The listens of some days, to be summed up for each listener by sql/spark/heard.sql.
-- Asked by etl/jobs/build_audience.py.
SELECT
    part, listener_id, artist_id, track_id, country, 1L AS listens, heard_pct
FROM listens
