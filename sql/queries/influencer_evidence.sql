-- Videos of a creator that use a sound matched to an artist's track, or to one of a genre: the artist's own first, then
-- the most played; a video once, with its best match.
-- Asked by dashboards/queries/influencers.py. artist_id: null, none; genre: null, any; most: how many.
WITH matched AS (
    SELECT DISTINCT ON (video.video_id)
        video.video_id,
        video.url,
        video.covers[1] AS cover,
        video.caption,
        video.plays,
        video.synthetic,
        (video.created_at AT TIME ZONE 'UTC')::date AS posted_on,
        track.title,
        track.artist_name,
        track.genre,
        track.synthetic AS synthetic_track,
        track_match.total_score AS score,
        coalesce(track.artist_id = %(artist_id)s::integer, FALSE) AS own
    FROM core.video
    INNER JOIN core.track_match ON video.sound_id = track_match.tiktok_track_id
    INNER JOIN core.track ON track_match.fma_track_id = track.track_id
    WHERE
        video.creator_id = %(creator_id)s::text
        AND (
            track.artist_id = %(artist_id)s::integer
            OR track.genre = %(genre)s::text
            OR %(genre)s::text IS NULL
        )
    ORDER BY video.video_id, own DESC, track_match.total_score DESC, track.track_id
)

SELECT
    *,
    count(*) OVER () AS videos
FROM matched
ORDER BY own DESC, plays DESC NULLS LAST, video_id
LIMIT %(most)s::integer
