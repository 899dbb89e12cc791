-- Songs of this genre again. Asked by dashboards/queries/discover.py.
DELETE FROM app.genre_never
WHERE listener_id = app.me() AND genre = %(genre)s::text
RETURNING genre
