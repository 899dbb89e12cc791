-- Let all be told anew: listeners of whom something is told go to anew_in, too. Asked by etl/jobs/build_tastes.py.
INSERT INTO anew_in (listener_id)
SELECT listener_id FROM mart.taste
UNION
SELECT listener_id FROM mart.variety
