-- Forget what nobody stands behind any more. Asked by etl/jobs/build_recommender.py.
DELETE FROM app.stand_in AS d
WHERE
    NOT EXISTS (
        SELECT FROM mart.taste AS t
        WHERE t.listener_id = d.listener_id
    )
