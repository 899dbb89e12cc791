-- How many of the videos of some creators use a sound that is matched to an artist's track or to one of a genre.
-- Asked by dashboards/queries/influencers.py. creator_ids: text[]; artist_id: null, none; genre: null, any.
SELECT
    video.creator_id,
    count(DISTINCT video.video_id) AS videos,
    count(DISTINCT video.video_id) FILTER (WHERE track.artist_id = %(artist_id)s::integer) AS own
FROM core.video
INNER JOIN core.track_match ON video.sound_id = track_match.tiktok_track_id
INNER JOIN core.track ON track_match.fma_track_id = track.track_id
WHERE
    video.creator_id = ANY(%(creator_ids)s::text [])
    AND (
        track.artist_id = %(artist_id)s::integer
        OR track.genre = %(genre)s::text
        OR %(genre)s::text IS NULL
    )
GROUP BY video.creator_id
