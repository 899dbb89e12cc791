-- Listens that say something else than before; what they change is due in the marts.
-- Asked by etl/jobs/ingest_listens.py.
WITH done AS (
    UPDATE activity.listen AS l
    SET (day, heard_pct, synthetic, country) = (k.day, k.heard_pct, k.synthetic, k.country)
    FROM listen_known AS k
    WHERE
        k.differs
        AND l.artist_id = k.artist_id AND l.listened_at = k.listened_at AND l.listener_id = k.listener_id
        AND l.track_id = k.track_id AND l.listen_id IS NOT DISTINCT FROM k.listen_id
    RETURNING l.artist_id, l.listened_at
),

due AS (
    INSERT INTO ops.audience_due (day, artist_id)
    SELECT DISTINCT listened_at::date, artist_id FROM done
    ON CONFLICT (day, artist_id) DO UPDATE SET day_is_built = FALSE
)

SELECT count(*) AS updated FROM done
