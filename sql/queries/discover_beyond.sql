-- Songs that three friends of friends or more hear. Asked by etl/live/suggest.py.
SELECT
    track_id,
    strength
FROM app.beyond_friends()
