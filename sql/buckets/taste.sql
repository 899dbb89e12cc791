-- What every listener hears: of each song the moving mean of the share heard (the first listen whole, each later one
-- moving it by three tenths), listens by genre, and the latest artists. Asked by etl/jobs/build_recommender.py.
-- app.hear says the same of one listen more (sql/schema.sql). listens: all of some listeners; track: the place of each
-- one's genre (from 0; −1: none); latest: how many artists.
WITH plays AS (
    SELECT
        listener_id, track_id, count(*) AS n,
        list(heard_pct / 100.0::double ORDER BY listened_at, listen_id NULLS LAST, heard_pct) AS heard
    FROM listens
    GROUP BY listener_id, track_id
),

song AS (
    SELECT
        listener_id, track_id, n,
        list_reduce(heard, lambda so_far, one: so_far + 0.3::double * (one - so_far))::real AS heard -- noqa: PRS
    FROM plays
),

songs AS (
    SELECT
        listener_id, list(track_id ORDER BY track_id) AS track_ids, list(heard ORDER BY track_id) AS heard
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
        SELECT listener_id, artist_id, max(listened_at) AS latest
        FROM listens
        GROUP BY listener_id, artist_id
    )
    GROUP BY listener_id
)

SELECT
    everybody.listener_id, songs.track_ids, songs.heard,
    list_transform(range(16), lambda place: coalesce(genres.n[place], 0)::int) AS listens,
    list_slice(artists.artist_ids, -$latest, -1) AS artist_ids
FROM (SELECT DISTINCT listener_id FROM listens) AS everybody -- whatever became of them above: the books count them
LEFT JOIN songs ON everybody.listener_id = songs.listener_id
LEFT JOIN artists ON everybody.listener_id = artists.listener_id
LEFT JOIN genres ON everybody.listener_id = genres.listener_id
