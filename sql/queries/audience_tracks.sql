-- What an artist's audience heard, a row a track that is shown, and −1 for the hidden ones together.
-- Asked by dashboards/queries/audience.py.
-- spans, weeks: the period as spans of mart.audience; country: null for all. The tenant is set.
SELECT
    a.track_id,
    t.title,
    t.genre,
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
FROM unnest(%(spans)s::smallint [], %(weeks)s::date []) AS p (span, week)
INNER JOIN unnest(%(track_ids)s::integer []) AS s (track_id) ON TRUE
INNER JOIN mart.audience AS a
    ON p.span = a.span AND p.week = a.week AND s.track_id = a.track_id AND a.country = coalesce(%(country)s::text, '')
LEFT JOIN core.track AS t ON a.track_id = t.track_id
GROUP BY a.track_id, t.title, t.genre
ORDER BY listens DESC, a.track_id
