-- Note what mart.taste and mart.variety are built of now: the parts of built_in, tracks as in track_in, and what the
-- app heard that is booked. Asked by etl/jobs/build_tastes.py. method: how they are built.
DELETE FROM ops.built_of AS b
WHERE
    b.method <> %(method)s OR NOT EXISTS (
        SELECT FROM built_in AS i
        WHERE i.part = b.part
    );

INSERT INTO ops.built_of AS b (method, part, rows, content)
SELECT
    %(method)s AS how,
    i.part,
    i.rows,
    i.content
FROM built_in AS i
ON CONFLICT (method, part) DO UPDATE SET
    rows = excluded.rows,
    content = excluded.content
WHERE b.content <> excluded.content OR b.rows <> excluded.rows;

INSERT INTO ops.counted_as (track_id, artist_id, genre)
SELECT
    i.track_id,
    i.artist_id,
    i.genre
FROM track_in AS i
ON CONFLICT (track_id) DO UPDATE SET
    artist_id = excluded.artist_id,
    genre = excluded.genre;

UPDATE app.heard SET folded = (booked IS NOT NULL)
WHERE folded <> (booked IS NOT NULL)
