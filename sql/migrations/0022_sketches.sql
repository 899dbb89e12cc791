-- Distinct listeners are counted by HyperLogLog's sketches: 4,096 bits ended at 36,909 listeners, whatever came.
DROP FUNCTION mart.distinct_listeners(bit, integer);
DROP FUNCTION mart.seen(integer, integer);

-- The next night builds every week; until then the page says that its tables are being made.
TRUNCATE mart.audience;
DELETE FROM ops.watermark
WHERE table_name = 'mart.audience';
ALTER TABLE mart.audience DROP COLUMN seen;
-- Sketches of those who listened, who heard half and more, and who finished: of numbers that tell nobody without the
-- key of people who they are (etl/audience/sketches.py).
ALTER TABLE mart.audience ADD COLUMN seen bytea NOT NULL;
ALTER TABLE mart.audience ADD COLUMN seen_half bytea NOT NULL;
ALTER TABLE mart.audience ADD COLUMN seen_finished bytea NOT NULL;

INSERT INTO ops.audience_due (day, artist_id)
SELECT DISTINCT
    (l.listened_at AT TIME ZONE 'UTC')::date AS day,
    l.artist_id
FROM activity.listen AS l
ON CONFLICT (day, artist_id) DO UPDATE SET day_is_built = FALSE;
