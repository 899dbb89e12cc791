-- From a day's staged posts to one row a video, sound and creator: the last line of the last file wins.
-- Asked by etl/jobs/ingest_tiktok.py.

CREATE TEMPORARY TABLE video_in ON COMMIT DROP AS
SELECT DISTINCT ON (video_id)
    video_id, sound_id, creator_id, video_url AS url, caption, video_covers AS covers, duration_s, plays, likes, shares,
    comments, created_at, synthetic, day AS first_day, day
FROM post_staged
ORDER BY video_id, file DESC, position DESC;

CREATE TEMPORARY TABLE sound_in ON COMMIT DROP AS
SELECT DISTINCT ON (sound_id)
    sound_id, letter, song_title AS title, artist_name, music_url AS play_url, sound_covers AS covers, original,
    synthetic, day AS first_day, day
FROM post_staged
ORDER BY sound_id, file DESC, position DESC;

CREATE TEMPORARY TABLE creator_in ON COMMIT DROP AS
SELECT DISTINCT ON (creator_id)
    creator_id, handle, creator_name AS name, verified, followers, creator_likes AS likes, synthetic,
    day AS first_day, day
FROM post_staged
ORDER BY creator_id, file DESC, position DESC;
