-- Which of some tracks can be heard. Asked by dashboards/queries/clips.py. track_ids: int[]; formats: text[].
SELECT track_id
FROM core.clip
WHERE track_id = ANY(%(track_ids)s::int []) AND format = ANY(%(formats)s::text [])
