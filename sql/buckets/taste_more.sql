-- What listeners heard since, as mart.folded takes it (sql/schema.sql): song and share of each listen by time, artists
-- each once, the latest last, and listens by genre. Asked by etl/jobs/build_tastes.py.
-- listens: all of some listeners since; track: the place of each one's genre (from 0; −1: none).
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
        SELECT listener_id, artist_id, max(listened_at) AS latest
        FROM listens
        GROUP BY listener_id, artist_id
    )
    GROUP BY listener_id
),

played AS (
    SELECT
        listener_id, max(listened_at) AS last_at,
        list(track_id ORDER BY listened_at, track_id, listen_id NULLS LAST, heard_pct) AS track_ids,
        list(
            (heard_pct / 100.0::double)::real ORDER BY listened_at, track_id, listen_id NULLS LAST, heard_pct
        ) AS heard
    FROM listens
    GROUP BY listener_id
)

SELECT
    played.listener_id, played.track_ids, played.heard,
    list_transform(range(16), lambda place: coalesce(genres.n[place], 0)::int) AS listens, -- noqa: PRS
    artists.artist_ids, played.last_at
FROM played
LEFT JOIN artists ON played.listener_id = artists.listener_id
LEFT JOIN genres ON played.listener_id = genres.listener_id
