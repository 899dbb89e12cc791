-- Some matches are not wrong after all. Asked by dashboards/queries/similar.py, as the account. track_ids: int[].
DELETE FROM app.wrong_match
WHERE track_id = any(%(track_ids)s::integer [])
RETURNING track_id
