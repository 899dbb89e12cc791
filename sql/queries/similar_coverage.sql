-- How many tracks are as near as a distance or nearer, and how many of them have a match on TikTok. Exact: every vector
-- in question is compared. Asked by etl/live/follow_sounds.py.
--
-- vector: 245 numbers scaled by the scaler `version`, as text '[…]'. genre: a top genre, or null for all. without: a
-- track that does not count, or null. wrong: matches that do not count, text[] of track and sound with a blank between.
SELECT
    count(*) AS similar_tracks,
    count(believed.fma_track_id) AS matched_tracks
FROM (
    SELECT track_id
    FROM core.track_vector
    WHERE
        scaler_version = %(version)s
        AND (%(genre)s::text IS NULL OR genre = %(genre)s::text)
        AND track_id IS DISTINCT FROM %(without)s::int
        AND vector <=> %(vector)s::vector <= %(distance)s
) AS near
LEFT JOIN (
    SELECT fma_track_id
    FROM core.track_match
    WHERE NOT fma_track_id || ' ' || tiktok_track_id = ANY(%(wrong)s::text [])
) AS believed ON near.track_id = believed.fma_track_id
