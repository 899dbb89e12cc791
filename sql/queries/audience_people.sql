-- noqa: disable=AM09,RF03
-- How many people of each country heard an artist or a song in some spans of weeks, and how far they got.
-- Asked by dashboards/queries/audience.py. spans, weeks: how many weeks each has, and its first Monday; track_id: 0 for
-- the artist. The tenant is set.
SELECT m.span, m.week, m.country, m.people, m.heard
FROM unnest(%(spans)s::smallint [], %(weeks)s::date []) AS p (span, week)
CROSS JOIN LATERAL (
    SELECT * FROM mart.people
    WHERE track_id = %(track_id)s::integer AND span = p.span AND week = p.week
    OFFSET 0 -- each is looked up by its key
) AS m
