-- Call every listen in the app up to a day booked, and forget those booked before another.
-- Asked by etl/jobs/ingest_heard.py. day: the one that is booked; kept_from: a day.
UPDATE app.heard SET booked = %(day)s
WHERE booked IS NULL AND listened_at < (%(day)s::date + 1)::timestamp AT TIME ZONE 'UTC';

DELETE FROM app.heard
WHERE booked IS NOT NULL AND listened_at < %(kept_from)s
