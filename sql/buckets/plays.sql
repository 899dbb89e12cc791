-- How often each listener played each track in a span. Asked by etl/jobs/build_audience.py. heard: of some listeners;
-- track: artist (−1: none) and place of the genre (from 0; −1: none).
SELECT
    heard.listener_id, track.artist_id, heard.track_id, track.genre, sum(heard.listens)::bigint AS plays
FROM heard
INNER JOIN track ON heard.track_id = track.track_id
GROUP BY heard.listener_id, track.artist_id, heard.track_id, track.genre
