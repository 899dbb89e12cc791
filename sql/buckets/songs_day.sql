-- How often and how far each song was heard in a day, and each artist (track 0), by some of its listeners.
-- Asked by etl/jobs/sum_up.py. listens: all of these listeners; track: the length of each song.
SELECT
    l.artist_id,
    coalesce(l.track_id, 0)::int AS track_id,
    bool_or(l.origin = 'made') AS synthetic,
    count(*) AS listens,
    count(l.heard_pct) AS measured,
    coalesce(sum(round_even(l.heard_pct * coalesce(t.duration_s, 0)::double / 100, 0)), 0)::bigint AS heard_s,
    count(*) FILTER (l.heard_pct >= 10) AS heard_10,
    count(*) FILTER (l.heard_pct >= 20) AS heard_20,
    count(*) FILTER (l.heard_pct >= 30) AS heard_30,
    count(*) FILTER (l.heard_pct >= 40) AS heard_40,
    count(*) FILTER (l.heard_pct >= 50) AS heard_50,
    count(*) FILTER (l.heard_pct >= 60) AS heard_60,
    count(*) FILTER (l.heard_pct >= 70) AS heard_70,
    count(*) FILTER (l.heard_pct >= 80) AS heard_80,
    count(*) FILTER (l.heard_pct >= 90) AS heard_90,
    count(*) FILTER (l.heard_pct = 100) AS finished,
    count(DISTINCT l.listener_id)::int AS listeners
FROM listens AS l
LEFT JOIN track AS t ON l.track_id = t.track_id
GROUP BY GROUPING SETS ((l.artist_id, l.track_id), (l.artist_id))
