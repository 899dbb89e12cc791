-- The most played videos of each of some sounds, most played first; ties go to the smallest video_id.
-- Asked by etl/live/find_similar.py. sound_ids: text[]; per_sound: how many videos of each.
-- noqa: disable=LT02,RF03 (sqlfluff takes LATERAL for a name)
SELECT
    top_video.sound_id,
    top_video.video_id,
    top_video.url,
    top_video.covers[1] AS cover,
    top_video.caption,
    coalesce(nullif(creator.name, ''), creator.handle) AS creator,
    top_video.plays,
    top_video.created_at,
    top_video.synthetic
FROM unnest(%(sound_ids)s::text []) AS wanted (sound_id)
CROSS JOIN LATERAL (
    SELECT video.*
    FROM core.video
    WHERE video.sound_id = wanted.sound_id
    ORDER BY video.plays DESC NULLS LAST, video.video_id
    LIMIT %(per_sound)s
) AS top_video
LEFT JOIN core.creator ON top_video.creator_id = creator.creator_id
ORDER BY top_video.sound_id, top_video.plays DESC NULLS LAST, top_video.video_id
