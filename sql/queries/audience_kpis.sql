-- How much an artist's audience heard in a period and the one before (label).
-- Asked by dashboards/queries/audience.py.
-- spans, weeks: the period as spans of mart.audience; track_id, genre, country: null for all. The tenant is set.
WITH scope AS (
    SELECT coalesce(%(track_id)s::integer, 0) AS track_id
    WHERE %(track_id)s::integer IS NOT NULL OR %(genre)s::text IS NULL
    UNION ALL
    SELECT t.track_id
    FROM core.track AS t
    WHERE
        %(track_id)s::integer IS NULL AND t.genre = %(genre)s::text
        AND t.artist_id = nullif(current_setting('overtone.artist_id', TRUE), '')::integer
)

SELECT
    p.label,
    sum(a.listens) AS listens,
    greatest(
        max(a.listeners), least(sum(a.listeners), mart.distinct_listeners(bit_or(a.seen), 0))
    )::integer AS listeners,
    mart.distinct_listeners(bit_or(a.seen), 1) AS half_listeners,
    mart.distinct_listeners(bit_or(a.seen), 2) AS finished_listeners,
    sum(a.heard_10) AS heard_10,
    sum(a.heard_20) AS heard_20,
    sum(a.heard_30) AS heard_30,
    sum(a.heard_40) AS heard_40,
    sum(a.heard_50) AS heard_50,
    sum(a.heard_60) AS heard_60,
    sum(a.heard_70) AS heard_70,
    sum(a.heard_80) AS heard_80,
    sum(a.heard_90) AS heard_90,
    sum(a.finished) AS finished,
    sum(a.heard_s)::bigint AS heard_s
FROM unnest(%(labels)s::text [], %(spans)s::smallint [], %(weeks)s::date []) AS p (label, span, week)
CROSS JOIN scope AS s
INNER JOIN mart.audience AS a
    ON p.span = a.span AND p.week = a.week AND s.track_id = a.track_id AND a.country = coalesce(%(country)s::text, '')
GROUP BY p.label
