-- Take away what is told of people in a span, of the artists that marts/people.sql asks about.
-- Asked by etl/jobs/build_audience.py. span: weeks; first: its first Monday; every: of all artists.
DELETE FROM mart.people AS m
WHERE
    m.span = %(span)s AND m.week = %(first)s::date
    AND (
        %(every)s
        OR m.artist_id IN (
            SELECT d.artist_id FROM ops.audience_due AS d
            WHERE d.day >= %(first)s::date AND d.day < %(first)s::date + 7 * %(span)s
        )
    )
