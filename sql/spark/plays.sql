-- How often each listener played each track in some spans; of one in so many listeners (of), by hash.
-- Asked by etl/jobs/build_audience.py. sample: of how many listeners at most; track: artist (−1: none) and place of
-- the genre (from 0; −1: none).
WITH listeners AS (
    SELECT part, pow(2, greatest(0, ceil(log2(count(DISTINCT listener_id) / :sample)))) AS of
    FROM heard
    GROUP BY part
)

SELECT
    heard.part, heard.listener_id, track.artist_id, heard.track_id, track.genre, sum(heard.listens) AS plays
FROM heard
INNER JOIN track ON heard.track_id = track.track_id
INNER JOIN listeners ON heard.part = listeners.part
WHERE pmod(xxhash64(heard.listener_id), listeners.of) = 0
GROUP BY heard.part, heard.listener_id, track.artist_id, heard.track_id, track.genre
ORDER BY heard.part, heard.listener_id, heard.track_id
