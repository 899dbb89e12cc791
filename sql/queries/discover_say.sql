-- Say something of a song, the last word counts. Asked by dashboards/queries/discover.py and lab/bench/recommend.py.
INSERT INTO app.song_said (listener_id, track_id, said)
SELECT
    app.me() AS listener_id,
    t.track_id,
    %(said)s::text AS said
FROM core.track AS t
WHERE t.track_id = %(track_id)s::integer
ON CONFLICT (listener_id, track_id) DO UPDATE SET (said, said_at) = (excluded.said, now())
RETURNING track_id
