-- What the listeners of artists that are due in a week (week: its Monday) heard of each track, in pair, and which cells
-- of mart.audience that replaces, in cell_before; they are taken away. Asked by etl/jobs/build_audience.py.

-- noqa: disable=AL03,LT02,LT05,LT14,RF02,ST07
-- (USING says it shorter than two equal signs, and its columns belong to no one table.)
DROP TABLE IF EXISTS pair, cell_before; -- of another week
CREATE TEMPORARY TABLE pair ON COMMIT DROP AS -- what a listener heard of a track
SELECT l.artist_id, l.track_id, l.listener_id, max(l.heard_pct) AS heard
FROM activity.listen AS l
WHERE
    l.listened_at >= %(week)s::date AND l.listened_at < %(week)s::date + 7
    AND l.artist_id IN (
        SELECT d.artist_id FROM ops.audience_due AS d
        WHERE d.day >= %(week)s::date AND d.day < %(week)s::date + 7
    )
GROUP BY l.artist_id, l.track_id, l.listener_id;
ANALYZE pair;

CREATE TEMPORARY TABLE cell_before ON COMMIT DROP AS
SELECT m.artist_id, m.track_id
FROM mart.audience AS m
WHERE m.span = 1 AND m.week = %(week)s::date
    AND m.artist_id IN (
        SELECT d.artist_id FROM ops.audience_due AS d
        WHERE d.day >= %(week)s::date AND d.day < %(week)s::date + 7
    );
ANALYZE cell_before;

DELETE FROM mart.audience AS m
WHERE m.span = 1 AND m.week = %(week)s::date
    AND m.artist_id IN (
        SELECT d.artist_id FROM ops.audience_due AS d
        WHERE d.day >= %(week)s::date AND d.day < %(week)s::date + 7
    );
