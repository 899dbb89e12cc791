-- Where a track's audio lies. Asked by dashboards/queries/clips.py for the player's route.
SELECT
    clip_id,
    path,
    member,
    member_at,
    packing,
    bytes,
    format
FROM core.clip
WHERE track_id = %(track_id)s
