-- The described tracks that sound most like a clip, nearest first; ties go to the smallest track_id.
-- Asked by etl/jobs/find_similar.py, for `overtone similar` and for the page Similar music.
--
-- vector: 245 numbers scaled by the current core.scaler, as text '[…]'. genre: a top genre, or null for all.
-- score: cosine, 0 to 1; what points the other way scores 0, and so does a vector of zeros (pgvector says NaN).
SELECT
    near.track_id,
    track.title,
    track.artist_name AS artist,
    near.genre,
    greatest(0, 1 - nullif(near.distance, 'NaN')) AS score
FROM (
    SELECT
        track_vector.track_id,
        track_vector.genre,
        track_vector.vector <=> %(vector)s::vector AS distance
    FROM core.track_vector
    INNER JOIN core.scaler ON track_vector.scaler_version = scaler.version AND scaler.current
    WHERE %(genre)s::text IS NULL OR track_vector.genre = %(genre)s::text
    ORDER BY distance, track_vector.track_id
    LIMIT %(limit)s
) AS near
INNER JOIN core.track ON near.track_id = track.track_id
ORDER BY near.distance, near.track_id
