-- Listens live in the lake: Postgres knows which files hold them, and what the app heard until it is booked.

-- ops.lake: which files of the lake hold. name: what they are (listens, heard, songs); part: of which day or span;
-- folder: where; rows, synthetic: how many there are, and of them made ones; content: a hash of what they say or are
-- made of. Filled by etl/jobs/ingest_listens.py, etl/jobs/ingest_heard.py and etl/jobs/build_audience.py; read by
-- these, etl/jobs/build_variety.py, etl/jobs/build_recommender.py and sql/queries/status_tables.sql.
CREATE TABLE ops.lake (
    name text,
    part text,
    folder text NOT NULL,
    rows bigint NOT NULL,
    synthetic bigint NOT NULL,
    content text NOT NULL,
    PRIMARY KEY (name, part) -- which files hold?
);

-- ops.lake_gone: folders of the lake that hold nothing: another took their place, or a job is writing there, or was
-- killed at it. Filled by etl/store/parts.py; read by etl/store/parts.py.
CREATE TABLE ops.lake_gone (
    folder text PRIMARY KEY -- is it there already?
);

UPDATE ops.watermark SET table_name = 'lake/listens'
WHERE table_name = 'activity.listen';
UPDATE ops.load SET table_name = 'lake/listens'
WHERE table_name = 'activity.listen';

-- What a home has heard so far stays until etl/jobs/ingest_listens.py has carried it into the lake.
DROP POLICY tenant ON activity.listen;
REVOKE ALL ON activity.listen FROM overtone_app;
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM activity.listen) THEN
        DROP TABLE activity.listen;
    END IF;
END
$$;
DROP PROCEDURE activity.make_month(date);

-- As before, but that a listen waits in app.heard for the night: it is in what follows from it at once, as it was.
CREATE OR REPLACE FUNCTION
app.hear(given_id text, track integer, at timestamptz, pct integer, began timestamptz DEFAULT NULL)
RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    mine bigint := app.me();
    song record;
    sounded interval;
    place integer;
    found_at integer;
    zeros integer [] := array_fill(0, ARRAY[16]);
    t mart.taste;
BEGIN
    IF mine IS NULL THEN
        RAISE insufficient_privilege USING MESSAGE = 'a listen needs a listener';
    END IF;
    began := coalesce(began, at);
    -- What has no clip cannot be heard here, where anything can: it counts as a clip of the usual length.
    sounded := pct / 100.0 * make_interval(secs => coalesce(
        (SELECT c.duration_s FROM core.clip AS c WHERE c.track_id = track),
        CASE WHEN EXISTS (SELECT FROM core.clip) THEN 30 END, 0));
    PERFORM pg_advisory_xact_lock(hashtextextended('hear ' || mine, 0)); -- two at once take turns
    IF EXISTS (
        SELECT FROM app.listener AS l
        WHERE
            l.listener_id = mine
            AND (l.private_until > clock_timestamp() OR l.private_spans && tstzrange(began, began + sounded, '[]'))
    ) THEN
        RETURN 'private';
    END IF;
    SELECT c.artist_id, activity.genre_place(c.genre) AS place INTO song FROM core.track AS c WHERE c.track_id = track;
    IF NOT FOUND THEN
        RETURN 'no_track';
    END IF;
    IF EXISTS (SELECT FROM app.heard AS h WHERE h.listener_id = mine AND h.listen_id = given_id) THEN
        RETURN 'known';
    END IF;
    -- 5 s: clocks and buffers. 20 s: the player sends again after 1, 5 and 20 s what did not arrive.
    IF began + sounded > clock_timestamp() + INTERVAL '5 seconds' THEN
        RETURN 'too_soon';
    END IF;
    INSERT INTO app.listener AS l (listener_id, heard_until) VALUES (mine, clock_timestamp())
    ON CONFLICT (listener_id) DO UPDATE SET heard_until = greatest(l.heard_until + sounded, excluded.heard_until)
    WHERE l.heard_until IS NULL OR l.heard_until + sounded <= excluded.heard_until + INTERVAL '20 seconds';
    IF NOT FOUND THEN
        RETURN 'too_soon';
    END IF;
    INSERT INTO app.heard (listener_id, listen_id, listened_at, track_id, heard_pct)
    VALUES (mine, given_id, at, track, pct);
    place := song.place;
    INSERT INTO mart.taste (listener_id, track_ids, heard, listens, artist_ids, updated_at)
    VALUES (mine, '{}', '{}', zeros, '{}', clock_timestamp()) ON CONFLICT (listener_id) DO NOTHING;
    SELECT * INTO t FROM mart.taste AS m WHERE m.listener_id = mine FOR UPDATE; -- two at once add up
    found_at := array_position(t.track_ids, track);
    IF found_at IS NULL THEN
        t.track_ids := t.track_ids || track;
        t.heard := t.heard || (pct / 100.0)::real;
    ELSE
        t.heard[found_at] := t.heard[found_at] + 0.3 * (pct / 100.0 - t.heard[found_at]);
    END IF;
    t.artist_ids := array_remove(t.artist_ids, song.artist_id) || song.artist_id;
    IF place IS NOT NULL THEN
        t.listens[place] := t.listens[place] + 1;
        zeros[place] := 1;
        INSERT INTO mart.variety AS v (listener_id, week, listens, updated_at)
        VALUES (mine, date_trunc('week', at AT TIME ZONE 'UTC')::date, zeros, clock_timestamp())
        ON CONFLICT (listener_id, week) DO UPDATE SET
            listens = (SELECT array_agg(old + new ORDER BY n) FROM unnest(v.listens, excluded.listens)
                WITH ORDINALITY AS both_ (old, new, n)),
            updated_at = excluded.updated_at;
    END IF;
    UPDATE mart.taste AS m
    SET
        track_ids = t.track_ids, heard = t.heard, listens = t.listens,
        artist_ids = t.artist_ids[greatest(1, cardinality(t.artist_ids) - 59):], updated_at = clock_timestamp()
    WHERE m.listener_id = mine;
    RETURN 'counted';
END
$$;
