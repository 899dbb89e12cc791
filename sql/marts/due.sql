-- What changed since marts were built: artists, by day. unbuilt: the day's own mart is to be built, too.
-- Asked by etl/jobs/build_audience.py.
SELECT
    d.day,
    array_agg(d.artist_id) AS artists,
    NOT bool_and(d.day_is_built) AS unbuilt
FROM ops.audience_due AS d
GROUP BY d.day
ORDER BY d.day
