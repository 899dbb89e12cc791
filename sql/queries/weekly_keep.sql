-- Keep the list of a week, or let it go. Asked by dashboards/queries/weekly.py.
UPDATE app.weekly_list
SET kept_at = CASE WHEN %(keep)s::boolean THEN coalesce(kept_at, now()) END
WHERE listener_id = app.me() AND week = %(week)s::date
RETURNING week
