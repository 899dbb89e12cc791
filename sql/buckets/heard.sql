-- How often each listener heard each song in a day or a span, where, and how far they got: of the listens of a day, or
-- of the shorter spans that a span is put together from (heard: as the columns below, all of some listeners).
-- Asked by etl/jobs/sum_up.py.
SELECT
    listener_id, artist_id, track_id, country, sum(listens)::bigint AS listens, max(heard_pct) AS heard_pct
FROM heard
GROUP BY listener_id, artist_id, track_id, country
ORDER BY listener_id, artist_id, track_id, country
