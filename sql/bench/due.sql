-- Everybody who was heard on a day is due. Asked by lab/bench/load.py. day: that one.
INSERT INTO ops.audience_due (day, artist_id)
SELECT DISTINCT %(day)s::date AS day, artist_id
FROM activity.listen
WHERE listened_at >= %(day)s::date AND listened_at < %(day)s::date + 1
ON CONFLICT DO NOTHING
