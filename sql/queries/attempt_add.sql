-- Count an attempt, or give one back (an amount below 0), say how many there are in its window, forget windows that
-- ended. Asked by dashboards/attempts.py. key: a hash.
WITH ended AS (
    SELECT key
    FROM app.attempt
    WHERE ends_at < now() AND key <> %(key)s
    FOR UPDATE SKIP LOCKED
),

forgotten AS (
    DELETE FROM app.attempt AS a USING ended AS e
    WHERE a.key = e.key
)

INSERT INTO app.attempt AS a (key, attempts, ends_at)
VALUES (%(key)s, greatest(%(amount)s, 0), now() + make_interval(secs => %(seconds)s))
ON CONFLICT (key) DO UPDATE
    SET
        attempts = greatest(CASE WHEN a.ends_at < now() THEN 0 ELSE a.attempts END + %(amount)s, 0),
        ends_at = CASE WHEN a.ends_at < now() THEN excluded.ends_at ELSE a.ends_at END
RETURNING attempts
