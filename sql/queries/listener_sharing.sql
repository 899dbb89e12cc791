-- What this listener shares with friends from now on. Asked by dashboards/queries/listeners.py.
INSERT INTO app.listener (listener_id, sharing)
VALUES (app.me(), %(sharing)s::text)
ON CONFLICT (listener_id) DO UPDATE SET sharing = excluded.sharing
RETURNING sharing
