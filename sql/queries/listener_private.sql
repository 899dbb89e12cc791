-- Begin a private session of so many hours, or end it (0). Asked by dashboards/queries/listeners.py.
INSERT INTO app.listener (listener_id, private_until)
VALUES (app.me(), CASE WHEN %(hours)s::integer > 0 THEN now() + make_interval(hours => %(hours)s::integer) END)
ON CONFLICT (listener_id) DO UPDATE SET private_until = excluded.private_until
RETURNING private_until
