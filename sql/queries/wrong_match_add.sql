-- Somebody says that a match is wrong; nothing happens where there is no such match.
-- Asked by dashboards/queries/similar.py, as the account.
INSERT INTO app.wrong_match (account_id, track_id, sound_id, probability)
SELECT
    nullif(current_setting('overtone.account_id', TRUE), '')::bigint AS account_id,
    fma_track_id,
    tiktok_track_id,
    probability
FROM core.track_match
WHERE fma_track_id = %(track_id)s::integer AND tiktok_track_id = %(sound_id)s::text
ON CONFLICT DO NOTHING
RETURNING track_id
