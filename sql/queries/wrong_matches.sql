-- The matches that an account says are wrong. Asked by dashboards/queries/path.py, as the account.
SELECT track_id, sound_id
FROM app.wrong_match
