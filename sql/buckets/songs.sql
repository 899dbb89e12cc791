-- How often and how far each song and each artist (track 0) was heard in a day or a span, put together from what is
-- known of it by listeners or by shorter spans (songs: as the columns below, all of some artists). Of listeners
-- the sum is told, which is what there were of them where none is in two of these.
-- Asked by etl/jobs/sum_up.py.
SELECT
    artist_id, track_id, bool_or(synthetic) AS synthetic, sum(listens)::bigint AS listens,
    sum(measured)::bigint AS measured, sum(heard_s)::bigint AS heard_s, sum(heard_10)::bigint AS heard_10,
    sum(heard_20)::bigint AS heard_20,
    sum(heard_30)::bigint AS heard_30, sum(heard_40)::bigint AS heard_40, sum(heard_50)::bigint AS heard_50,
    sum(heard_60)::bigint AS heard_60, sum(heard_70)::bigint AS heard_70, sum(heard_80)::bigint AS heard_80,
    sum(heard_90)::bigint AS heard_90, sum(finished)::bigint AS finished, sum(listeners)::int AS listeners
FROM songs
GROUP BY artist_id, track_id
ORDER BY artist_id, track_id
