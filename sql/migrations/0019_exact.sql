-- What is told of the music (a song, or all of an artist's, and a time) is exact, from the first listen; what is told
-- of people's countries is as it was, but for the seconds they listened (docs/adr/0009-audience-and-privacy.md).

-- Seconds of a country were to the second: less those of its tracks they told how long single people had listened.
ALTER TABLE mart.audience ALTER COLUMN heard_s DROP NOT NULL;
UPDATE mart.audience SET heard_s = NULL
WHERE country <> '';
ALTER TABLE mart.audience ADD CHECK (country = '' OR heard_s IS NULL);

-- All days and weeks are due: the next night builds what was hidden or in tens.
INSERT INTO ops.audience_due (day, artist_id)
SELECT DISTINCT l.day, l.artist_id
FROM activity.listen AS l
ON CONFLICT (day, artist_id) DO UPDATE SET day_is_built = FALSE;
