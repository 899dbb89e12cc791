-- Put the cells of a span of weeks (span: 4 or 16; first: its first Monday) into mart.audience: the sums of part, with
-- the sketches of seen_in. A range of a year is then at most 15 rows of a cell, not 52.
-- Asked by etl/jobs/build_audience.py, after audience_parts.sql.
INSERT INTO mart.audience
(
    week, artist_id, track_id, listens, listeners, heard_10, heard_20, heard_30, heard_40, heard_50, heard_60,
    heard_70, heard_80, heard_90, finished, heard_s, span, synthetic, seen,
    seen_half, seen_finished
)
SELECT
    %(first)s::date AS week, part.artist_id, part.track_id, part.listens,
    greatest(part.most, least(part.listeners, seen_in.estimate)) AS listeners,
    part.heard_10, part.heard_20, part.heard_30, part.heard_40, part.heard_50, part.heard_60, part.heard_70,
    part.heard_80, part.heard_90, part.finished, part.heard_s, %(span)s AS span, part.synthetic, seen_in.seen,
    seen_in.seen_half, seen_in.seen_finished
FROM part
INNER JOIN seen_in ON part.artist_id = seen_in.artist_id AND part.track_id = seen_in.track_id;

DROP TABLE seen_in
