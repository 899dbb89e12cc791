-- Make mart.variety what variety_in (of buckets/variety.sql) says of listeners in anew_in, add it to what it says of
-- others, and count what that changed. Asked by etl/jobs/build_tastes.py.
WITH weeks AS (
    SELECT
        i.listener_id,
        i.week,
        i.listens,
        i.listener_id IN (SELECT a.listener_id FROM anew_in AS a) AS anew
    FROM variety_in AS i
),

updated AS (
    UPDATE mart.variety AS v
    SET listens = CASE WHEN w.anew THEN w.listens ELSE mart.added(v.listens, w.listens) END
    FROM weeks AS w
    WHERE v.listener_id = w.listener_id AND v.week = w.week AND (NOT w.anew OR v.listens <> w.listens)
    RETURNING v.listener_id
),

inserted AS (
    INSERT INTO mart.variety (listener_id, week, listens)
    SELECT
        w.listener_id,
        w.week,
        w.listens
    FROM weeks AS w
    ON CONFLICT (listener_id, week) DO NOTHING
    RETURNING listener_id
)

SELECT
    (SELECT count(*) FROM inserted) AS inserted,
    (SELECT count(*) FROM updated) AS updated
