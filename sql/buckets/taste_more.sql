-- What listeners heard since, as mart.folded takes it (sql/schema.sql): song and share of each listen by time, artists
-- each once, the latest last, and listens by genre. Asked by etl/jobs/build_tastes.py.
-- listens: all of some listeners since; track: whose each is, and the place of its genre (from 0; −1: none).
WITH genres AS (
    SELECT listener_id, map_from_entries(list({ 'k': genre, 'v': n })) AS n
    FROM (
        SELECT listens.listener_id, track.genre, count(*)::int AS n
        FROM listens
        INNER JOIN track ON listens.track_id = track.track_id
        WHERE track.genre >= 0
        GROUP BY listens.listener_id, track.genre
    )
    GROUP BY listener_id
),

artists AS (
    SELECT listener_id, list(artist_id ORDER BY latest, artist_id) AS artist_ids
    FROM (
        SELECT listens.listener_id, track.artist_id, max(listens.listened_at) AS latest
        FROM listens
        INNER JOIN track ON listens.track_id = track.track_id
        GROUP BY listens.listener_id, track.artist_id
    )
    GROUP BY listener_id
),

played AS (
    SELECT
        listener_id,
        list(track_id ORDER BY listened_at, track_id, listen_id NULLS LAST, heard_pct) AS track_ids,
        list(
            (heard_pct / 100.0::double)::real ORDER BY listened_at, track_id, listen_id NULLS LAST, heard_pct
        ) AS heard
    FROM listens
    GROUP BY listener_id
)

SELECT
    everybody.listener_id, everybody.first_at, played.track_ids, played.heard,
    list_transform(range(16), lambda place: coalesce(genres.n[place], 0)::int) AS listens, -- noqa: PRS
    coalesce(artists.artist_ids, []) AS artist_ids, everybody.last_at
FROM (
    SELECT listener_id, min(listened_at) AS first_at, max(listened_at) AS last_at
    FROM listens
    GROUP BY listener_id
) AS everybody -- whatever became of them above: the books count them
LEFT JOIN played ON everybody.listener_id = played.listener_id
LEFT JOIN artists ON everybody.listener_id = artists.listener_id
LEFT JOIN genres ON everybody.listener_id = genres.listener_id
