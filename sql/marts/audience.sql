-- Replace what is due (song_due) in mart.audience_day and mart.audience by what song_in says, and take away what is due
-- in mart.people; count the cells of weeks: those that are new, and those that were there, whatever they said.
-- Asked by etl/jobs/build_audience.py.
DELETE FROM mart.audience_day AS m
USING song_due AS d
WHERE d.span = 0 AND m.day = d.week AND m.artist_id = d.artist_id;

INSERT INTO mart.audience_day (artist_id, track_id, day, listens, listeners)
SELECT
    artist_id,
    track_id,
    week AS day,
    listens,
    listeners
FROM song_in
WHERE span = 0
ORDER BY week, artist_id, track_id;

DELETE FROM mart.people AS m
USING song_due AS d
WHERE m.span = d.span AND m.week = d.week AND d.artist_id IN (m.artist_id, -1);

CREATE TEMPORARY TABLE song_gone ON COMMIT DROP AS
WITH gone AS (
    DELETE FROM mart.audience AS m
    USING song_due AS d
    WHERE m.span = d.span AND m.week = d.week AND d.artist_id IN (m.artist_id, -1)
    RETURNING m.span, m.week, m.artist_id, m.track_id
)

SELECT
    span,
    week,
    artist_id,
    track_id
FROM gone
WHERE span = 1;

INSERT INTO mart.audience
(
    week, artist_id, track_id, listens, measured, listeners, heard_10, heard_20, heard_30, heard_40, heard_50, heard_60,
    heard_70, heard_80, heard_90, finished, heard_s, span, synthetic, seen, seen_half, seen_finished
)
SELECT
    week, artist_id, track_id, listens, measured, listeners, heard_10, heard_20, heard_30, heard_40, heard_50, heard_60,
    heard_70, heard_80, heard_90, finished, heard_s, span, synthetic, seen, seen_half, seen_finished
FROM song_in
WHERE span > 0
ORDER BY span, week, artist_id, track_id;

SELECT
    count(*) FILTER (WHERE g.artist_id IS NULL) AS inserted,
    count(g.artist_id) AS updated
FROM song_in AS i
INNER JOIN mart.audience AS m
    ON i.span = m.span AND i.week = m.week AND i.artist_id = m.artist_id AND i.track_id = m.track_id
LEFT JOIN song_gone AS g
    ON i.week = g.week AND i.artist_id = g.artist_id AND i.track_id = g.track_id
WHERE i.span = 1
