-- May this account begin an upload now? Asked by dashboards/queries/uploads.py, as the account.
SELECT
    running,
    recent,
    again_s
FROM app.begin_upload(%(upload_id)s::text, %(at_once)s::integer, %(an_hour)s::integer)
