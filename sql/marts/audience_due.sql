-- Of whom what is told anew, in song_due: span (weeks; 0: a day), its first day, and the artist (−1: everybody).
-- Asked by etl/jobs/build_audience.py. spans: smallint[]; firsts: date[]; artists: integer[], of each.
CREATE TEMPORARY TABLE song_due ON COMMIT DROP AS
SELECT
    due.span,
    due.week,
    due.artist_id
FROM unnest(%(spans)s::smallint [], %(firsts)s::date [], %(artists)s::integer []) AS due (span, week, artist_id);
ANALYZE song_due
