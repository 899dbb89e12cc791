-- Forget what nobody stands behind: listeners of anew_in who are not in taste_in, their weeks not in variety_in, and
-- everybody's before the first that is told. Asked by etl/jobs/build_tastes.py. first: a Monday.
DELETE FROM mart.taste AS t
WHERE
    EXISTS (
        SELECT FROM anew_in AS a
        WHERE a.listener_id = t.listener_id
    )
    AND NOT EXISTS (
        SELECT FROM taste_in AS i
        WHERE i.listener_id = t.listener_id
    );

DELETE FROM mart.variety AS v
WHERE
    EXISTS (
        SELECT FROM anew_in AS a
        WHERE a.listener_id = v.listener_id
    )
    AND NOT EXISTS (
        SELECT FROM variety_in AS i
        WHERE i.listener_id = v.listener_id AND i.week = v.week
    );

DELETE FROM mart.variety
WHERE week < %(first)s
