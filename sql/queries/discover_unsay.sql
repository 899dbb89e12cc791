-- Take back what was said of a song. Asked by dashboards/queries/discover.py.
DELETE FROM app.song_said
WHERE listener_id = app.me() AND track_id = %(track_id)s::integer
RETURNING track_id
