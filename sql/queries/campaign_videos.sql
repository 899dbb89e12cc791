-- What is learned from before a campaign: the latest videos, those of the creators that are asked about, and those with
-- sounds that resemble the song; each with when it was posted and counted, and the genre of the track that its sound
-- matches best.
-- Asked by dashboards/queries/campaigns.py. creator_ids, sound_ids: text[]; most: how many of the latest.
WITH wanted AS (
    (
        SELECT video_id FROM core.video
        ORDER BY video_id DESC -- an id begins with its time
        LIMIT %(most)s::integer
    )
    UNION
    SELECT video_id FROM core.video
    WHERE creator_id = ANY(%(creator_ids)s::text [])
    UNION
    SELECT video_id FROM core.video
    WHERE sound_id = ANY(%(sound_ids)s::text [])
),

style AS (
    SELECT DISTINCT ON (track_match.tiktok_track_id)
        track_match.tiktok_track_id AS sound_id,
        track.genre
    FROM core.track_match
    INNER JOIN core.track ON track_match.fma_track_id = track.track_id
    ORDER BY track_match.tiktok_track_id, track_match.total_score DESC, track.track_id
)

SELECT
    video.creator_id,
    video.sound_id,
    video.plays,
    (video.created_at AT TIME ZONE 'UTC')::date AS posted_on,
    video.day AS counted_on,
    video.synthetic,
    creator.followers,
    style.genre
FROM wanted
INNER JOIN core.video ON wanted.video_id = video.video_id
LEFT JOIN core.creator ON video.creator_id = creator.creator_id
LEFT JOIN style ON video.sound_id = style.sound_id
WHERE video.plays IS NOT NULL
ORDER BY video.video_id
