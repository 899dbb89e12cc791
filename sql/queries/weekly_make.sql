-- Make the list of a week, if there is none, and forget those of other weeks that nobody kept.
-- Asked by dashboards/queries/weekly.py.
WITH gone AS (
    DELETE FROM app.weekly_list
    WHERE listener_id = app.me() AND week < %(week)s::date AND kept_at IS NULL
)

INSERT INTO app.weekly_list (listener_id, week, track_ids)
VALUES (app.me(), %(week)s::date, %(track_ids)s::integer [])
ON CONFLICT (listener_id, week) DO NOTHING
RETURNING week
