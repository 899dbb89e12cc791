-- How many weeks of variety_in that are told anew mart.variety says the same of already.
-- Asked by etl/jobs/build_tastes.py.
SELECT count(*) AS unchanged
FROM variety_in AS i
INNER JOIN mart.variety AS v ON i.listener_id = v.listener_id AND i.week = v.week
WHERE v.listens = i.listens AND i.listener_id IN (SELECT a.listener_id FROM anew_in AS a)
