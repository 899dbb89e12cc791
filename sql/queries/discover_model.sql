-- The model of songs. Asked by dashboards/queries/discover.py.
SELECT
    version,
    model
FROM mart.recommender
