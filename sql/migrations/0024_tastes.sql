-- What listeners hear follows from the listens of the lake, night by night of those that came; what the app heard since
-- is added where it is asked for. So nothing that a night writes is changed by anybody else meanwhile.

-- mart.taste: what each listener hears, as of the listens that the lake had. last_at: of the latest of these.
-- Filled by etl/jobs/build_tastes.py; read by app.tastes and etl/jobs/build_recommender.py.
ALTER TABLE mart.taste DROP COLUMN updated_at, ADD COLUMN last_at timestamptz;

-- mart.variety: what each played in each of the last 26 weeks, by genre, as of the same listens.
-- Filled by etl/jobs/build_tastes.py; read by app.weeks_of.
ALTER TABLE mart.variety DROP COLUMN updated_at;
CREATE INDEX variety_by_week ON mart.variety (week); -- which weeks are too old?

-- ops.built_of: the parts of the lake that marts are built of, as they were. method: of which marts, and how they are
-- built; part: its name; rows, content: as of ops.lake. Filled and read by etl/jobs/build_tastes.py.
CREATE TABLE ops.built_of (
    method text NOT NULL,
    part text NOT NULL,
    rows bigint NOT NULL,
    content text NOT NULL,
    PRIMARY KEY (method, part) -- is it built of, and as what?
);

-- ops.counted_as: as whose, and of which genre, a track is counted in mart.taste and mart.variety. genre: its place,
-- from 0; −1: none. Filled and read by etl/jobs/build_tastes.py.
CREATE TABLE ops.counted_as (
    track_id integer PRIMARY KEY, -- as what is it counted?
    artist_id integer NOT NULL,
    genre smallint NOT NULL
);

-- app.heard: folded: mart.taste and mart.variety know of it, because the lake does. What was heard before this was put
-- there at once, so the first night sets it anew.
ALTER TABLE app.heard ADD COLUMN folded boolean NOT NULL DEFAULT FALSE;
UPDATE app.heard SET folded = TRUE;
-- What did one hear since?
CREATE INDEX heard_not_folded ON app.heard (listener_id)
WHERE NOT folded;

-- Its rows are written anew night by night: out of line, and packed, only what would not fit a page.
ALTER TABLE mart.taste SET (toast_tuple_target = 8160);
ALTER TABLE mart.taste ALTER COLUMN track_ids SET STORAGE EXTERNAL, ALTER COLUMN heard SET STORAGE EXTERNAL;

-- Two lists of numbers, added place by place.
CREATE FUNCTION mart.added(one integer [], other integer []) RETURNS integer []
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT array_agg(a + b ORDER BY n) FROM unnest(one, other) WITH ORDINALITY AS both_ (a, b, n)
$$;

-- To look a song up among hundreds: ten times as fast as array_position, which compares by a function. Its operators
-- are in a schema that no search path has, or they would take the place of those that all arrays have.
CREATE SCHEMA intarray;
CREATE EXTENSION intarray SCHEMA intarray;

-- What somebody hears after some listens more: of each song the moving mean of the share heard, in the order in which
-- songs were first heard; null of one of which it is not known how far anybody got. sql/buckets/taste.sql says the same
-- of all listens at once.
-- track_ids, shares: of each listen, by time; artists: each once, the latest last; listens: by genre; at: of the last.
CREATE FUNCTION mart.folded(
    t mart.taste, track_ids integer [], shares real [], artists integer [], listens integer [], at timestamptz
) RETURNS mart.taste
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
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

-- What listeners hear: mart.taste, with what they heard in the app since.
CREATE FUNCTION app.tastes_of(who bigint []) RETURNS SETOF mart.taste
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
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
REVOKE EXECUTE ON FUNCTION app.tastes_of(bigint []) FROM public; -- it tells of whoever is asked for

-- The same of oneself, and of friends who share by name.
CREATE FUNCTION app.tastes() RETURNS SETOF mart.taste
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT * FROM app.tastes_of(ARRAY(SELECT app.me() UNION ALL SELECT app.friends_by_name()))
$$;

-- What listeners played in each week by genre: mart.variety, with what they heard in the app since.
CREATE FUNCTION app.weeks_of(who bigint []) RETURNS TABLE (listener_id bigint, week date, listens integer [])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
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
REVOKE EXECUTE ON FUNCTION app.weeks_of(bigint []) FROM public; -- it tells of whoever is asked for

CREATE FUNCTION app.my_weeks() RETURNS TABLE (week date, listens integer [])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT w.week, w.listens FROM app.weeks_of(ARRAY[app.me()]) AS w
$$;

CREATE OR REPLACE FUNCTION app.friends_variety() RETURNS TABLE (week date, median double precision, people integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT
        v.week, round(percentile_cont(0.5) WITHIN GROUP (ORDER BY mart.effective_genres(v.listens))::numeric, 1)::float8,
        count(*)::integer
    FROM app.weeks_of(ARRAY(SELECT app.friends_by_name())) AS v
    WHERE (SELECT sum(n) FROM unnest(v.listens) AS n) >= 5
    GROUP BY v.week HAVING count(*) >= 3
    ORDER BY v.week
$$;

CREATE OR REPLACE FUNCTION app.hear(
    given_id text, track integer, at timestamptz, pct integer, began timestamptz DEFAULT NULL
) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
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
