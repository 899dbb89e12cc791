-- Put staged labels (label) and features (described) into the catalogue. Asked by lab/bench/archive.py.
INSERT INTO core.track (track_id, title, artist_id, artist_name, genre_ids, day)
SELECT track_id, 'Track ' || track_id AS title, artist_id, 'Artist ' || artist_id AS artist_name, '{}', '2026-01-01'
FROM label;

INSERT INTO core.track_feature (track_id, genre, clip_id, features, duration_s, rate_hz, silent, extractor, day)
SELECT
    label.track_id, label.genre, label.track_id::text AS clip_id, described.vector::real [], 30, 44100, FALSE,
    %(extractor)s AS extractor, '2026-01-01'
FROM label
INNER JOIN described ON label.track_id = described.track_id
