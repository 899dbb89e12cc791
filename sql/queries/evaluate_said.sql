-- What people said of matches: those said to be wrong, and of them those that still are matches, beside all there are.
-- Asked by lab/evaluate/said.py.
WITH wrong AS (
    SELECT
        track_id,
        sound_id,
        avg(probability) AS probability
    FROM app.wrong_match
    GROUP BY track_id, sound_id
),

judged AS (
    SELECT
        count(*) AS said_wrong,
        count(track_match.fma_track_id) AS still_matched,
        coalesce(avg(wrong.probability), 0) AS probability_of_wrong
    FROM wrong
    LEFT JOIN core.track_match
        ON wrong.track_id = track_match.fma_track_id AND wrong.sound_id = track_match.tiktok_track_id
),

every AS (
    SELECT
        count(*) AS matches,
        coalesce(avg(probability), 0) AS probability_of_all
    FROM core.track_match
),

people AS (
    SELECT count(DISTINCT account_id) AS accounts
    FROM app.wrong_match
)

SELECT
    judged.*,
    every.*,
    people.*
FROM judged
CROSS JOIN every
CROSS JOIN people
