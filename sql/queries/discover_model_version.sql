-- Which model of songs is there, and of which day. Asked by dashboards/queries/discover.py.
SELECT
    version,
    day
FROM mart.recommender
