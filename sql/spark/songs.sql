-- How often and how far each song was heard in a day or a span, and each artist (track 0): of the listens of a day, or
-- of the shorter spans that a span is put together from; with who that was (seen: of the same songs and artists).
-- Asked by etl/jobs/build_audience.py. parts: as the columns below, a row for each listen or shorter span; target: of
-- each part its buckets.
WITH counted AS (
    SELECT
        part, artist_id, track_id, bool_or(synthetic) AS synthetic, sum(listens) AS listens, sum(heard_s) AS heard_s,
        sum(heard_10) AS heard_10, sum(heard_20) AS heard_20, sum(heard_30) AS heard_30, sum(heard_40) AS heard_40,
        sum(heard_50) AS heard_50, sum(heard_60) AS heard_60, sum(heard_70) AS heard_70, sum(heard_80) AS heard_80,
        sum(heard_90) AS heard_90, sum(finished) AS finished
    FROM parts
    GROUP BY part, artist_id, track_id
)

SELECT
    counted.part, pmod(xxhash64(counted.artist_id), target.buckets) AS bucket, counted.artist_id, counted.track_id,
    counted.synthetic, counted.listens, counted.heard_s, counted.heard_10, counted.heard_20, counted.heard_30,
    counted.heard_40, counted.heard_50, counted.heard_60, counted.heard_70, counted.heard_80, counted.heard_90,
    counted.finished, seen.listeners, seen.seen, seen.seen_half, seen.seen_finished
FROM counted
INNER JOIN seen
    ON counted.part = seen.part AND counted.artist_id = seen.artist_id AND counted.track_id = seen.track_id
INNER JOIN target ON counted.part = target.part
DISTRIBUTE BY part, bucket
SORT BY part, bucket, artist_id, track_id
