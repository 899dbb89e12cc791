-- What friends who share in sum only are said to like, if they are three or more. Asked by etl/live/circle.py.
SELECT track_ids
FROM app.tastes_in_sum()
