-- What else an audience likes is told with noise, as countries are (docs/adr/0015-people-by-country.md).
-- mart.interest: filled by etl/jobs/build_audience.py; read by dashboards/queries/audience.py.
DELETE FROM mart.interest;
ALTER TABLE mart.interest DROP COLUMN listeners;
ALTER TABLE mart.interest ADD COLUMN share real NOT NULL; -- of the artist's listeners, whose favourite it is
ALTER TABLE mart.interest ADD COLUMN of_all real NOT NULL; -- of all listeners

-- One week is due: the next night builds what follows from it.
INSERT INTO ops.audience_due (day, artist_id)
SELECT
    m.week,
    min(m.artist_id) AS artist_id
FROM mart.audience AS m
WHERE m.span = 1
GROUP BY m.week
ORDER BY m.week DESC
LIMIT 1
ON CONFLICT (day, artist_id) DO NOTHING;
