-- How far people get in a genre, the median over its tracks. Asked by dashboards/queries/audience.py.
SELECT genre, tracks, listens, heard
FROM mart.genre_curve
WHERE genre = %(genre)s::text
