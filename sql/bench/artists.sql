-- Artists by how often they were heard. Asked by lab/bench/app.py and lab/bench/audience.py.
SELECT
    artist_id,
    sum(listens) AS listens
FROM mart.audience
WHERE track_id = 0 AND span = 1
GROUP BY artist_id
ORDER BY listens DESC
