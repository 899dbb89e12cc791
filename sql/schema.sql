-- The schema as it stands: what sql/migrations/ give, put out by pg_dump. Written by `make schema`.
-- Partitions are left out: each is as the table that it is part of.
-- What fills and reads a table, and which question an index answers, is told by the migration that made it (paths in it
-- are of its day); what each is for: ARCHITECTURE.md.

CREATE SCHEMA activity;

CREATE SCHEMA app;

CREATE SCHEMA core;

CREATE SCHEMA intarray;

CREATE SCHEMA mart;

CREATE SCHEMA ops;

CREATE EXTENSION IF NOT EXISTS intarray WITH SCHEMA intarray;

COMMENT ON EXTENSION intarray IS 'functions, operators, and index support for 1-D arrays of integers';

CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;

COMMENT ON EXTENSION pg_trgm IS 'text similarity measurement and index searching based on trigrams';

CREATE EXTENSION IF NOT EXISTS vector WITH SCHEMA public;

COMMENT ON EXTENSION vector IS 'vector data type and ivfflat and hnsw access methods';

CREATE FUNCTION activity.genre_place(genre text) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN array_position(ARRAY['Blues'::text, 'Classical'::text, 'Country'::text, 'Easy Listening'::text, 'Electronic'::text, 'Experimental'::text, 'Folk'::text, 'Hip-Hop'::text, 'Instrumental'::text, 'International'::text, 'Jazz'::text, 'Old-Time / Historic'::text, 'Pop'::text, 'Rock'::text, 'Soul-RnB'::text, 'Spoken'::text], genre);

CREATE FUNCTION app.apart(one bigint, other bigint) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT EXISTS (SELECT FROM app.block AS b WHERE (b.blocker, b.blocked) IN ((one, other), (other, one)))
$$;

CREATE FUNCTION app.begin_upload(new_id text, at_once integer, an_hour integer) RETURNS TABLE(running bigint, recent bigint, again_s double precision)
    LANGUAGE plpgsql
    AS $$
DECLARE
    me bigint := nullif(current_setting('overtone.account_id', TRUE), '')::bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('upload ' || me, 0));
    SELECT
        count(*) FILTER (WHERE a.ended_at IS NULL AND a.began_at > clock_timestamp() - INTERVAL '2 minutes'),
        count(*),
        extract(EPOCH FROM min(a.began_at) + INTERVAL '1 hour' - clock_timestamp())
    INTO running, recent, again_s
    FROM app.upload_attempt AS a
    WHERE a.account_id = me AND a.began_at > clock_timestamp() - INTERVAL '1 hour';
    IF running < at_once AND recent < an_hour THEN
        INSERT INTO app.upload_attempt (upload_id, account_id) VALUES (new_id, me);
    END IF;
    RETURN NEXT;
END
$$;

CREATE FUNCTION app.beyond_friends() RETURNS TABLE(track_id integer, strength real, people integer)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    WITH mine AS MATERIALIZED (SELECT * FROM app.my_friends()),
    theirs AS MATERIALIZED (
        SELECT DISTINCT f.friend
        FROM mine AS m CROSS JOIN app.friends_of(m.friend) AS f
        WHERE m.sharing <> 'off' AND f.friend <> (SELECT app.me())
    ),
    beyond AS MATERIALIZED (
        SELECT t.friend FROM theirs AS t
        WHERE
            t.friend NOT IN (SELECT friend FROM mine)
            AND app.sharing_of(t.friend) <> 'off' AND NOT app.apart((SELECT app.me()), t.friend)
    )
    SELECT song.track_id, count(DISTINCT s.listener_id)::real, count(DISTINCT s.listener_id)::integer
    FROM app.stand_in AS s CROSS JOIN unnest(s.stand_ins) AS song (track_id)
    WHERE s.listener_id IN (SELECT friend FROM beyond)
    GROUP BY song.track_id HAVING count(DISTINCT s.listener_id) >= 3
    ORDER BY 2 DESC, 1 LIMIT 500
$$;

CREATE FUNCTION app.find_people(words text) RETURNS TABLE(listener_id bigint, name text, country text, in_common integer, state text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    WITH mine AS MATERIALIZED (SELECT f.friend FROM app.friends_of((SELECT app.me())) AS f),
    requests AS MATERIALIZED (SELECT * FROM app.my_requests())
    SELECT
        l.listener_id, l.name, l.country,
        (SELECT count(*)::integer FROM app.friends_of(l.listener_id) AS f WHERE f.friend IN (SELECT friend FROM mine)),
        CASE
            WHEN l.listener_id IN (SELECT friend FROM mine) THEN 'friends'
            WHEN r.from_me THEN 'asked'
            WHEN NOT r.from_me THEN 'asks'
            ELSE 'stranger'
        END
    FROM (
        SELECT p.listener_id, p.name, p.country FROM activity.listener AS p
        WHERE
            length(btrim(words)) >= 3
            AND p.name ILIKE '%' || replace(replace(replace(btrim(words), '\', '\\'), '%', '\%'), '_', '\_') || '%'
            AND p.listener_id <> (SELECT app.me())
            AND app.sharing_of(p.listener_id) <> 'off' AND NOT app.apart((SELECT app.me()), p.listener_id)
        ORDER BY p.name, p.listener_id LIMIT 200
    ) AS l
    LEFT JOIN requests AS r ON l.listener_id = r.other
    ORDER BY 4 DESC, 2, 1 LIMIT 20
$$;

CREATE FUNCTION app.friend_act(other bigint, act text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    mine bigint := app.me();
    a bigint := least(mine, other);
    b bigint := greatest(mine, other);
    pair app.friendship;
    knows boolean;
BEGIN
    IF mine IS NULL OR mine = other THEN
        RETURN 'nobody';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended(format('friendship %s %s', a, b), 0)); -- two at once take turns
    IF act = 'unblock' THEN
        DELETE FROM app.block AS l WHERE l.blocker = mine AND l.blocked = other;
        RETURN CASE WHEN FOUND THEN 'unblocked' ELSE 'nothing' END;
    ELSIF act = 'block' AND EXISTS (SELECT FROM app.block AS l WHERE l.blocker = mine AND l.blocked = other) THEN
        RETURN 'blocked';
    END IF;
    SELECT * INTO pair FROM app.friendship AS f WHERE f.listener_a = a AND f.listener_b = b;
    knows := EXISTS (SELECT FROM app.friends_of(mine) AS f WHERE f.friend = friend_act.other)
    OR EXISTS (SELECT FROM app.my_requests() AS r WHERE r.other = friend_act.other)
    OR (coalesce(pair.state, '') IN ('declined', 'refused') AND pair.asked_by = other); -- whom I declined, I know
    IF app.apart(mine, other)
    OR NOT EXISTS (SELECT FROM activity.listener AS l WHERE l.listener_id = other)
    OR NOT (knows OR app.sharing_of(other) <> 'off') THEN
        RETURN CASE WHEN act IN ('ask', 'block') THEN 'nobody' ELSE 'nothing' END;
    END IF;
    CASE act
        WHEN 'block' THEN
            INSERT INTO app.block (blocker, blocked, name, country)
            SELECT mine, other, l.name, l.country FROM activity.listener AS l WHERE l.listener_id = other;
            INSERT INTO app.friendship AS f (listener_a, listener_b, state, asked_by) VALUES (a, b, 'ended', mine)
            ON CONFLICT (listener_a, listener_b) DO UPDATE
            SET state = CASE WHEN f.state IN ('declined', 'refused') THEN 'refused' ELSE 'ended' END, since = now();
            RETURN 'blocked'; -- an answer that was no stays
        WHEN 'ask' THEN
            IF EXISTS (SELECT FROM app.friends_of(mine) AS f WHERE f.friend = friend_act.other) THEN
                RETURN 'friends';
            ELSIF pair.state = 'asked' AND pair.asked_by = other THEN
                UPDATE app.friendship SET state = 'friends', since = now() WHERE listener_a = a AND listener_b = b;
                RETURN 'friends'; -- both asked
            ELSIF pair.state = 'asked' THEN
                RETURN 'asked';
            ELSIF pair.state IN ('declined', 'refused') AND pair.asked_by = mine THEN
                UPDATE app.friendship SET state = 'declined' WHERE listener_a = a AND listener_b = b;
                RETURN 'asked'; -- the answer stays
            ELSIF (SELECT count(*) FROM app.my_requests() AS r WHERE r.from_me) >= 100 THEN
                RETURN 'enough';
            END IF;
            INSERT INTO app.friendship (listener_a, listener_b, state, asked_by) VALUES (a, b, 'asked', mine)
            ON CONFLICT (listener_a, listener_b) DO UPDATE SET state = 'asked', asked_by = mine, since = now();
            RETURN 'asked';
        WHEN 'accept', 'decline' THEN
            IF pair.state IS DISTINCT FROM 'asked' OR pair.asked_by = mine THEN
                RETURN 'nothing';
            END IF;
            UPDATE app.friendship SET state = CASE act WHEN 'accept' THEN 'friends' ELSE 'declined' END, since = now()
            WHERE listener_a = a AND listener_b = b;
            RETURN CASE act WHEN 'accept' THEN 'friends' ELSE 'declined' END;
        WHEN 'withdraw' THEN
            UPDATE app.friendship SET state = CASE state WHEN 'asked' THEN 'ended' ELSE 'refused' END
            WHERE listener_a = a AND listener_b = b AND asked_by = mine AND state IN ('asked', 'declined');
            RETURN CASE WHEN FOUND THEN 'ended' ELSE 'nothing' END;
        WHEN 'remove' THEN
            IF NOT EXISTS (SELECT FROM app.friends_of(mine) AS f WHERE f.friend = friend_act.other) THEN
                RETURN 'nothing';
            END IF;
            INSERT INTO app.friendship AS f (listener_a, listener_b, state, asked_by) VALUES (a, b, 'ended', mine)
            ON CONFLICT (listener_a, listener_b) DO UPDATE SET state = 'ended', since = now();
            RETURN 'ended';
        ELSE
            RETURN 'nothing';
    END CASE;
END
$$;

CREATE FUNCTION app.friends_by_name() RETURNS SETOF bigint
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT f.friend FROM app.my_friends() AS f WHERE f.sharing = 'name'
$$;

CREATE FUNCTION app.friends_of(who bigint) RETURNS TABLE(friend bigint, since date)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT pair.friend, pair.since
    FROM (
        SELECT CASE WHEN f.listener_a = who THEN f.listener_b ELSE f.listener_a END AS friend, f.since
        FROM activity.friendship AS f
        WHERE (f.listener_a = who OR f.listener_b = who) AND NOT EXISTS (
            SELECT FROM app.friendship AS o WHERE o.listener_a = f.listener_a AND o.listener_b = f.listener_b)
        UNION ALL
        SELECT CASE WHEN f.listener_a = who THEN f.listener_b ELSE f.listener_a END, f.since::date
        FROM app.friendship AS f
        WHERE (f.listener_a = who OR f.listener_b = who) AND f.state = 'friends'
    ) AS pair
    WHERE NOT app.apart(who, pair.friend)
$$;

CREATE FUNCTION app.friends_variety() RETURNS TABLE(week date, median double precision, people integer)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT
        v.week, round(percentile_cont(0.5) WITHIN GROUP (ORDER BY mart.effective_genres(v.listens))::numeric, 1)::float8,
        count(*)::integer
    FROM app.weeks_of(ARRAY(SELECT app.friends_by_name())) AS v
    WHERE (SELECT sum(n) FROM unnest(v.listens) AS n) >= 5
    GROUP BY v.week HAVING count(*) >= 3
    ORDER BY v.week
$$;

CREATE FUNCTION app.hear(given_id text, track integer, at timestamp with time zone, pct integer, began timestamp with time zone DEFAULT NULL::timestamp with time zone) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    mine bigint := app.me();
    sounded interval;
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
    IF NOT EXISTS (SELECT FROM core.track AS c WHERE c.track_id = track) THEN
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
    RETURN 'counted';
END
$$;

CREATE FUNCTION app.known_to_me() RETURNS SETOF bigint
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT f.friend FROM app.friends_of((SELECT app.me())) AS f
    UNION ALL SELECT r.other FROM app.my_requests() AS r
$$;

CREATE FUNCTION app.sealed() RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT encode(sha256(s.key || sha256(s.key || convert_to(format(
        '%s %L %L %L', pg_backend_pid(), current_setting('overtone.artist_id', TRUE),
        current_setting('overtone.listener_id', TRUE), current_setting('overtone.account_id', TRUE)), 'UTF8'))), 'hex')
        = current_setting('overtone.seal', TRUE)
    FROM ops.seal AS s
$$;

CREATE FUNCTION app.me() RETURNS bigint
    LANGUAGE sql STABLE PARALLEL RESTRICTED
    RETURN CASE WHEN app.sealed() THEN (NULLIF(current_setting('overtone.listener_id'::text, true), ''::text))::bigint ELSE NULL::bigint END;

CREATE FUNCTION app.my_account() RETURNS bigint
    LANGUAGE sql STABLE PARALLEL RESTRICTED
    RETURN CASE WHEN app.sealed() THEN (NULLIF(current_setting('overtone.account_id'::text, true), ''::text))::bigint ELSE NULL::bigint END;

CREATE FUNCTION app.my_artist() RETURNS integer
    LANGUAGE sql STABLE PARALLEL RESTRICTED
    RETURN CASE WHEN app.sealed() THEN (NULLIF(current_setting('overtone.artist_id'::text, true), ''::text))::integer ELSE NULL::integer END;

CREATE FUNCTION app.my_friends() RETURNS TABLE(friend bigint, since date, sharing text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT f.friend, f.since, app.sharing_of(f.friend) FROM app.friends_of((SELECT app.me())) AS f
$$;

CREATE FUNCTION app.my_requests() RETURNS TABLE(other bigint, from_me boolean, since timestamp with time zone)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT pair.other, pair.from_me, pair.since
    FROM (
        SELECT
            CASE WHEN f.listener_a = (SELECT app.me()) THEN f.listener_b ELSE f.listener_a END AS other,
            f.asked_by = (SELECT app.me()) AS from_me, f.state, f.since
        FROM app.friendship AS f
        WHERE (f.listener_a = (SELECT app.me()) OR f.listener_b = (SELECT app.me())) AND f.state IN ('asked', 'declined')
    ) AS pair
    WHERE (pair.from_me OR pair.state = 'asked') AND NOT app.apart((SELECT app.me()), pair.other)
$$;

CREATE FUNCTION app.my_sharing() RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$ SELECT app.sharing_of((SELECT app.me())) $$;

CREATE FUNCTION app.my_weeks() RETURNS TABLE(week date, listens integer[])
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT w.week, w.listens FROM app.weeks_of(ARRAY[app.me()]) AS w
$$;

CREATE FUNCTION app.sharing_of(who bigint) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT coalesce(
        (SELECT c.sharing FROM app.listener AS c WHERE c.listener_id = who),
        (SELECT l.sharing FROM activity.listener AS l WHERE l.listener_id = who), 'off')
$$;

CREATE TABLE mart.taste (
    listener_id bigint NOT NULL,
    track_ids integer[] NOT NULL,
    heard real[] NOT NULL,
    listens integer[] NOT NULL,
    artist_ids integer[] NOT NULL,
    last_at timestamp with time zone,
    CONSTRAINT taste_listens_check CHECK ((cardinality(listens) = 16))
)
WITH (toast_tuple_target='8160');
ALTER TABLE ONLY mart.taste ALTER COLUMN track_ids SET STORAGE EXTERNAL;
ALTER TABLE ONLY mart.taste ALTER COLUMN heard SET STORAGE EXTERNAL;

ALTER TABLE ONLY mart.taste FORCE ROW LEVEL SECURITY;

CREATE FUNCTION app.tastes() RETURNS SETOF mart.taste
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT * FROM app.tastes_of(ARRAY(SELECT app.me() UNION ALL SELECT app.friends_by_name()))
$$;

CREATE FUNCTION app.tastes_in_sum() RETURNS TABLE(track_ids integer[])
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT t.stand_ins
    FROM (
        SELECT s.stand_ins, count(*) OVER () AS people FROM app.stand_in AS s
        WHERE s.listener_id IN (SELECT f.friend FROM app.my_friends() AS f WHERE f.sharing = 'sum')
    ) AS t
    WHERE t.people >= 3
    ORDER BY random()
$$;

CREATE FUNCTION app.tastes_of(who bigint[]) RETURNS SETOF mart.taste
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    WITH known AS MATERIALIZED (
        SELECT t.listener_id, t AS taste FROM mart.taste AS t WHERE t.listener_id = ANY(who)
    ),
    since AS MATERIALIZED (
        SELECT
            h.listener_id, h.track_id, c.artist_id, h.listened_at, h.listen_id, (h.heard_pct / 100.0)::real AS share,
            activity.genre_place(c.genre) AS place
        FROM app.heard AS h INNER JOIN core.track AS c ON h.track_id = c.track_id
        WHERE NOT h.folded AND h.listener_id = ANY(who)
    ),
    plays AS (
        SELECT
            s.listener_id, array_agg(s.track_id ORDER BY s.listened_at, s.track_id, s.listen_id) AS track_ids,
            array_agg(s.share ORDER BY s.listened_at, s.track_id, s.listen_id) AS shares, max(s.listened_at) AS last_at
        FROM since AS s
        GROUP BY s.listener_id
    ),
    artists AS (
        SELECT a.listener_id, array_agg(a.artist_id ORDER BY a.latest, a.artist_id) AS ids
        FROM (
            SELECT s.listener_id, s.artist_id, max(s.listened_at) AS latest
            FROM since AS s
            GROUP BY s.listener_id, s.artist_id
        ) AS a
        GROUP BY a.listener_id
    ),
    counts AS (
        SELECT s.listener_id, s.place, count(*)::integer AS n FROM since AS s GROUP BY s.listener_id, s.place
    ),
    genres AS (
        SELECT l.listener_id, array_agg(coalesce(c.n, 0) ORDER BY p.place) AS n
        FROM plays AS l CROSS JOIN generate_series(1, 16) AS p (place)
        LEFT JOIN counts AS c ON c.listener_id = l.listener_id AND c.place = p.place
        GROUP BY l.listener_id
    )
    SELECT (k.taste).*
    FROM known AS k
    WHERE k.listener_id NOT IN (SELECT l.listener_id FROM plays AS l)
    UNION ALL
    SELECT l.listener_id, f.track_ids, f.heard, f.listens, f.artist_ids, f.last_at
    FROM plays AS l
    INNER JOIN artists AS a ON l.listener_id = a.listener_id
    INNER JOIN genres AS g ON l.listener_id = g.listener_id
    LEFT JOIN known AS k ON l.listener_id = k.listener_id
    CROSS JOIN LATERAL mart.folded(k.taste, l.track_ids, l.shares, a.ids, g.n, l.last_at) AS f
$$;

CREATE FUNCTION app.weeks_of(who bigint[]) RETURNS TABLE(listener_id bigint, week date, listens integer[])
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    WITH counts AS MATERIALIZED (
        SELECT
            h.listener_id, date_trunc('week', h.listened_at AT TIME ZONE 'UTC')::date AS week,
            activity.genre_place(c.genre) AS place, count(*)::integer AS n
        FROM app.heard AS h INNER JOIN core.track AS c ON h.track_id = c.track_id
        WHERE NOT h.folded AND h.listener_id = ANY(who) AND activity.genre_place(c.genre) IS NOT NULL
        GROUP BY 1, 2, 3
    )
    SELECT
        coalesce(v.listener_id, since.listener_id), coalesce(v.week, since.week),
        CASE
            WHEN v.listens IS NULL THEN since.listens
            WHEN since.listens IS NULL THEN v.listens
            ELSE mart.added(v.listens, since.listens)
        END
    FROM (SELECT m.* FROM mart.variety AS m WHERE m.listener_id = ANY(who)) AS v
    FULL JOIN (
        SELECT w.listener_id, w.week, array_agg(coalesce(c.n, 0) ORDER BY p.place) AS listens
        FROM (SELECT DISTINCT d.listener_id, d.week FROM counts AS d) AS w
        CROSS JOIN generate_series(1, 16) AS p (place)
        LEFT JOIN counts AS c ON c.listener_id = w.listener_id AND c.week = w.week AND c.place = p.place
        GROUP BY w.listener_id, w.week
    ) AS since ON v.listener_id = since.listener_id AND v.week = since.week
$$;

CREATE FUNCTION core.clip_start_s(song_s real, clip_s real) RETURNS real
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN (abs((song_s - clip_s)) < (2)::double precision) THEN (0)::double precision WHEN ((song_s > (30)::double precision) AND ((clip_s >= (29)::double precision) AND (clip_s <= (31)::double precision))) THEN (floor((song_s / (2)::double precision)) - (15)::double precision) ELSE NULL::double precision END;

CREATE FUNCTION core.close_scaler() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    EXECUTE format('DROP TABLE core.%I', core.partition_of_scaler(OLD.version));
    RETURN NULL;
END
$$;

CREATE FUNCTION core.index_vectors(version text, large integer) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    leaf regclass;
    size bigint;
BEGIN
    FOR leaf IN
        SELECT t.relid
        FROM pg_partition_tree(format('core.%I', core.partition_of_scaler(version))::regclass) AS t
        WHERE t.isleaf
    LOOP
        EXECUTE format('SELECT count(*) FROM %s', leaf) INTO size;
        IF size >= large AND NOT EXISTS (
            SELECT
            FROM pg_index AS i INNER JOIN pg_class AS c ON i.indexrelid = c.oid INNER JOIN pg_am AS a ON c.relam = a.oid
            WHERE i.indrelid = leaf AND a.amname = 'hnsw')
        THEN
            EXECUTE format(
                'CREATE INDEX ON %s USING hnsw (vector vector_cosine_ops) WITH (m = 16, ef_construction = 128)', leaf);
        END IF;
        -- Without it the planner takes a genre for one row in 200 of its own partition, and passes over the index.
        EXECUTE format('ANALYZE %s (genre, scaler_version)', leaf);
    END LOOP;
END
$$;

CREATE FUNCTION core.next_revision() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    NEW.revision := nextval('core.revision');
    RETURN NEW;
END
$$;

CREATE FUNCTION core.open_scaler() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    part text := core.partition_of_scaler(NEW.version);
    leaf record;
BEGIN
    EXECUTE format('CREATE TABLE core.%I (LIKE core.track_vector INCLUDING ALL) PARTITION BY LIST (genre)', part);
    FOR leaf IN
        SELECT
            replace(c.relname, 'track_feature', part) AS name,
            pg_get_expr(c.relpartbound, c.oid) AS bound
        FROM pg_inherits AS i INNER JOIN pg_class AS c ON i.inhrelid = c.oid
        WHERE i.inhparent = 'core.track_feature'::regclass
    LOOP
        EXECUTE format('CREATE TABLE core.%I PARTITION OF core.%I %s', leaf.name, part, leaf.bound);
    END LOOP;
    -- Statistics of vectors help no plan, and a hundred samples of 988 bytes each slow every one.
    EXECUTE format('ALTER TABLE core.%I ALTER vector SET STATISTICS 0', part);
    -- Attached, not created as a partition: that would keep every search waiting until the job has ended.
    EXECUTE format('ALTER TABLE core.track_vector ATTACH PARTITION core.%I FOR VALUES IN (%L)', part, NEW.version);
    RETURN NULL;
END
$$;

CREATE FUNCTION core.partition_of_scaler(version text) RETURNS text
    LANGUAGE sql IMMUTABLE
    AS $$
SELECT 'track_vector_' || regexp_replace(version, '[^a-z0-9]+', '_', 'g')
$$;

CREATE FUNCTION mart.added(one integer[], other integer[]) RETURNS integer[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    SELECT array_agg(a + b ORDER BY n) FROM unnest(one, other) WITH ORDINALITY AS both_ (a, b, n)
$$;

CREATE FUNCTION mart.effective_genres(listens integer[]) RETURNS double precision
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (SELECT exp((- sum((((played.n)::double precision / (played.total)::double precision) * ln(((played.n)::double precision / (played.total)::double precision)))))) AS exp FROM (SELECT n.n, sum(n.n) OVER () AS total FROM unnest(effective_genres.listens) n(n) WHERE (n.n > 0)) played);

CREATE FUNCTION mart.folded(t mart.taste, track_ids integer[], shares real[], artists integer[], listens integer[], at timestamp with time zone) RETURNS mart.taste
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    AS $$
DECLARE
    known integer [] := coalesce(t.track_ids, '{}');
    fresh integer [] := '{}';
    heard real [] := coalesce(t.heard, '{}');
    place integer;
BEGIN
    FOR n IN 1 .. cardinality(track_ids) LOOP
        place := intarray.idx(known, track_ids[n]);
        IF place = 0 THEN
            place := cardinality(known) + array_position(fresh, track_ids[n]);
        END IF;
        IF place IS NULL THEN
            fresh := fresh || track_ids[n];
            heard := heard || shares[n];
        ELSIF heard[place] IS NULL THEN
            heard[place] := shares[n];
        ELSIF shares[n] IS NOT NULL THEN
            heard[place] := heard[place] + 0.3::double precision * (shares[n]::double precision - heard[place]);
        END IF;
    END LOOP;
    t.track_ids := known || fresh;
    t.heard := heard;
    t.listens := mart.added(coalesce(t.listens, array_fill(0, ARRAY[16])), listens);
    t.artist_ids := ARRAY(
        SELECT was.artist FROM unnest(t.artist_ids) WITH ORDINALITY AS was (artist, n)
        WHERE was.artist <> ALL(artists) ORDER BY was.n
    ) || artists;
    t.artist_ids := t.artist_ids[greatest(1, cardinality(t.artist_ids) - 59):];
    t.last_at := greatest(t.last_at, at);
    RETURN t;
END
$$;

CREATE PROCEDURE ops.guard(IN guarded regclass, IN seen_by text)
    LANGUAGE plpgsql
    AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', guarded);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', guarded);
    EXECUTE format('CREATE POLICY loader ON %s TO CURRENT_USER USING (TRUE) WITH CHECK (TRUE)', guarded);
    EXECUTE format('CREATE POLICY tenant ON %s FOR SELECT TO overtone_app USING (%s)', guarded, seen_by);
END
$$;

CREATE TABLE activity.friendship (
    listener_a bigint NOT NULL,
    listener_b bigint NOT NULL,
    since date NOT NULL,
    synthetic boolean NOT NULL,
    day date NOT NULL,
    CONSTRAINT friendship_check CHECK ((listener_a < listener_b))
);

ALTER TABLE ONLY activity.friendship FORCE ROW LEVEL SECURITY;

CREATE TABLE activity.influencer (
    influencer_id text NOT NULL,
    creator_id text,
    handle text NOT NULL,
    name text NOT NULL,
    country text,
    genre text NOT NULL,
    tier text NOT NULL,
    followers bigint NOT NULL,
    videos integer NOT NULL,
    median_plays bigint NOT NULL,
    median_likes bigint NOT NULL,
    median_comments bigint NOT NULL,
    median_shares bigint NOT NULL,
    genre_shares real[] NOT NULL,
    audience_countries text[] NOT NULL,
    audience_shares real[] NOT NULL,
    synthetic boolean NOT NULL,
    day date NOT NULL,
    CONSTRAINT influencer_check CHECK ((cardinality(audience_countries) = cardinality(audience_shares))),
    CONSTRAINT influencer_genre_shares_check CHECK ((cardinality(genre_shares) = 16))
);

CREATE TABLE activity.listener (
    listener_id bigint NOT NULL,
    name text NOT NULL,
    country text,
    taste real[],
    synthetic boolean NOT NULL,
    day date NOT NULL,
    joined date,
    sharing text,
    CONSTRAINT listener_sharing_check CHECK ((sharing = ANY (ARRAY['off'::text, 'sum'::text, 'name'::text]))),
    CONSTRAINT listener_taste_check CHECK ((cardinality(taste) = 16))
);

ALTER TABLE ONLY activity.listener FORCE ROW LEVEL SECURITY;

CREATE TABLE app.account (
    account_id bigint NOT NULL,
    login text NOT NULL,
    password_hash text,
    role text NOT NULL,
    artist_id integer,
    display_name text NOT NULL,
    demo boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    session_key uuid DEFAULT gen_random_uuid() NOT NULL,
    identity text,
    listener_id bigint,
    CONSTRAINT account_role_check CHECK ((role = ANY (ARRAY['artist'::text, 'listener'::text, 'operator'::text])))
);

ALTER TABLE app.account ALTER COLUMN account_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME app.account_account_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE UNLOGGED TABLE app.attempt (
    key bytea NOT NULL,
    attempts integer NOT NULL,
    ends_at timestamp with time zone NOT NULL
);

CREATE TABLE app.block (
    blocker bigint NOT NULL,
    blocked bigint NOT NULL,
    since timestamp with time zone DEFAULT now() NOT NULL,
    name text,
    country text,
    CONSTRAINT block_check CHECK ((blocker <> blocked))
);

ALTER TABLE ONLY app.block FORCE ROW LEVEL SECURITY;

CREATE TABLE app.consent (
    account_id bigint NOT NULL,
    what text NOT NULL,
    given_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT consent_what_check CHECK ((what = 'tiktok'::text))
);

ALTER TABLE ONLY app.consent FORCE ROW LEVEL SECURITY;

CREATE TABLE app.friendship (
    listener_a bigint NOT NULL,
    listener_b bigint NOT NULL,
    state text NOT NULL,
    asked_by bigint NOT NULL,
    since timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT friendship_check CHECK ((listener_a < listener_b)),
    CONSTRAINT friendship_check1 CHECK (((asked_by = listener_a) OR (asked_by = listener_b))),
    CONSTRAINT friendship_state_check CHECK ((state = ANY (ARRAY['asked'::text, 'declined'::text, 'refused'::text, 'friends'::text, 'ended'::text])))
);

ALTER TABLE ONLY app.friendship FORCE ROW LEVEL SECURITY;

CREATE TABLE app.genre_never (
    listener_id bigint NOT NULL,
    genre text NOT NULL
);

ALTER TABLE ONLY app.genre_never FORCE ROW LEVEL SECURITY;

CREATE TABLE app.heard (
    listener_id bigint NOT NULL,
    listen_id text NOT NULL,
    listened_at timestamp with time zone NOT NULL,
    track_id integer NOT NULL,
    heard_pct smallint NOT NULL,
    booked date,
    folded boolean DEFAULT false NOT NULL,
    CONSTRAINT heard_heard_pct_check CHECK (((heard_pct >= 0) AND (heard_pct <= 100)))
);

ALTER TABLE ONLY app.heard FORCE ROW LEVEL SECURITY;

CREATE TABLE app.listener (
    listener_id bigint NOT NULL,
    sharing text,
    private_until timestamp with time zone,
    private_spans tstzmultirange DEFAULT '{}'::tstzmultirange NOT NULL,
    heard_until timestamp with time zone,
    CONSTRAINT listener_sharing_check CHECK ((sharing = ANY (ARRAY['off'::text, 'sum'::text, 'name'::text])))
);

ALTER TABLE ONLY app.listener FORCE ROW LEVEL SECURITY;

CREATE TABLE app.night (
    day date NOT NULL,
    wanted_at timestamp with time zone DEFAULT now() NOT NULL,
    wanted_by text,
    begun_at timestamp with time zone,
    ended_at timestamp with time zone,
    failed text[] DEFAULT '{}'::text[] NOT NULL
);

CREATE TABLE app.saved_result (
    saved_id text NOT NULL,
    account_id bigint NOT NULL,
    name text NOT NULL,
    search text NOT NULL,
    upload_id text,
    saved_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT saved_result_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 120))),
    CONSTRAINT saved_result_search_check CHECK ((char_length(search) <= 2000))
);

ALTER TABLE ONLY app.saved_result FORCE ROW LEVEL SECURITY;

CREATE TABLE app.session (
    session_id bytea NOT NULL,
    account_id bigint NOT NULL,
    session_key uuid NOT NULL,
    ends_at timestamp with time zone NOT NULL
);

CREATE TABLE app.shortlist (
    account_id bigint NOT NULL,
    influencer_id text NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    added_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT shortlist_note_check CHECK ((char_length(note) <= 500))
);

ALTER TABLE ONLY app.shortlist FORCE ROW LEVEL SECURITY;

CREATE TABLE app.song_said (
    listener_id bigint NOT NULL,
    track_id integer NOT NULL,
    said text NOT NULL,
    said_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT song_said_said_check CHECK ((said = ANY (ARRAY['up'::text, 'down'::text, 'skip'::text])))
);

ALTER TABLE ONLY app.song_said FORCE ROW LEVEL SECURITY;

CREATE TABLE app.stand_in (
    listener_id bigint NOT NULL,
    track_ids integer[] NOT NULL,
    stand_ins integer[] NOT NULL,
    CONSTRAINT stand_in_check CHECK ((cardinality(track_ids) = cardinality(stand_ins)))
);

CREATE TABLE app.upload (
    upload_id text NOT NULL,
    account_id bigint NOT NULL,
    name text NOT NULL,
    features real[] NOT NULL,
    duration_s real NOT NULL,
    waveform real[] NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    frames bytea,
    kept_at timestamp with time zone,
    part real[]
);
ALTER TABLE ONLY app.upload ALTER COLUMN frames SET STORAGE EXTERNAL;

ALTER TABLE ONLY app.upload FORCE ROW LEVEL SECURITY;

CREATE TABLE app.upload_attempt (
    upload_id text NOT NULL,
    account_id bigint NOT NULL,
    began_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    ended_at timestamp with time zone,
    cancelled boolean DEFAULT false NOT NULL
);

ALTER TABLE ONLY app.upload_attempt FORCE ROW LEVEL SECURITY;

CREATE TABLE app.weekly_list (
    listener_id bigint NOT NULL,
    week date NOT NULL,
    track_ids integer[] NOT NULL,
    kept_at timestamp with time zone
);

ALTER TABLE ONLY app.weekly_list FORCE ROW LEVEL SECURITY;

CREATE TABLE app.wrong_match (
    account_id bigint NOT NULL,
    track_id integer NOT NULL,
    sound_id text NOT NULL,
    probability real NOT NULL,
    said_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY app.wrong_match FORCE ROW LEVEL SECURITY;

CREATE TABLE core.artist (
    artist_id integer NOT NULL,
    name text NOT NULL,
    location text,
    website text,
    day date NOT NULL,
    synthetic boolean DEFAULT false NOT NULL
);

CREATE TABLE core.clip (
    track_id integer NOT NULL,
    clip_id text NOT NULL,
    path text NOT NULL,
    member text,
    member_at bigint NOT NULL,
    packing integer NOT NULL,
    bytes bigint NOT NULL,
    format text NOT NULL,
    duration_s real NOT NULL,
    peaks real[] NOT NULL,
    day date NOT NULL
);

CREATE TABLE core.creator (
    creator_id text NOT NULL,
    handle text NOT NULL,
    name text NOT NULL,
    verified boolean,
    followers bigint,
    likes bigint,
    first_day date NOT NULL,
    day date NOT NULL,
    synthetic boolean DEFAULT false NOT NULL
);

CREATE TABLE core.genre (
    genre_id integer NOT NULL,
    title text NOT NULL,
    parent_id integer,
    top_genre_id integer NOT NULL,
    top_genre text NOT NULL,
    day date NOT NULL
);

CREATE SEQUENCE core.revision
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE core.scaler (
    version text NOT NULL,
    model bytea NOT NULL,
    tracks integer NOT NULL,
    fitted_on text NOT NULL,
    current boolean NOT NULL
);

CREATE TABLE core.sound (
    sound_id text NOT NULL,
    letter text NOT NULL,
    title text NOT NULL,
    artist_name text NOT NULL,
    play_url text,
    covers text[] NOT NULL,
    original boolean,
    first_day date NOT NULL,
    day date NOT NULL,
    revision bigint DEFAULT nextval('core.revision'::regclass) NOT NULL,
    synthetic boolean DEFAULT false NOT NULL
)
PARTITION BY LIST (letter);

CREATE TABLE core.track (
    track_id integer NOT NULL,
    title text NOT NULL,
    artist_id integer NOT NULL,
    artist_name text NOT NULL,
    album_title text,
    genre text,
    genre_ids integer[] NOT NULL,
    duration_s real,
    listens bigint,
    license text,
    subset text,
    created_at timestamp with time zone,
    day date NOT NULL,
    revision bigint DEFAULT nextval('core.revision'::regclass) NOT NULL,
    synthetic boolean DEFAULT false NOT NULL
);

CREATE TABLE core.track_feature (
    track_id integer NOT NULL,
    genre text NOT NULL,
    clip_id text NOT NULL,
    features real[] NOT NULL,
    duration_s real NOT NULL,
    rate_hz integer NOT NULL,
    silent boolean NOT NULL,
    extractor text NOT NULL,
    day date NOT NULL,
    CONSTRAINT track_feature_features_check CHECK ((cardinality(features) = 245))
)
PARTITION BY LIST (genre);

CREATE TABLE core.track_match (
    fma_track_id integer NOT NULL,
    tiktok_track_id text NOT NULL,
    title_score real,
    artist_score real,
    total_score real NOT NULL,
    probability real NOT NULL,
    vocabulary text NOT NULL,
    day date NOT NULL
);

CREATE TABLE core.track_vector (
    track_id integer NOT NULL,
    genre text NOT NULL,
    scaler_version text NOT NULL,
    vector public.vector(245) NOT NULL,
    clip_id text NOT NULL,
    day date NOT NULL
)
PARTITION BY LIST (scaler_version);

CREATE TABLE core.video (
    video_id text NOT NULL,
    sound_id text NOT NULL,
    creator_id text NOT NULL,
    url text,
    caption text NOT NULL,
    covers text[] NOT NULL,
    duration_s real,
    plays bigint,
    likes bigint,
    shares bigint,
    comments bigint,
    created_at timestamp with time zone NOT NULL,
    first_day date NOT NULL,
    day date NOT NULL,
    synthetic boolean DEFAULT false NOT NULL
);

CREATE TABLE mart.audience (
    week date NOT NULL,
    artist_id integer NOT NULL,
    track_id integer NOT NULL,
    listens integer NOT NULL,
    listeners integer NOT NULL,
    heard_10 integer NOT NULL,
    heard_20 integer NOT NULL,
    heard_30 integer NOT NULL,
    heard_40 integer NOT NULL,
    heard_50 integer NOT NULL,
    heard_60 integer NOT NULL,
    heard_70 integer NOT NULL,
    heard_80 integer NOT NULL,
    heard_90 integer NOT NULL,
    finished integer NOT NULL,
    heard_s bigint NOT NULL,
    span smallint NOT NULL,
    synthetic boolean NOT NULL,
    seen bytea NOT NULL,
    seen_half bytea NOT NULL,
    seen_finished bytea NOT NULL,
    measured integer NOT NULL
);

ALTER TABLE ONLY mart.audience FORCE ROW LEVEL SECURITY;

CREATE TABLE mart.audience_day (
    artist_id integer NOT NULL,
    track_id integer NOT NULL,
    day date NOT NULL,
    listens integer NOT NULL,
    listeners integer NOT NULL
);

ALTER TABLE ONLY mart.audience_day FORCE ROW LEVEL SECURITY;

CREATE TABLE mart.genre_curve (
    genre text NOT NULL,
    artists integer NOT NULL,
    tracks integer NOT NULL,
    listens bigint NOT NULL,
    heard real[] NOT NULL,
    through date NOT NULL,
    CONSTRAINT genre_curve_heard_check CHECK ((cardinality(heard) = 10))
);

CREATE TABLE mart.interest (
    artist_id integer NOT NULL,
    kind text NOT NULL,
    item text NOT NULL,
    lift real NOT NULL,
    low real NOT NULL,
    high real NOT NULL,
    through date NOT NULL,
    share real NOT NULL,
    of_all real NOT NULL,
    CONSTRAINT interest_kind_check CHECK ((kind = ANY (ARRAY['genre'::text, 'track'::text])))
);

ALTER TABLE ONLY mart.interest FORCE ROW LEVEL SECURITY;

CREATE TABLE mart.people (
    artist_id integer NOT NULL,
    track_id integer NOT NULL,
    span smallint NOT NULL,
    week date NOT NULL,
    country text NOT NULL,
    people integer NOT NULL,
    heard integer[] NOT NULL,
    CONSTRAINT people_heard_check CHECK ((cardinality(heard) = 12))
);

ALTER TABLE ONLY mart.people FORCE ROW LEVEL SECURITY;

CREATE TABLE mart.recommender (
    version text NOT NULL,
    day date NOT NULL,
    listeners integer NOT NULL,
    artists integer NOT NULL,
    model bytea NOT NULL
);

CREATE TABLE mart.variety (
    listener_id bigint NOT NULL,
    week date NOT NULL,
    listens integer[] NOT NULL,
    CONSTRAINT variety_listens_check CHECK ((cardinality(listens) = 16))
);

ALTER TABLE ONLY mart.variety FORCE ROW LEVEL SECURITY;

CREATE TABLE ops.audience_due (
    day date NOT NULL,
    artist_id integer NOT NULL,
    day_is_built boolean DEFAULT false NOT NULL
);

CREATE TABLE ops.built_of (
    method text NOT NULL,
    part text NOT NULL,
    rows bigint NOT NULL,
    content text NOT NULL
);

CREATE TABLE ops."check" (
    checked_at timestamp with time zone NOT NULL,
    clip_id text NOT NULL,
    track_id integer NOT NULL,
    day date NOT NULL,
    extractor text NOT NULL,
    deviation double precision NOT NULL,
    number text NOT NULL,
    withheld boolean NOT NULL
);

CREATE TABLE ops.counted_as (
    track_id integer NOT NULL,
    artist_id integer NOT NULL,
    genre smallint NOT NULL
);

CREATE TABLE ops.lake (
    name text NOT NULL,
    part text NOT NULL,
    folder text NOT NULL,
    rows bigint NOT NULL,
    synthetic bigint NOT NULL,
    content text NOT NULL
);

CREATE TABLE ops.lake_gone (
    folder text NOT NULL
);

CREATE TABLE ops.listens_loaded (
    source text NOT NULL,
    parser text NOT NULL,
    catalogue bigint NOT NULL,
    day date NOT NULL
);

CREATE TABLE ops.load (
    run_id bigint NOT NULL,
    job text NOT NULL,
    day date NOT NULL,
    table_name text NOT NULL,
    rows_in bigint NOT NULL,
    inserted bigint NOT NULL,
    updated bigint NOT NULL,
    unchanged bigint NOT NULL,
    quarantined bigint NOT NULL,
    started_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT books_balance CHECK ((rows_in = (((inserted + updated) + unchanged) + quarantined)))
);

ALTER TABLE ops.load ALTER COLUMN run_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME ops.load_run_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE ops.matched (
    only_row boolean DEFAULT true NOT NULL,
    vocabulary text NOT NULL,
    tracks integer NOT NULL,
    track_revision bigint NOT NULL,
    sound_revision bigint NOT NULL,
    CONSTRAINT matched_only_row_check CHECK (only_row)
);

CREATE TABLE ops.migration (
    name text NOT NULL,
    sha256 text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE ops.people_key (
    fingerprint text NOT NULL,
    only_row boolean DEFAULT true NOT NULL,
    CONSTRAINT people_key_only_row_check CHECK (only_row)
);

CREATE TABLE ops.quarantine (
    quarantine_id bigint NOT NULL,
    job text NOT NULL,
    day date NOT NULL,
    source text NOT NULL,
    "position" bigint NOT NULL,
    reason text NOT NULL,
    detail text NOT NULL,
    raw bytea,
    first_seen timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ops.quarantine ALTER COLUMN quarantine_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME ops.quarantine_quarantine_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE ops.seal (
    only_row boolean DEFAULT true NOT NULL,
    key bytea NOT NULL,
    CONSTRAINT seal_only_row_check CHECK (only_row)
);

CREATE TABLE ops.watermark (
    table_name text NOT NULL,
    through date NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY activity.friendship
    ADD CONSTRAINT friendship_pkey PRIMARY KEY (listener_a, listener_b);

ALTER TABLE ONLY activity.influencer
    ADD CONSTRAINT influencer_pkey PRIMARY KEY (influencer_id);

ALTER TABLE ONLY activity.listener
    ADD CONSTRAINT listener_pkey PRIMARY KEY (listener_id);

ALTER TABLE ONLY app.account
    ADD CONSTRAINT account_identity_key UNIQUE (identity);

ALTER TABLE ONLY app.account
    ADD CONSTRAINT account_login_key UNIQUE (login);

ALTER TABLE ONLY app.account
    ADD CONSTRAINT account_pkey PRIMARY KEY (account_id);

ALTER TABLE ONLY app.attempt
    ADD CONSTRAINT attempt_pkey PRIMARY KEY (key);

ALTER TABLE ONLY app.block
    ADD CONSTRAINT block_pkey PRIMARY KEY (blocker, blocked);

ALTER TABLE ONLY app.consent
    ADD CONSTRAINT consent_pkey PRIMARY KEY (account_id, what);

ALTER TABLE ONLY app.friendship
    ADD CONSTRAINT friendship_pkey PRIMARY KEY (listener_a, listener_b);

ALTER TABLE ONLY app.genre_never
    ADD CONSTRAINT genre_never_pkey PRIMARY KEY (listener_id, genre);

ALTER TABLE ONLY app.heard
    ADD CONSTRAINT heard_pkey PRIMARY KEY (listener_id, listen_id);

ALTER TABLE ONLY app.listener
    ADD CONSTRAINT listener_pkey PRIMARY KEY (listener_id);

ALTER TABLE ONLY app.night
    ADD CONSTRAINT night_pkey PRIMARY KEY (day);

ALTER TABLE ONLY app.saved_result
    ADD CONSTRAINT saved_result_pkey PRIMARY KEY (saved_id);

ALTER TABLE ONLY app.session
    ADD CONSTRAINT session_pkey PRIMARY KEY (session_id);

ALTER TABLE ONLY app.shortlist
    ADD CONSTRAINT shortlist_pkey PRIMARY KEY (account_id, influencer_id);

ALTER TABLE ONLY app.song_said
    ADD CONSTRAINT song_said_pkey PRIMARY KEY (listener_id, track_id);

ALTER TABLE ONLY app.stand_in
    ADD CONSTRAINT stand_in_pkey PRIMARY KEY (listener_id);

ALTER TABLE ONLY app.upload_attempt
    ADD CONSTRAINT upload_attempt_pkey PRIMARY KEY (upload_id);

ALTER TABLE ONLY app.upload
    ADD CONSTRAINT upload_pkey PRIMARY KEY (upload_id);

ALTER TABLE ONLY app.weekly_list
    ADD CONSTRAINT weekly_list_pkey PRIMARY KEY (listener_id, week);

ALTER TABLE ONLY app.wrong_match
    ADD CONSTRAINT wrong_match_pkey PRIMARY KEY (account_id, track_id, sound_id);

ALTER TABLE ONLY core.artist
    ADD CONSTRAINT artist_pkey PRIMARY KEY (artist_id);

ALTER TABLE ONLY core.clip
    ADD CONSTRAINT clip_pkey PRIMARY KEY (track_id);

ALTER TABLE ONLY core.creator
    ADD CONSTRAINT creator_pkey PRIMARY KEY (creator_id);

ALTER TABLE ONLY core.genre
    ADD CONSTRAINT genre_pkey PRIMARY KEY (genre_id);

ALTER TABLE ONLY core.scaler
    ADD CONSTRAINT scaler_pkey PRIMARY KEY (version);

ALTER TABLE ONLY core.sound
    ADD CONSTRAINT sound_pkey PRIMARY KEY (sound_id, letter);

ALTER TABLE ONLY core.track_feature
    ADD CONSTRAINT track_feature_pkey PRIMARY KEY (track_id, genre);

ALTER TABLE ONLY core.track_match
    ADD CONSTRAINT track_match_pkey PRIMARY KEY (fma_track_id);

ALTER TABLE ONLY core.track
    ADD CONSTRAINT track_pkey PRIMARY KEY (track_id);

ALTER TABLE ONLY core.track_vector
    ADD CONSTRAINT track_vector_pkey PRIMARY KEY (track_id, genre, scaler_version);

ALTER TABLE ONLY core.video
    ADD CONSTRAINT video_pkey PRIMARY KEY (video_id);

ALTER TABLE ONLY mart.audience_day
    ADD CONSTRAINT audience_day_pkey PRIMARY KEY (artist_id, track_id, day);

ALTER TABLE ONLY mart.audience
    ADD CONSTRAINT audience_pkey PRIMARY KEY (artist_id, track_id, span, week);

ALTER TABLE ONLY mart.genre_curve
    ADD CONSTRAINT genre_curve_pkey PRIMARY KEY (genre);

ALTER TABLE ONLY mart.interest
    ADD CONSTRAINT interest_pkey PRIMARY KEY (artist_id, kind, item);

ALTER TABLE ONLY mart.people
    ADD CONSTRAINT people_pkey PRIMARY KEY (artist_id, track_id, span, week, country);

ALTER TABLE ONLY mart.recommender
    ADD CONSTRAINT recommender_pkey PRIMARY KEY (version);

ALTER TABLE ONLY mart.taste
    ADD CONSTRAINT taste_pkey PRIMARY KEY (listener_id);

ALTER TABLE ONLY mart.variety
    ADD CONSTRAINT variety_pkey PRIMARY KEY (listener_id, week);

ALTER TABLE ONLY ops.audience_due
    ADD CONSTRAINT audience_due_pkey PRIMARY KEY (day, artist_id);

ALTER TABLE ONLY ops.built_of
    ADD CONSTRAINT built_of_pkey PRIMARY KEY (method, part);

ALTER TABLE ONLY ops."check"
    ADD CONSTRAINT check_pkey PRIMARY KEY (checked_at, clip_id);

ALTER TABLE ONLY ops.counted_as
    ADD CONSTRAINT counted_as_pkey PRIMARY KEY (track_id);

ALTER TABLE ONLY ops.lake_gone
    ADD CONSTRAINT lake_gone_pkey PRIMARY KEY (folder);

ALTER TABLE ONLY ops.lake
    ADD CONSTRAINT lake_pkey PRIMARY KEY (name, part);

ALTER TABLE ONLY ops.listens_loaded
    ADD CONSTRAINT listens_loaded_pkey PRIMARY KEY (source);

ALTER TABLE ONLY ops.load
    ADD CONSTRAINT load_pkey PRIMARY KEY (run_id);

ALTER TABLE ONLY ops.matched
    ADD CONSTRAINT matched_pkey PRIMARY KEY (only_row);

ALTER TABLE ONLY ops.migration
    ADD CONSTRAINT migration_pkey PRIMARY KEY (name);

ALTER TABLE ONLY ops.people_key
    ADD CONSTRAINT people_key_pkey PRIMARY KEY (only_row);

ALTER TABLE ONLY ops.quarantine
    ADD CONSTRAINT quarantine_job_source_position_key UNIQUE (job, source, "position");

ALTER TABLE ONLY ops.quarantine
    ADD CONSTRAINT quarantine_pkey PRIMARY KEY (quarantine_id);

ALTER TABLE ONLY ops.seal
    ADD CONSTRAINT seal_pkey PRIMARY KEY (only_row);

ALTER TABLE ONLY ops.watermark
    ADD CONSTRAINT watermark_pkey PRIMARY KEY (table_name);

CREATE INDEX friendship_by_second ON activity.friendship USING btree (listener_b, listener_a);

CREATE INDEX influencer_by_genre ON activity.influencer USING btree (genre, followers DESC);

CREATE INDEX listener_by_name ON activity.listener USING gin (name public.gin_trgm_ops);

CREATE INDEX app_friendship_by_second ON app.friendship USING btree (listener_b, listener_a);

CREATE INDEX block_by_blocked ON app.block USING btree (blocked, blocker);

CREATE INDEX heard_by_time ON app.heard USING btree (listened_at);

CREATE INDEX heard_not_booked ON app.heard USING btree (listened_at) WHERE (booked IS NULL);

CREATE INDEX heard_not_folded ON app.heard USING btree (listener_id) WHERE (NOT folded);

CREATE INDEX saved_result_by_account ON app.saved_result USING btree (account_id, saved_at DESC);

CREATE INDEX session_by_end ON app.session USING btree (ends_at);

CREATE INDEX upload_attempt_by_account ON app.upload_attempt USING btree (account_id, began_at);

CREATE INDEX upload_created_at ON app.upload USING btree (created_at);

CREATE UNIQUE INDEX one_current_scaler ON core.scaler USING btree (current) WHERE current;

CREATE INDEX sound_by_revision ON ONLY core.sound USING btree (revision);

CREATE INDEX track_by_artist ON core.track USING btree (artist_id);

CREATE INDEX track_by_revision ON core.track USING btree (revision);

CREATE INDEX track_match_by_sound ON core.track_match USING btree (tiktok_track_id);

CREATE INDEX video_by_creator ON core.video USING btree (creator_id);

CREATE INDEX video_by_sound ON core.video USING btree (sound_id, plays DESC NULLS LAST);

CREATE INDEX audience_synthetic ON mart.audience USING btree (artist_id) WHERE synthetic;

CREATE INDEX variety_by_week ON mart.variety USING btree (week);

CREATE INDEX load_by_job_day ON ops.load USING btree (job, day, run_id DESC);

CREATE TRIGGER closed AFTER DELETE ON core.scaler FOR EACH ROW EXECUTE FUNCTION core.close_scaler();

CREATE TRIGGER opened AFTER INSERT ON core.scaler FOR EACH ROW EXECUTE FUNCTION core.open_scaler();

CREATE TRIGGER sound_renamed BEFORE UPDATE ON core.sound FOR EACH ROW WHEN (((old.title IS DISTINCT FROM new.title) OR (old.artist_name IS DISTINCT FROM new.artist_name))) EXECUTE FUNCTION core.next_revision();

CREATE TRIGGER track_renamed BEFORE UPDATE ON core.track FOR EACH ROW WHEN (((old.title IS DISTINCT FROM new.title) OR (old.artist_name IS DISTINCT FROM new.artist_name))) EXECUTE FUNCTION core.next_revision();

ALTER TABLE ONLY app.consent
    ADD CONSTRAINT consent_account_id_fkey FOREIGN KEY (account_id) REFERENCES app.account(account_id) ON DELETE CASCADE;

ALTER TABLE ONLY app.saved_result
    ADD CONSTRAINT saved_result_account_id_fkey FOREIGN KEY (account_id) REFERENCES app.account(account_id) ON DELETE CASCADE;

ALTER TABLE ONLY app.saved_result
    ADD CONSTRAINT saved_result_upload_id_fkey FOREIGN KEY (upload_id) REFERENCES app.upload(upload_id) ON DELETE CASCADE;

ALTER TABLE ONLY app.session
    ADD CONSTRAINT session_account_id_fkey FOREIGN KEY (account_id) REFERENCES app.account(account_id) ON DELETE CASCADE;

ALTER TABLE ONLY app.shortlist
    ADD CONSTRAINT shortlist_account_id_fkey FOREIGN KEY (account_id) REFERENCES app.account(account_id) ON DELETE CASCADE;

ALTER TABLE ONLY app.upload
    ADD CONSTRAINT upload_account_id_fkey FOREIGN KEY (account_id) REFERENCES app.account(account_id) ON DELETE CASCADE;

ALTER TABLE ONLY app.upload_attempt
    ADD CONSTRAINT upload_attempt_account_id_fkey FOREIGN KEY (account_id) REFERENCES app.account(account_id) ON DELETE CASCADE;

ALTER TABLE ONLY app.wrong_match
    ADD CONSTRAINT wrong_match_account_id_fkey FOREIGN KEY (account_id) REFERENCES app.account(account_id) ON DELETE CASCADE;

ALTER TABLE activity.friendship ENABLE ROW LEVEL SECURITY;

ALTER TABLE activity.listener ENABLE ROW LEVEL SECURITY;

CREATE POLICY loader ON activity.friendship TO overtone USING (true) WITH CHECK (true);

CREATE POLICY loader ON activity.listener TO overtone USING (true) WITH CHECK (true);

CREATE POLICY tenant ON activity.friendship FOR SELECT TO overtone_app USING ((((listener_a = ( SELECT app.me() AS me)) AND (listener_b IN ( SELECT f.friend
   FROM app.my_friends() f(friend, since, sharing)))) OR ((listener_b = ( SELECT app.me() AS me)) AND (listener_a IN ( SELECT f.friend
   FROM app.my_friends() f(friend, since, sharing))))));

CREATE POLICY tenant ON activity.listener FOR SELECT TO overtone_app USING (((listener_id = ( SELECT app.me() AS me)) OR (listener_id IN ( SELECT app.known_to_me() AS known_to_me))));

ALTER TABLE app.block ENABLE ROW LEVEL SECURITY;

ALTER TABLE app.consent ENABLE ROW LEVEL SECURITY;

ALTER TABLE app.friendship ENABLE ROW LEVEL SECURITY;

ALTER TABLE app.genre_never ENABLE ROW LEVEL SECURITY;

ALTER TABLE app.heard ENABLE ROW LEVEL SECURITY;

ALTER TABLE app.listener ENABLE ROW LEVEL SECURITY;

CREATE POLICY loader ON app.block TO overtone USING (true) WITH CHECK (true);

CREATE POLICY loader ON app.consent TO overtone USING (true) WITH CHECK (true);

CREATE POLICY loader ON app.friendship TO overtone USING (true) WITH CHECK (true);

CREATE POLICY loader ON app.genre_never TO overtone USING (true) WITH CHECK (true);

CREATE POLICY loader ON app.heard TO overtone USING (true) WITH CHECK (true);

CREATE POLICY loader ON app.listener TO overtone USING (true) WITH CHECK (true);

CREATE POLICY loader ON app.saved_result TO overtone USING (true) WITH CHECK (true);

CREATE POLICY loader ON app.shortlist TO overtone USING (true) WITH CHECK (true);

CREATE POLICY loader ON app.song_said TO overtone USING (true) WITH CHECK (true);

CREATE POLICY loader ON app.upload TO overtone USING (true) WITH CHECK (true);

CREATE POLICY loader ON app.upload_attempt TO overtone USING (true) WITH CHECK (true);

CREATE POLICY loader ON app.weekly_list TO overtone USING (true) WITH CHECK (true);

CREATE POLICY loader ON app.wrong_match TO overtone USING (true) WITH CHECK (true);

CREATE POLICY own_gone ON app.genre_never FOR DELETE TO overtone_app USING ((listener_id = ( SELECT app.me() AS me)));

CREATE POLICY own_gone ON app.listener FOR DELETE TO overtone_app USING ((listener_id = ( SELECT app.me() AS me)));

CREATE POLICY own_gone ON app.song_said FOR DELETE TO overtone_app USING ((listener_id = ( SELECT app.me() AS me)));

CREATE POLICY own_gone ON app.weekly_list FOR DELETE TO overtone_app USING ((listener_id = ( SELECT app.me() AS me)));

CREATE POLICY own_new ON app.genre_never FOR INSERT TO overtone_app WITH CHECK ((listener_id = ( SELECT app.me() AS me)));

CREATE POLICY own_new ON app.listener FOR INSERT TO overtone_app WITH CHECK ((listener_id = ( SELECT app.me() AS me)));

CREATE POLICY own_new ON app.song_said FOR INSERT TO overtone_app WITH CHECK ((listener_id = ( SELECT app.me() AS me)));

CREATE POLICY own_new ON app.weekly_list FOR INSERT TO overtone_app WITH CHECK ((listener_id = ( SELECT app.me() AS me)));

CREATE POLICY own_other ON app.genre_never FOR UPDATE TO overtone_app USING ((listener_id = ( SELECT app.me() AS me))) WITH CHECK ((listener_id = ( SELECT app.me() AS me)));

CREATE POLICY own_other ON app.listener FOR UPDATE TO overtone_app USING ((listener_id = ( SELECT app.me() AS me))) WITH CHECK ((listener_id = ( SELECT app.me() AS me)));

CREATE POLICY own_other ON app.song_said FOR UPDATE TO overtone_app USING ((listener_id = ( SELECT app.me() AS me))) WITH CHECK ((listener_id = ( SELECT app.me() AS me)));

CREATE POLICY own_other ON app.weekly_list FOR UPDATE TO overtone_app USING ((listener_id = ( SELECT app.me() AS me))) WITH CHECK ((listener_id = ( SELECT app.me() AS me)));

ALTER TABLE app.saved_result ENABLE ROW LEVEL SECURITY;

ALTER TABLE app.shortlist ENABLE ROW LEVEL SECURITY;

ALTER TABLE app.song_said ENABLE ROW LEVEL SECURITY;

CREATE POLICY tenant ON app.block FOR SELECT TO overtone_app USING ((blocker = ( SELECT app.me() AS me)));

CREATE POLICY tenant ON app.consent FOR SELECT TO overtone_app USING ((account_id = ( SELECT app.my_account() AS my_account)));

CREATE POLICY tenant ON app.friendship FOR SELECT TO overtone_app USING (false);

CREATE POLICY tenant ON app.genre_never FOR SELECT TO overtone_app USING ((listener_id = ( SELECT app.me() AS me)));

CREATE POLICY tenant ON app.heard FOR SELECT TO overtone_app USING ((listener_id = ( SELECT app.me() AS me)));

CREATE POLICY tenant ON app.listener FOR SELECT TO overtone_app USING ((listener_id = ( SELECT app.me() AS me)));

CREATE POLICY tenant ON app.saved_result FOR SELECT TO overtone_app USING ((account_id = ( SELECT app.my_account() AS my_account)));

CREATE POLICY tenant ON app.shortlist FOR SELECT TO overtone_app USING ((account_id = ( SELECT app.my_account() AS my_account)));

CREATE POLICY tenant ON app.song_said FOR SELECT TO overtone_app USING ((listener_id = ( SELECT app.me() AS me)));

CREATE POLICY tenant ON app.upload FOR SELECT TO overtone_app USING ((account_id = ( SELECT app.my_account() AS my_account)));

CREATE POLICY tenant ON app.upload_attempt FOR SELECT TO overtone_app USING ((account_id = ( SELECT app.my_account() AS my_account)));

CREATE POLICY tenant ON app.weekly_list FOR SELECT TO overtone_app USING ((listener_id = ( SELECT app.me() AS me)));

CREATE POLICY tenant ON app.wrong_match FOR SELECT TO overtone_app USING ((account_id = ( SELECT app.my_account() AS my_account)));

CREATE POLICY tenant_adds ON app.shortlist FOR INSERT TO overtone_app WITH CHECK ((account_id = ( SELECT app.my_account() AS my_account)));

CREATE POLICY tenant_changes ON app.shortlist FOR UPDATE TO overtone_app USING ((account_id = ( SELECT app.my_account() AS my_account))) WITH CHECK ((account_id = ( SELECT app.my_account() AS my_account)));

CREATE POLICY tenant_removes ON app.shortlist FOR DELETE TO overtone_app USING ((account_id = ( SELECT app.my_account() AS my_account)));

CREATE POLICY tenant_writes ON app.consent TO overtone_app USING ((account_id = ( SELECT app.my_account() AS my_account)));

CREATE POLICY tenant_writes ON app.saved_result TO overtone_app USING ((account_id = ( SELECT app.my_account() AS my_account)));

CREATE POLICY tenant_writes ON app.upload TO overtone_app USING ((account_id = ( SELECT app.my_account() AS my_account)));

CREATE POLICY tenant_writes ON app.upload_attempt TO overtone_app USING ((account_id = ( SELECT app.my_account() AS my_account)));

CREATE POLICY tenant_writes ON app.wrong_match TO overtone_app USING ((account_id = ( SELECT app.my_account() AS my_account)));

ALTER TABLE app.upload ENABLE ROW LEVEL SECURITY;

ALTER TABLE app.upload_attempt ENABLE ROW LEVEL SECURITY;

ALTER TABLE app.weekly_list ENABLE ROW LEVEL SECURITY;

ALTER TABLE app.wrong_match ENABLE ROW LEVEL SECURITY;

ALTER TABLE mart.audience ENABLE ROW LEVEL SECURITY;

ALTER TABLE mart.audience_day ENABLE ROW LEVEL SECURITY;

ALTER TABLE mart.interest ENABLE ROW LEVEL SECURITY;

CREATE POLICY loader ON mart.audience TO overtone USING (true) WITH CHECK (true);

CREATE POLICY loader ON mart.audience_day TO overtone USING (true) WITH CHECK (true);

CREATE POLICY loader ON mart.interest TO overtone USING (true) WITH CHECK (true);

CREATE POLICY loader ON mart.people TO overtone USING (true) WITH CHECK (true);

CREATE POLICY loader ON mart.taste TO overtone USING (true) WITH CHECK (true);

CREATE POLICY loader ON mart.variety TO overtone USING (true) WITH CHECK (true);

ALTER TABLE mart.people ENABLE ROW LEVEL SECURITY;

ALTER TABLE mart.taste ENABLE ROW LEVEL SECURITY;

CREATE POLICY tenant ON mart.audience FOR SELECT TO overtone_app USING ((artist_id = ( SELECT app.my_artist() AS my_artist)));

CREATE POLICY tenant ON mart.audience_day FOR SELECT TO overtone_app USING ((artist_id = ( SELECT app.my_artist() AS my_artist)));

CREATE POLICY tenant ON mart.interest FOR SELECT TO overtone_app USING ((artist_id = ( SELECT app.my_artist() AS my_artist)));

CREATE POLICY tenant ON mart.people FOR SELECT TO overtone_app USING ((artist_id = ( SELECT app.my_artist() AS my_artist)));

CREATE POLICY tenant ON mart.taste FOR SELECT TO overtone_app USING (((listener_id = ( SELECT app.me() AS me)) OR (listener_id IN ( SELECT app.friends_by_name() AS friends_by_name))));

CREATE POLICY tenant ON mart.variety FOR SELECT TO overtone_app USING ((listener_id = ( SELECT app.me() AS me)));

ALTER TABLE mart.variety ENABLE ROW LEVEL SECURITY;

GRANT USAGE ON SCHEMA activity TO overtone_app;

GRANT USAGE ON SCHEMA app TO overtone_app;

GRANT USAGE ON SCHEMA core TO overtone_app;

GRANT USAGE ON SCHEMA mart TO overtone_app;

GRANT USAGE ON SCHEMA ops TO overtone_app;

REVOKE ALL ON FUNCTION app.apart(one bigint, other bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION app.friends_of(who bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION app.sharing_of(who bigint) FROM PUBLIC;

GRANT SELECT ON TABLE mart.taste TO overtone_app;

REVOKE ALL ON FUNCTION app.tastes_of(who bigint[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION app.weeks_of(who bigint[]) FROM PUBLIC;

GRANT SELECT ON TABLE activity.friendship TO overtone_app;

GRANT SELECT ON TABLE activity.influencer TO overtone_app;

GRANT SELECT(listener_id) ON TABLE activity.listener TO overtone_app;

GRANT SELECT(name) ON TABLE activity.listener TO overtone_app;

GRANT SELECT(country) ON TABLE activity.listener TO overtone_app;

GRANT SELECT(synthetic) ON TABLE activity.listener TO overtone_app;

GRANT SELECT(joined) ON TABLE activity.listener TO overtone_app;

GRANT SELECT ON TABLE app.block TO overtone_app;

GRANT SELECT,INSERT,DELETE ON TABLE app.consent TO overtone_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE app.genre_never TO overtone_app;

GRANT SELECT ON TABLE app.heard TO overtone_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE app.listener TO overtone_app;

GRANT SELECT,INSERT,DELETE ON TABLE app.saved_result TO overtone_app;

GRANT SELECT,INSERT,DELETE ON TABLE app.shortlist TO overtone_app;

GRANT UPDATE(note) ON TABLE app.shortlist TO overtone_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE app.song_said TO overtone_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE app.upload TO overtone_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE app.upload_attempt TO overtone_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE app.weekly_list TO overtone_app;

GRANT SELECT,INSERT,DELETE ON TABLE app.wrong_match TO overtone_app;

GRANT SELECT ON TABLE core.artist TO overtone_app;

GRANT SELECT ON TABLE core.clip TO overtone_app;

GRANT SELECT ON TABLE core.creator TO overtone_app;

GRANT SELECT ON TABLE core.genre TO overtone_app;

GRANT SELECT ON TABLE core.scaler TO overtone_app;

GRANT SELECT ON TABLE core.sound TO overtone_app;

GRANT SELECT ON TABLE core.track TO overtone_app;

GRANT SELECT ON TABLE core.track_feature TO overtone_app;

GRANT SELECT ON TABLE core.track_match TO overtone_app;

GRANT SELECT ON TABLE core.track_vector TO overtone_app;

GRANT SELECT ON TABLE core.video TO overtone_app;

GRANT SELECT ON TABLE mart.audience TO overtone_app;

GRANT SELECT ON TABLE mart.audience_day TO overtone_app;

GRANT SELECT ON TABLE mart.genre_curve TO overtone_app;

GRANT SELECT ON TABLE mart.interest TO overtone_app;

GRANT SELECT ON TABLE mart.people TO overtone_app;

GRANT SELECT ON TABLE mart.recommender TO overtone_app;

GRANT SELECT ON TABLE mart.variety TO overtone_app;

GRANT SELECT ON TABLE ops.watermark TO overtone_app;
