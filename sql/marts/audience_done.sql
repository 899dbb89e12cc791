-- What was due is built; days of weeks that have not ended are due once more when they have.
-- Asked by etl/jobs/build_audience.py. open: the Monday after the last week that has ended.
UPDATE ops.audience_due SET day_is_built = TRUE;

DELETE FROM ops.audience_due
WHERE day < %(open)s
