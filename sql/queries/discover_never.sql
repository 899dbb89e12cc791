-- No song of this genre any more. Asked by dashboards/queries/discover.py.
INSERT INTO app.genre_never (listener_id, genre)
VALUES (app.me(), %(genre)s::text)
ON CONFLICT (listener_id, genre) DO NOTHING
RETURNING genre
