-- How often something was tried in its window, and when that ends. Asked by dashboards/attempts.py.
SELECT
    attempts,
    extract(EPOCH FROM ends_at)::double precision AS ends_at
FROM app.attempt
WHERE key = %(key)s AND ends_at >= now()
