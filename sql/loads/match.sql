-- Make core.track_match hold exactly the staged matches, and count what that changed.
-- Asked by etl/jobs/match_tracks.py.
-- day: from which on both the track and the sound were known, so that it does not depend on when they were matched.
WITH incoming AS (
    SELECT
        match_in.*,
        greatest(track.day, sound.first_day) AS day
    FROM match_in
    INNER JOIN core.track ON match_in.fma_track_id = track.track_id
    INNER JOIN core.sound ON match_in.tiktok_track_id = sound.sound_id
),

merged AS (
    MERGE INTO core.track_match AS t USING incoming AS s ON t.fma_track_id = s.fma_track_id
    WHEN MATCHED AND
        (t.tiktok_track_id, t.title_score, t.artist_score, t.total_score, t.probability, t.vocabulary, t.day)
        IS DISTINCT FROM
        (s.tiktok_track_id, s.title_score, s.artist_score, s.total_score, s.probability, s.vocabulary, s.day) THEN
        UPDATE SET
            tiktok_track_id = s.tiktok_track_id,
            title_score = s.title_score,
            artist_score = s.artist_score,
            total_score = s.total_score,
            probability = s.probability,
            vocabulary = s.vocabulary,
            day = s.day
    WHEN NOT MATCHED THEN
        INSERT
            (fma_track_id, tiktok_track_id, title_score, artist_score, total_score, probability, vocabulary, day)
        VALUES (
            s.fma_track_id, s.tiktok_track_id, s.title_score, s.artist_score, s.total_score, s.probability,
            s.vocabulary, s.day
        )
    WHEN NOT MATCHED BY SOURCE THEN DELETE
    RETURNING merge_action() AS action
)

SELECT
    count(*) FILTER (WHERE action = 'INSERT') AS inserted,
    count(*) FILTER (WHERE action = 'UPDATE') AS updated,
    count(*) FILTER (WHERE action = 'DELETE') AS deleted,
    (
        SELECT count(*) -- of the table as it was before
        FROM core.track_match AS t
        INNER JOIN incoming AS s ON t.fma_track_id = s.fma_track_id
        WHERE
            (t.tiktok_track_id, t.title_score, t.artist_score, t.total_score, t.probability, t.vocabulary, t.day)
            IS NOT DISTINCT FROM
            (s.tiktok_track_id, s.title_score, s.artist_score, s.total_score, s.probability, s.vocabulary, s.day)
    ) AS same
FROM merged
