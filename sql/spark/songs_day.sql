-- The listens of some days, to be summed up for each song, and for each artist (track 0), by sql/spark/songs.sql.
-- Asked by etl/jobs/build_audience.py.
SELECT
    l.part, l.artist_id, explode(array(l.track_id, 0)) AS track_id, l.origin = 'made' AS synthetic, 1L AS listens,
    cast(rint(l.heard_pct * cast(coalesce(t.duration_s, 0) AS double) / 100) AS bigint) AS heard_s,
    cast(l.heard_pct >= 10 AS bigint) AS heard_10, cast(l.heard_pct >= 20 AS bigint) AS heard_20,
    cast(l.heard_pct >= 30 AS bigint) AS heard_30, cast(l.heard_pct >= 40 AS bigint) AS heard_40,
    cast(l.heard_pct >= 50 AS bigint) AS heard_50, cast(l.heard_pct >= 60 AS bigint) AS heard_60,
    cast(l.heard_pct >= 70 AS bigint) AS heard_70, cast(l.heard_pct >= 80 AS bigint) AS heard_80,
    cast(l.heard_pct >= 90 AS bigint) AS heard_90, cast(l.heard_pct = 100 AS bigint) AS finished
FROM listens AS l
LEFT JOIN track AS t ON l.track_id = t.track_id
