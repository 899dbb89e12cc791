-- Songs that three friends of friends or more hear. Asked by dashboards/queries/discover.py.
SELECT
    track_id,
    strength
FROM app.beyond_friends()
