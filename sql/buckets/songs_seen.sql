-- Who heard each song and each artist (track 0) in a span, and how far they got (−1: not known).
-- Asked by etl/jobs/sum_up.py. heard: all of some artists; hidden: what stands for the listener.
SELECT
    artist_id, coalesce(track_id, 0)::int AS track_id, hidden, coalesce(max(heard_pct), -1)::smallint AS heard_pct
FROM heard
GROUP BY GROUPING SETS ((artist_id, track_id, listener_id, hidden), (artist_id, listener_id, hidden))
ORDER BY artist_id, coalesce(track_id, 0), listener_id
