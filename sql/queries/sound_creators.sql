-- Who used some sounds in videos, the most played there first; ties go to the smaller id. Synthetic: the creator or one
-- of these videos was made.
-- Asked by etl/live/follow_sounds.py. sound_ids: text[].
SELECT
    video.creator_id,
    coalesce(nullif(creator.name, ''), creator.handle, 'Unnamed creator') AS name,
    creator.handle,
    creator.followers,
    influencer.influencer_id,
    count(*) AS videos,
    count(DISTINCT video.sound_id) AS sounds,
    coalesce(sum(video.plays), 0)::bigint AS plays,
    bool_or(video.synthetic OR coalesce(creator.synthetic, FALSE)) AS synthetic
FROM core.video
LEFT JOIN core.creator ON video.creator_id = creator.creator_id
LEFT JOIN activity.influencer ON video.creator_id = influencer.creator_id
WHERE video.sound_id = ANY(%(sound_ids)s::text [])
GROUP BY video.creator_id, creator.name, creator.handle, creator.followers, influencer.influencer_id
ORDER BY plays DESC, video.creator_id
LIMIT %(limit)s
