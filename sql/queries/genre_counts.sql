-- Described tracks in each top genre that has any: what the page Similar music can search.
-- Asked by dashboards/queries/similar.py.
SELECT
    track_vector.genre,
    count(*) AS track_count
FROM core.track_vector
INNER JOIN core.scaler ON track_vector.scaler_version = scaler.version AND scaler.current
GROUP BY track_vector.genre
ORDER BY track_vector.genre
