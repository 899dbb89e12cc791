-- Tell no people drawn with another key, and have all drawn with this one: every day is due.
-- Asked by etl/jobs/build_audience.py. fingerprint: the key's.
DELETE FROM mart.people;

DELETE FROM ops.people_key;

INSERT INTO ops.people_key (fingerprint) VALUES (%(fingerprint)s);

INSERT INTO ops.audience_due (day, artist_id)
SELECT DISTINCT l.listened_at::date AS day, l.artist_id
FROM activity.listen AS l
ON CONFLICT (day, artist_id) DO UPDATE SET day_is_built = FALSE
