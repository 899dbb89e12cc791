-- core.clip: where a track's audio lies, and what it looks like: a row per track that can be heard.
-- Filled by etl/jobs/describe_audio.py; read by sql/queries/clip.sql and its like, for the player.
CREATE TABLE core.clip (
    track_id integer PRIMARY KEY,
    clip_id text NOT NULL, -- what the audio's content is known by
    path text NOT NULL, -- in storage: the audio itself, or an archive that it is a member of
    member text, -- of the archive; null: the file is the audio
    member_at bigint NOT NULL, -- byte of the archive where the member's header begins; 0 for a file
    packing integer NOT NULL, -- of a member, as zip counts: 0 as it is, 8 deflate, 12 bzip2; 0 for a file
    bytes bigint NOT NULL, -- of the audio
    format text NOT NULL, -- as it was decoded: mp3, wav, flac, ogg …
    duration_s real NOT NULL, -- of the clip, not of the song
    peaks real [] NOT NULL, -- the loudest of each of some equal stretches, in order of time, 0 … 1
    day date NOT NULL -- of the clip's drop
);
GRANT SELECT ON core.clip TO overtone_app;

-- Second of the song at which its clip begins; null where that is not known. FMA cut 30 seconds out of the middle,
-- from floor(duration / 2) - 15 (creation.py of github.com/mdeff/fma); a clip as long as the song is the song.
CREATE FUNCTION core.clip_start_s(song_s real, clip_s real) RETURNS real
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN abs(song_s - clip_s) < 2 THEN 0
    WHEN song_s > 30 AND clip_s BETWEEN 29 AND 31 THEN floor(song_s / 2) - 15
END;
