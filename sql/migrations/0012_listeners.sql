-- Listeners among friends: what each has chosen, who knows whom, what they hear in the app, and what is suggested next.
-- Whose rows a transaction of the app sees follows from overtone.listener_id alone. What needs more than that (who is a
-- friend, who is blocked, sums over friends) is a function of the tables' owner that takes no listener for an argument.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
GRANT USAGE ON SCHEMA app TO overtone_app;

ALTER TABLE app.account ADD COLUMN listener_id bigint; -- the listener who logs in; null until one is given

ALTER TABLE activity.listener
ADD COLUMN joined date, -- null: unknown
ADD COLUMN sharing text CHECK (sharing IN ('off', 'sum', 'name')); -- null: unknown, which counts as off

-- "Who has a name like this?"
CREATE INDEX listener_by_name ON activity.listener USING gin (name gin_trgm_ops);

-- app.listener: what somebody has chosen here; it overrules activity.listener, which loads replace.
-- Filled and read by dashboards/queries/friends.py.
CREATE TABLE app.listener (
    listener_id bigint PRIMARY KEY,
    sharing text CHECK (sharing IN ('off', 'sum', 'name')), -- with friends; null: as activity.listener has it
    private_until timestamptz -- until then nothing that they hear is kept; null: it is
);

-- app.friendship: what became of a pair in the app; it overrules activity.friendship, which loads fill again.
-- Declined: who asked is not told. Refused: declined, and withdrawn since.
-- Filled by app.friend_act; read by app.friends_of and app.my_requests for dashboards/queries/friends.py.
CREATE TABLE app.friendship (
    listener_a bigint NOT NULL,
    listener_b bigint NOT NULL,
    state text NOT NULL CHECK (state IN ('asked', 'declined', 'refused', 'friends', 'ended')),
    asked_by bigint NOT NULL,
    since timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (listener_a, listener_b),
    CHECK (listener_a < listener_b),
    CHECK (asked_by IN (listener_a, listener_b))
);
-- "Who are this listener's friends?", where they come second.
CREATE INDEX app_friendship_by_second ON app.friendship (listener_b, listener_a);

-- app.block: who wants nothing to do with whom. Both are gone for each other; only the first knows why.
-- Filled by app.friend_act; read by app.friends_of and, for one's own, by dashboards/queries/friends.py.
CREATE TABLE app.block (
    blocker bigint NOT NULL,
    blocked bigint NOT NULL,
    since timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (blocker, blocked),
    CHECK (blocker <> blocked)
);
-- "Who has blocked this listener?"
CREATE INDEX block_by_blocked ON app.block (blocked, blocker);

-- app.heard: listens in the app, each known by the id that its player gave it, so that one sent twice counts once.
-- Filled by app.hear; read by etl/jobs/ingest_heard.py, which books them and deletes old ones.
CREATE TABLE app.heard (
    listener_id bigint NOT NULL,
    listen_id text NOT NULL,
    listened_at timestamptz NOT NULL, -- when it began
    track_id integer NOT NULL,
    heard_pct smallint NOT NULL CHECK (heard_pct BETWEEN 0 AND 100),
    booked date, -- the day whose refresh has counted it; null: none yet
    PRIMARY KEY (listener_id, listen_id)
);
-- "Which listens are not in the books yet?"
CREATE INDEX heard_not_booked ON app.heard (listened_at) WHERE booked IS NULL;
-- "Which are old enough to be forgotten here?"
CREATE INDEX heard_by_time ON app.heard (listened_at);

-- app.song_said: what a listener said of a suggested song: more like it (up), not this one (down), not now (skip).
-- Filled and read by dashboards/queries/discover.py.
CREATE TABLE app.song_said (
    listener_id bigint NOT NULL,
    track_id integer NOT NULL,
    said text NOT NULL CHECK (said IN ('up', 'down', 'skip')),
    said_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (listener_id, track_id)
);

-- app.genre_never: genres of which a listener wants no song.
-- Filled and read by dashboards/queries/discover.py.
CREATE TABLE app.genre_never (
    listener_id bigint NOT NULL,
    genre text NOT NULL,
    PRIMARY KEY (listener_id, genre)
);

-- app.weekly_list: a listener's list of a week. Why a song is on it is not kept: it is asked again, as it is true then.
-- Filled and read by dashboards/queries/weekly.py.
CREATE TABLE app.weekly_list (
    listener_id bigint NOT NULL,
    week date NOT NULL, -- its Monday
    track_ids integer [] NOT NULL,
    kept_at timestamptz, -- null: it goes with the next week's
    PRIMARY KEY (listener_id, week)
);

-- mart.taste: what is known of a listener: how much of each song they hear, and how often each genre.
-- Filled by etl/jobs/build_recommender.py, and by app.hear with each listen; read by dashboards/queries/discover.py.
CREATE TABLE mart.taste (
    listener_id bigint PRIMARY KEY,
    track_ids integer [] NOT NULL, -- each once
    heard real [] NOT NULL, -- of each the moving mean of the share heard, 0 … 1
    listens integer [] NOT NULL CHECK (cardinality(listens) = 16), -- started, by top genre in order of the alphabet
    artist_ids integer [] NOT NULL, -- the last 60, each once, the latest last
    updated_at timestamptz NOT NULL -- of the last listen in the app, or the last build
);

-- mart.variety: what a listener played in a week, by genre; the last 26 weeks.
-- Filled by etl/jobs/build_variety.py, and by app.hear with each listen; read by dashboards/queries/discover.py.
CREATE TABLE mart.variety (
    listener_id bigint NOT NULL,
    week date NOT NULL, -- its Monday, UTC
    listens integer [] NOT NULL CHECK (cardinality(listens) = 16), -- as in mart.taste
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (listener_id, week)
);

-- mart.recommender: what is known of music rather than of people: songs, and which artists go together; one row.
-- Filled by etl/jobs/build_recommender.py; read by dashboards/queries/discover.py.
CREATE TABLE mart.recommender (
    version text PRIMARY KEY,
    day date NOT NULL,
    listeners integer NOT NULL,
    artists integer NOT NULL,
    model bytea NOT NULL
);
GRANT SELECT ON mart.recommender TO overtone_app;

-- The place of a top genre in the order of the alphabet, from 1: etl.tables.TOP_GENRES has the same. Null: none.
CREATE FUNCTION activity.genre_place(genre text) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN array_position(ARRAY[
    'Blues', 'Classical', 'Country', 'Easy Listening', 'Electronic', 'Experimental', 'Folk', 'Hip-Hop', 'Instrumental',
    'International', 'Jazz', 'Old-Time / Historic', 'Pop', 'Rock', 'Soul-RnB', 'Spoken'
], genre);

-- The effective number of genres: exp of the entropy of their shares; etl/recommend/rotation.py has the same.
CREATE FUNCTION mart.effective_genres(listens integer []) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (
    SELECT exp(-sum(n::float8 / total * ln(n::float8 / total)))
    FROM (
        SELECT n, sum(n) OVER () AS total FROM unnest(listens) AS n
        WHERE n > 0
    ) AS played
);

-- The listener whose transaction this is.
CREATE FUNCTION app.me() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('overtone.listener_id', TRUE), '')::bigint;

-- Whether one of two has blocked the other.
CREATE FUNCTION app.apart(one bigint, other bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM app.block AS b WHERE (b.blocker, b.blocked) IN ((one, other), (other, one)))
$$;

-- What somebody shares with friends.
CREATE FUNCTION app.sharing_of(who bigint) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(
        (SELECT c.sharing FROM app.listener AS c WHERE c.listener_id = who),
        (SELECT l.sharing FROM activity.listener AS l WHERE l.listener_id = who), 'off')
$$;

-- Whose friends these are, and since when: as loaded, unless something else became of it in the app.
CREATE FUNCTION app.friends_of(who bigint) RETURNS TABLE (friend bigint, since date)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
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

-- What I share with friends.
CREATE FUNCTION app.my_sharing() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$ SELECT app.sharing_of(app.me()) $$;

-- My friends, and what each shares.
CREATE FUNCTION app.my_friends() RETURNS TABLE (friend bigint, since date, sharing text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT f.friend, f.since, app.sharing_of(f.friend) FROM app.friends_of(app.me()) AS f
$$;

-- My friends who share by name: whose rows I may read.
CREATE FUNCTION app.friends_by_name() RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT f.friend FROM app.my_friends() AS f WHERE f.sharing = 'name'
$$;

-- Requests that are open: from me, or to me. One that was declined stays open for who asked: nobody is told.
CREATE FUNCTION app.my_requests() RETURNS TABLE (other bigint, from_me boolean, since timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT pair.other, pair.from_me, pair.since
    FROM (
        SELECT
            CASE WHEN f.listener_a = app.me() THEN f.listener_b ELSE f.listener_a END AS other,
            f.asked_by = app.me() AS from_me, f.state, f.since
        FROM app.friendship AS f
        WHERE (f.listener_a = app.me() OR f.listener_b = app.me()) AND f.state IN ('asked', 'declined')
    ) AS pair
    WHERE (pair.from_me OR pair.state = 'asked') AND NOT app.apart(app.me(), pair.other)
$$;

-- Whose name I may read: friends, who asked or was asked, and whom I blocked.
CREATE FUNCTION app.known_to_me() RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT f.friend FROM app.friends_of(app.me()) AS f
    UNION ALL SELECT r.other FROM app.my_requests() AS r
    UNION ALL SELECT b.blocked FROM app.block AS b WHERE b.blocker = app.me()
$$;

-- People by name: whoever shares something with friends may be found, unless one has blocked the other.
-- At most 20; who has the most friends in common first.
CREATE FUNCTION app.find_people(words text)
RETURNS TABLE (listener_id bigint, name text, country text, in_common integer, state text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH mine AS MATERIALIZED (SELECT f.friend FROM app.friends_of(app.me()) AS f),
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
            AND p.listener_id <> app.me()
            AND app.sharing_of(p.listener_id) <> 'off' AND NOT app.apart(app.me(), p.listener_id)
        ORDER BY p.name, p.listener_id LIMIT 200
    ) AS l
    LEFT JOIN requests AS r ON l.listener_id = r.other
    ORDER BY 4 DESC, 2, 1 LIMIT 20
$$;

-- What becomes of me and another, in one word: asked, friends, declined, ended, blocked, unblocked; nobody: there is no
-- such person for me; nothing: there was nothing to do; enough: too many requests are open.
CREATE FUNCTION app.friend_act(other bigint, act text) RETURNS text LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    mine bigint := app.me();
    a bigint := least(mine, other);
    b bigint := greatest(mine, other);
    pair app.friendship;
BEGIN
    IF mine IS NULL OR mine = other OR NOT EXISTS (SELECT FROM activity.listener AS l WHERE l.listener_id = other) THEN
        RETURN 'nobody';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended(format('friendship %s %s', a, b), 0)); -- two at once take turns
    IF act = 'block' THEN
        INSERT INTO app.block (blocker, blocked) VALUES (mine, other) ON CONFLICT DO NOTHING;
        INSERT INTO app.friendship AS f (listener_a, listener_b, state, asked_by) VALUES (a, b, 'ended', mine)
        ON CONFLICT (listener_a, listener_b) DO UPDATE SET state = 'ended', since = now();
        RETURN 'blocked';
    ELSIF act = 'unblock' THEN
        DELETE FROM app.block WHERE blocker = mine AND blocked = other;
        RETURN CASE WHEN FOUND THEN 'unblocked' ELSE 'nothing' END;
    ELSIF app.apart(mine, other) THEN
        RETURN 'nobody';
    END IF;
    SELECT * INTO pair FROM app.friendship AS f WHERE f.listener_a = a AND f.listener_b = b;
    CASE act
        WHEN 'ask' THEN
            IF EXISTS (SELECT FROM app.friends_of(mine) AS f WHERE f.friend = other) THEN
                RETURN 'friends';
            ELSIF pair.state = 'asked' AND pair.asked_by = other THEN
                UPDATE app.friendship SET state = 'friends', since = now() WHERE listener_a = a AND listener_b = b;
                RETURN 'friends'; -- both asked
            ELSIF pair.state = 'asked' THEN
                RETURN 'asked';
            ELSIF pair.state IN ('declined', 'refused') AND pair.asked_by = mine THEN
                UPDATE app.friendship SET state = 'declined' WHERE listener_a = a AND listener_b = b;
                RETURN 'asked'; -- the answer stays
            ELSIF app.sharing_of(other) = 'off' AND coalesce(pair.state, '') NOT IN ('declined', 'refused') THEN
                RETURN 'nobody'; -- may not be found; but whom I declined, I know
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
            IF NOT EXISTS (SELECT FROM app.friends_of(mine) AS f WHERE f.friend = other) THEN
                RETURN 'nothing';
            END IF;
            INSERT INTO app.friendship AS f (listener_a, listener_b, state, asked_by) VALUES (a, b, 'ended', mine)
            ON CONFLICT (listener_a, listener_b) DO UPDATE SET state = 'ended', since = now();
            RETURN 'ended';
    END CASE;
END
$$;

-- What friends who share in sum only hear: without their ids, in no order, and only if they are three or more.
CREATE FUNCTION app.tastes_in_sum() RETURNS TABLE (track_ids integer [], heard real [], listens integer [])
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT t.track_ids, t.heard, t.listens
    FROM (
        SELECT s.*, count(*) OVER () AS people FROM mart.taste AS s
        WHERE s.listener_id IN (SELECT f.friend FROM app.my_friends() AS f WHERE f.sharing = 'sum')
    ) AS t
    WHERE t.people >= 3
    ORDER BY random()
$$;

-- Songs of friends of friends: how much of each they hear, summed up over three of them or more; the 500 strongest.
-- Friends of a friend are asked only of friends who share something, and only of those who do themselves.
CREATE FUNCTION app.beyond_friends() RETURNS TABLE (track_id integer, strength real, people integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH mine AS MATERIALIZED (SELECT * FROM app.my_friends()),
    theirs AS MATERIALIZED (
        SELECT DISTINCT f.friend
        FROM mine AS m CROSS JOIN app.friends_of(m.friend) AS f
        WHERE m.sharing <> 'off' AND f.friend <> app.me()
    ),
    beyond AS MATERIALIZED (
        SELECT t.friend FROM theirs AS t
        WHERE
            t.friend NOT IN (SELECT friend FROM mine)
            AND app.sharing_of(t.friend) <> 'off' AND NOT app.apart(app.me(), t.friend)
    )
    SELECT song.track_id, sum(song.heard)::real, count(*)::integer
    FROM mart.taste AS t CROSS JOIN unnest(t.track_ids, t.heard) AS song (track_id, heard)
    WHERE t.listener_id IN (SELECT friend FROM beyond) AND song.heard >= 0.3
    GROUP BY song.track_id HAVING count(*) >= 3
    ORDER BY 2 DESC, 1 LIMIT 500
$$;

-- The median of friends' effective number of genres, by week, in tenths: of friends who share something, three a week
-- or more, each with five listens or more.
CREATE FUNCTION app.friends_variety() RETURNS TABLE (week date, median double precision, people integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT
        v.week, round(percentile_cont(0.5) WITHIN GROUP (ORDER BY mart.effective_genres(v.listens))::numeric, 1)::float8,
        count(*)::integer
    FROM mart.variety AS v
    WHERE
        v.listener_id IN (SELECT f.friend FROM app.my_friends() AS f WHERE f.sharing <> 'off')
        AND (SELECT sum(n) FROM unnest(v.listens) AS n) >= 5
    GROUP BY v.week HAVING count(*) >= 3
    ORDER BY v.week
$$;

-- One listen in the app, with all that follows from it: it is among the listens that artists' numbers are made of, and
-- in what is known of the listener. In one transaction. Private ones leave no trace.
-- Returns what became of it: counted, known (it was sent before), private, or no_track.
CREATE FUNCTION app.hear(given_id text, track integer, at timestamptz, pct integer) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    mine bigint := app.me();
    song record;
    month date := date_trunc('month', at AT TIME ZONE 'UTC')::date;
    place integer;
    found_at integer;
    zeros integer [] := array_fill(0, ARRAY[16]);
    t mart.taste;
BEGIN
    IF mine IS NULL THEN
        RAISE insufficient_privilege USING MESSAGE = 'a listen needs a listener';
    END IF;
    IF EXISTS (SELECT FROM app.listener AS l WHERE l.listener_id = mine AND l.private_until > clock_timestamp()) THEN
        RETURN 'private';
    END IF;
    SELECT c.artist_id, activity.genre_place(c.genre) AS place INTO song FROM core.track AS c WHERE c.track_id = track;
    IF NOT FOUND THEN
        RETURN 'no_track';
    END IF;
    INSERT INTO app.heard (listener_id, listen_id, listened_at, track_id, heard_pct)
    VALUES (mine, given_id, at, track, pct) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RETURN 'known';
    END IF;
    IF to_regclass('activity.listen_' || to_char(month, 'YYYY_MM')) IS NULL THEN
        PERFORM pg_advisory_xact_lock(hashtextextended('activity.make_month', 0));
        CALL activity.make_month(month);
    END IF;
    INSERT INTO activity.listen
    (listened_at, listener_id, artist_id, track_id, day, heard_pct, synthetic, country, listen_id)
    VALUES (
        at, mine, song.artist_id, track, (at AT TIME ZONE 'UTC')::date, pct, FALSE,
        (SELECT l.country FROM activity.listener AS l WHERE l.listener_id = mine), given_id);
    INSERT INTO ops.audience_due (day, artist_id) VALUES ((at AT TIME ZONE 'UTC')::date, song.artist_id)
    ON CONFLICT (day, artist_id) DO UPDATE SET day_is_built = FALSE;

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

-- What a listener sees: own rows, and of friends who share by name how much they hear. Functions that name a listener
-- are for those above alone.
CALL ops.guard('app.listener', $$listener_id = app.me()$$);
CALL ops.guard('app.friendship', $$FALSE$$);
CALL ops.guard('app.block', $$blocker = app.me()$$);
CALL ops.guard('app.heard', $$listener_id = app.me()$$);
CALL ops.guard('app.song_said', $$listener_id = app.me()$$);
CALL ops.guard('app.genre_never', $$listener_id = app.me()$$);
CALL ops.guard('app.weekly_list', $$listener_id = app.me()$$);
CALL ops.guard('mart.taste', $$listener_id = app.me() OR listener_id IN (SELECT app.friends_by_name())$$);
CALL ops.guard('mart.variety', $$listener_id = app.me()$$);

DROP POLICY tenant ON activity.friendship;
CREATE POLICY tenant ON activity.friendship FOR SELECT TO overtone_app USING (
    (listener_a = app.me() AND listener_b IN (SELECT f.friend FROM app.my_friends() AS f))
    OR (listener_b = app.me() AND listener_a IN (SELECT f.friend FROM app.my_friends() AS f))
);
DROP POLICY tenant ON activity.listener;
CREATE POLICY tenant ON activity.listener FOR SELECT TO overtone_app USING (
    listener_id = app.me() OR listener_id IN (SELECT app.known_to_me())
);
-- Not the taste: whether that is shared is up to each.
REVOKE SELECT ON activity.listener FROM overtone_app;
GRANT SELECT (listener_id, name, country, joined, synthetic) ON activity.listener TO overtone_app;

DO $$
DECLARE
    own text;
BEGIN
    FOREACH own IN ARRAY ARRAY['app.listener', 'app.song_said', 'app.genre_never', 'app.weekly_list'] LOOP
        EXECUTE format('CREATE POLICY own_new ON %s FOR INSERT TO overtone_app WITH CHECK (listener_id = app.me())', own);
        EXECUTE format('CREATE POLICY own_other ON %s FOR UPDATE TO overtone_app'
            ' USING (listener_id = app.me()) WITH CHECK (listener_id = app.me())', own);
        EXECUTE format('CREATE POLICY own_gone ON %s FOR DELETE TO overtone_app USING (listener_id = app.me())', own);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO overtone_app', own);
    END LOOP;
END
$$;
GRANT SELECT ON app.block, app.heard, mart.taste, mart.variety TO overtone_app;

REVOKE EXECUTE ON FUNCTION app.apart(bigint, bigint), app.sharing_of(bigint), app.friends_of(bigint) FROM public;
