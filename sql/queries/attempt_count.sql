-- How often something was tried in its window, and when that ends. Asked by dashboards/attempts.py.
SELECT
    attempts,
    extract(EPOCH FROM ends_at)::double precision AS ends_at
FROM app.attempt
WHERE key = sha256(convert_to(%(name)s, 'UTF8')) AND ends_at >= now()
