-- noqa: disable=AM09,LT02,RF02,RF03
-- What an artist's audience heard, a row a period or a track (by). Asked by dashboards/queries/audience.py,
-- lab/bench/audience.py and lab/evaluate/audience.py.
-- labels, spans, weeks: periods as spans of mart.audience; track_ids: 0 for all, null: those of genre; reached: half or
-- finished, if it is asked who got so far: sketches tell how many listeners that is. The tenant is set.
WITH scope AS (
    SELECT s.track_id, t.title, t.genre
    FROM unnest(%(track_ids)s::integer []) AS s (track_id)
    LEFT JOIN core.track AS t ON s.track_id = t.track_id
    UNION ALL
    SELECT t.track_id, t.title, t.genre
    FROM core.track AS t
    WHERE
        %(track_ids)s::integer [] IS NULL AND t.genre = %(genre)s::text
        AND t.artist_id = nullif(current_setting('overtone.artist_id', TRUE), '')::integer
)

SELECT
    CASE %(by)s::text WHEN 'track' THEN a.track_id::text ELSE p.label END AS name,
    min(s.title) AS title,
    min(s.genre) AS genre,
    sum(a.listens) AS listens,
    sum(a.measured) AS measured, -- those of which it is known how far they got
    max(a.listeners) AS most_listeners,
    sum(a.listeners) AS all_listeners,
    CASE WHEN count(*) > 1 THEN array_agg(a.seen) END AS seen, -- of one cell it is known how many there are
    CASE %(reached)s::text
        WHEN 'half' THEN array_agg(a.seen_half) WHEN 'finished' THEN array_agg(a.seen_finished)
    END AS seen_reached,
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
CROSS JOIN LATERAL (
    SELECT * FROM mart.audience
    WHERE track_id = s.track_id AND span = p.span AND week = p.week
    OFFSET 0 -- or all weeks of a track are read: each is looked up by its key
) AS a
GROUP BY name
ORDER BY listens DESC, name
