-- Which model of songs is there, and of which day. Asked by etl/live/suggest.py.
SELECT
    version,
    day
FROM mart.recommender
