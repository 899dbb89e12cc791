-- Genres of which this listener wants no song. Asked by etl/live/suggest.py.
SELECT genre FROM app.genre_never
WHERE listener_id = app.me()
ORDER BY genre
