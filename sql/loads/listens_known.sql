-- Which of the incoming listens of a day (begin, end) are there already, and which of these say something else now.
-- Asked by etl/jobs/ingest_listens.py.
INSERT INTO listen_known
SELECT
    i.listened_at, i.listener_id, l.artist_id, i.track_id, i.listen_id, i.day, i.heard_pct, i.synthetic, i.country,
    i.day >= l.day AND (
        i.day <> l.day
        OR i.heard_pct <> l.heard_pct
        OR i.synthetic <> l.synthetic
        OR i.country IS DISTINCT FROM l.country
    ) AS differs
FROM listen_in AS i
INNER JOIN activity.listen AS l
    ON
        i.listener_id = l.listener_id AND i.listened_at = l.listened_at AND i.track_id = l.track_id
        AND i.listen_id IS NOT DISTINCT FROM l.listen_id
WHERE
    i.listened_at >= %(begin)s AND i.listened_at < %(end)s
    AND l.listened_at >= %(begin)s AND l.listened_at < %(end)s
