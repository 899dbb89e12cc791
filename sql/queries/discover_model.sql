-- The model of songs. Asked by etl/live/suggest.py.
SELECT
    version,
    model
FROM mart.recommender
