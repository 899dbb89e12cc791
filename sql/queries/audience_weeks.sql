-- How an artist's audience went, week by week. Asked by dashboards/queries/audience.py.
-- begin, end: the first and the last Monday; track_id, genre, country: null for all. The tenant is set.
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
    a.week,
    sum(a.listens) AS listens,
    greatest(
        max(a.listeners), least(sum(a.listeners), mart.distinct_listeners(bit_or(a.seen), 0))
    )::integer AS listeners
FROM scope AS s
INNER JOIN mart.audience AS a
    ON
        s.track_id = a.track_id AND a.span = 1 AND a.week BETWEEN %(begin)s::date AND %(end)s::date
        AND a.country = coalesce(%(country)s::text, '')
GROUP BY a.week
ORDER BY a.week
