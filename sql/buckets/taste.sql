-- What every listener hears: of each song the moving mean of the share heard (the first listen whole, each later one
-- moving it by three tenths; null where none is known), in the order in which they were first heard; listens by genre;
-- and the latest artists.
-- Asked by etl/jobs/build_tastes.py. mart.folded says the same of some listens more (sql/schema.sql).
-- listens: all of some listeners; track: whose each is, and the place of its genre (from 0; −1: none); latest: how many
-- artists.
WITH plays AS (
    SELECT
        listener_id, track_id, count(*) AS n, min(listened_at) AS first_at,
        list(
            (heard_pct / 100.0::double)::real::double ORDER BY listened_at, listen_id NULLS LAST, heard_pct
        ) FILTER (heard_pct IS NOT NULL) AS shares
    FROM listens
    GROUP BY listener_id, track_id
),

song AS (
    SELECT
        listener_id, track_id, n, first_at,
        list_reduce(shares, lambda so_far, one: (so_far + 0.3::double * (one - so_far))::real::double) -- noqa: PRS
        ::real AS heard
    FROM plays
),

songs AS (
    SELECT
        listener_id, list(track_id ORDER BY first_at, track_id) AS track_ids,
        list(heard ORDER BY first_at, track_id) AS heard
    FROM song
    GROUP BY listener_id
),

genres AS (
    SELECT listener_id, map_from_entries(list({ 'k': genre, 'v': n })) AS n
    FROM (
        SELECT song.listener_id, track.genre, sum(song.n)::int AS n
        FROM song
        INNER JOIN track ON song.track_id = track.track_id
        WHERE track.genre >= 0
        GROUP BY song.listener_id, track.genre
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
)

SELECT
    everybody.listener_id, songs.track_ids, songs.heard,
    list_transform(range(16), lambda place: coalesce(genres.n[place], 0)::int) AS listens,
    list_slice(coalesce(artists.artist_ids, []), -$latest, -1) AS artist_ids, everybody.last_at
FROM (
    SELECT listener_id, max(listened_at) AS last_at
    FROM listens
    GROUP BY listener_id
) AS everybody -- whatever became of them above: the books count them
LEFT JOIN songs ON everybody.listener_id = songs.listener_id
LEFT JOIN artists ON everybody.listener_id = artists.listener_id
LEFT JOIN genres ON everybody.listener_id = genres.listener_id
