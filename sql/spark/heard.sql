-- How often each listener heard each song in a day or a span, where, and how far they got: of the listens of a day, or
-- of the shorter spans that a span is put together from (parts: as the columns below). Asked by
-- etl/jobs/build_audience.py. target: of each part its buckets.
SELECT
    parts.part, pmod(xxhash64(parts.listener_id), target.buckets) AS bucket, parts.listener_id, parts.artist_id,
    parts.track_id, parts.country, sum(parts.listens) AS listens, max(parts.heard_pct) AS heard_pct
FROM parts
INNER JOIN target ON parts.part = target.part
GROUP BY parts.part, bucket, parts.listener_id, parts.artist_id, parts.track_id, parts.country
DISTRIBUTE BY part, bucket
SORT BY part, bucket
