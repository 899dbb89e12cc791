-- Count one listen, once. Asked by dashboards/queries/listeners.py and lab/bench/recommend.py.
SELECT
    app.hear(%(listen_id)s::text, %(track_id)s::integer, %(listened_at)s::timestamptz, %(heard_pct)s::integer) AS became
