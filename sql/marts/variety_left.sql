-- How many weeks of listeners in variety_in have a row in mart.variety that marts/variety_settle.sql left as it was: it
-- says the same, or a listen in the app changed it since. Asked by etl/jobs/build_variety.py after that.
-- began: as there.
SELECT count(*) AS unchanged
FROM variety_in AS i
INNER JOIN mart.variety AS t ON i.listener_id = t.listener_id AND i.week = t.week
WHERE t.updated_at > %(began)s OR (t.updated_at < %(began)s AND t.listens = i.listens)
