-- A described track as a question: "more like this one". Asked by dashboards/queries/similar.py.
SELECT
    track.track_id,
    track.title,
    track.artist_name AS artist,
    track.genre,
    track.duration_s,
    track.synthetic,
    track_feature.features
FROM core.track
INNER JOIN core.track_feature ON track.track_id = track_feature.track_id
WHERE track.track_id = %(track_id)s AND NOT track_feature.silent
