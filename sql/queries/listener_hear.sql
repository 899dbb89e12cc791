-- Count one listen, once. Asked by dashboards/queries/listeners.py and lab/bench/recommend.py. began: by the server's
-- clock, where listened_at is by another; null: it is not.
SELECT
    app.hear(
        %(listen_id)s::text, %(track_id)s::integer, %(listened_at)s::timestamptz, %(heard_pct)s::integer,
        %(began)s::timestamptz
    ) AS became
