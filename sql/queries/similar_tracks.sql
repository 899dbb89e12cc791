-- The described tracks that sound most like a clip, nearest first; ties go to the smallest track_id.
-- Asked by etl/live/find_similar.py, for `overtone similar` and for the page Similar music, and by
-- etl/live/follow_sounds.py; timed by `overtone bench similarity`.
--
-- vector: 245 numbers scaled by the scaler `version`, as text '[…]'. genre: a top genre, or null for all.
-- distance: 1 - cosine, 0 to 2.
--
-- Where a partition has an index (core.index_vectors) the answer is nearly exact: with the 60 nearest in sight
-- (ef_search) it has more than 99 in 100 of the true first ten. Where more rows are wanted, strict_order goes on from
-- there. Elsewhere it is exact. random_page_cost: the index is in memory; priced as on a disk, it is not used.
SET LOCAL "hnsw.ef_search" = 60;
SET LOCAL "hnsw.iterative_scan" = strict_order;
SET LOCAL random_page_cost = 1;

SELECT
    near.track_id,
    track.title,
    track.artist_name AS artist,
    near.genre,
    track.license,
    track.synthetic,
    near.distance
FROM (
    SELECT
        track_vector.track_id,
        track_vector.genre,
        track_vector.vector <=> %(vector)s::vector AS distance
    FROM core.track_vector
    WHERE
        track_vector.scaler_version = %(version)s
        AND (%(genre)s::text IS NULL OR track_vector.genre = %(genre)s::text)
    ORDER BY distance, track_vector.track_id
    LIMIT %(limit)s
) AS near
INNER JOIN core.track ON near.track_id = track.track_id
ORDER BY near.distance, near.track_id
