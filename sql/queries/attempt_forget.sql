-- Let something be tried anew; without a name, everything. Asked by dashboards/attempts.py.
DELETE FROM app.attempt
WHERE %(name)s::text IS NULL OR key = sha256(convert_to(%(name)s::text, 'UTF8'))
