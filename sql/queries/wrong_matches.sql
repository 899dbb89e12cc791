-- The matches that an account says are wrong. Asked by dashboards/queries/similar.py, as the account.
SELECT track_id, sound_id
FROM app.wrong_match
