-- Put staged labels (label) and features (described) into the catalogue. Asked by lab/bench/archive.py.
-- extractor: of the features.
INSERT INTO core.track (track_id, title, artist_id, artist_name, genre_ids, day)
SELECT
    track_id, 'Track ' || track_id AS title, artist_id, 'Artist ' || artist_id AS artist_name, '{}' AS genre_ids,
    '2026-01-01' AS day
FROM label;

INSERT INTO core.track_feature (track_id, genre, clip_id, features, duration_s, rate_hz, silent, extractor, day)
SELECT
    label.track_id, label.genre, label.track_id::text AS clip_id, described.vector::real [] AS features,
    30 AS duration_s, 44100 AS rate_hz, FALSE AS silent, %(extractor)s AS extractor, '2026-01-01' AS day
FROM label
INNER JOIN described ON label.track_id = described.track_id
