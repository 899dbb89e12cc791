-- How far people get with the average artist of a genre; where that is of too few, with that of all (genre '').
-- Asked by dashboards/queries/audience.py.
SELECT genre, tracks, listens, heard
FROM mart.genre_curve
WHERE genre IN (%(genre)s::text, '')
ORDER BY genre DESC
LIMIT 1
