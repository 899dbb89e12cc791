-- How many artists that are due, and how many of their songs, were heard in some weeks: so many cells mart.audience is
-- to have of them, counted apart from what it is built from. Asked by etl/jobs/build_audience.py.
-- heard, due: as in sql/spark/heard_whole.sql; weeks: of the span.
SELECT count(DISTINCT heard.part, heard.artist_id) + count(DISTINCT heard.part, heard.artist_id, heard.track_id) AS n
FROM heard
LEFT JOIN due ON heard.part = due.part AND heard.artist_id = due.artist_id
WHERE heard.weeks = 1 AND (heard.every OR due.artist_id IS NOT NULL)
