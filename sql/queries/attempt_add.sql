-- Count an attempt, say how many there are in its window, forget windows that ended. Asked by dashboards/attempts.py.
WITH ended AS (
    SELECT key
    FROM app.attempt
    WHERE ends_at < now() AND key <> sha256(convert_to(%(name)s, 'UTF8'))
    FOR UPDATE SKIP LOCKED
),

forgotten AS (
    DELETE FROM app.attempt AS a USING ended AS e
    WHERE a.key = e.key
)

INSERT INTO app.attempt AS a (key, attempts, ends_at)
VALUES (sha256(convert_to(%(name)s, 'UTF8')), %(amount)s, now() + make_interval(secs => %(seconds)s))
ON CONFLICT (key) DO UPDATE
    SET
        attempts = CASE WHEN a.ends_at < now() THEN 0 ELSE a.attempts END + excluded.attempts,
        ends_at = CASE WHEN a.ends_at < now() THEN excluded.ends_at ELSE a.ends_at END
RETURNING attempts
