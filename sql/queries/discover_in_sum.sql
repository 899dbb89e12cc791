-- What friends who share in sum only hear, if they are three or more. Asked by etl/live/circle.py.
SELECT
    track_ids,
    heard,
    listens
FROM app.tastes_in_sum()
