-- What every listener hears: of each song the moving mean of the share heard (the first listen whole, each later one
-- moving it by three tenths), listens by genre, and the latest artists. Asked by etl/jobs/build_recommender.py.
-- app.hear says the same of one listen more (sql/schema.sql). track: the place of each one's genre (from 0; −1: none);
-- latest: how many artists.
WITH pair AS (
    SELECT
        listener_id, track_id, artist_id, max(listened_at) AS latest,
        collect_list(struct(listened_at, listen_id IS NULL AS no_id, listen_id, heard_pct)) AS plays
    FROM listens
    GROUP BY listener_id, track_id, artist_id
),

song AS (
    SELECT listener_id, track_id, array_sort(flatten(collect_list(plays))) AS plays
    FROM pair
    GROUP BY listener_id, track_id
),

heard AS (
    SELECT
        song.listener_id, song.track_id, size(song.plays) AS n, track.genre,
        cast(aggregate(
            song.plays, cast(NULL AS double),
            (x, one) -> coalesce(x + 0.3D * (one.heard_pct / 100D - x), one.heard_pct / 100D)
        ) AS float) AS heard
    FROM song
    LEFT JOIN track ON song.track_id = track.track_id
),

songs AS (
    SELECT listener_id, array_sort(collect_list(struct(track_id, heard))) AS songs
    FROM heard
    GROUP BY listener_id
),

genres AS (
    SELECT listener_id, map_from_entries(collect_list(struct(genre, n))) AS n
    FROM (
        SELECT listener_id, genre, sum(n) AS n FROM heard
        WHERE genre >= 0
        GROUP BY listener_id, genre
    )
    GROUP BY listener_id
),

artists AS (
    SELECT listener_id, array_sort(collect_list(struct(latest, artist_id))) AS artists
    FROM (
        SELECT listener_id, artist_id, max(latest) AS latest FROM pair
        GROUP BY listener_id, artist_id
    )
    GROUP BY listener_id
)

SELECT
    everybody.listener_id, songs.songs.track_id AS track_ids, songs.songs.heard,
    transform(sequence(0, 15), place -> cast(coalesce(genres.n[place], 0) AS int)) AS listens,
    slice(artists.artists.artist_id, greatest(1, size(artists.artists) - :latest + 1), :latest) AS artist_ids
FROM (SELECT DISTINCT listener_id FROM pair) AS everybody -- whatever became of them above: the books count them
LEFT JOIN songs ON everybody.listener_id = songs.listener_id
LEFT JOIN artists ON everybody.listener_id = artists.listener_id
LEFT JOIN genres ON everybody.listener_id = genres.listener_id
