-- The app among strangers: sessions end for every copy of their cookie, names that were never offered stay unknown,
-- what was private stays so, nobody hears faster than songs sound, and no sum is made of anybody's own taste.

-- app.session: one row per login that lasts; a session whose row is gone, or whose key is not the account's any more,
-- is over. Filled and read by dashboards/auth.py, which deletes rows that have ended.
CREATE TABLE app.session (
    -- "Whose session is this?" The hash of what its cookie holds.
    session_id bytea PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES app.account ON DELETE CASCADE,
    session_key uuid NOT NULL, -- the account's when it began
    ends_at timestamptz NOT NULL -- at the latest
);
-- "Which sessions are over?"
CREATE INDEX session_by_end ON app.session (ends_at);

-- Whom one blocked is called what they were called then: who hides later is not read from here.
ALTER TABLE app.block
ADD COLUMN name text, -- null: blocked before this was kept, and may not be found now
ADD COLUMN country text;
UPDATE app.block AS b SET name = l.name, country = l.country
FROM activity.listener AS l
WHERE
    b.blocked = l.listener_id AND (
        app.sharing_of(b.blocked) <> 'off' OR EXISTS (
            SELECT FROM activity.friendship AS f
            WHERE f.listener_a = least(b.blocker, b.blocked) AND f.listener_b = greatest(b.blocker, b.blocked)
        )
    );

ALTER TABLE app.listener
-- When private sessions were on, of the last 25 hours: a listen is sent 24 hours after it began at the latest.
ADD COLUMN private_spans tstzmultirange NOT NULL DEFAULT '{}',
-- All listens that counted, one after the other, end here; never much later than now. Null: none did.
ADD COLUMN heard_until timestamptz;
UPDATE app.listener
SET private_spans = tstzmultirange(tstzrange(private_until - make_interval(hours => 6), private_until))
WHERE private_until > now();

-- app.stand_in: what friends who share in sum, and friends of friends, are said to like, in place of what they do: each
-- song that a listener likes stands for itself or for another like it, by a draw that is kept.
-- Filled by etl/jobs/build_recommender.py; read by app.tastes_in_sum and app.beyond_friends. Why: ADR 11.
CREATE TABLE app.stand_in (
    listener_id bigint PRIMARY KEY,
    track_ids integer [] NOT NULL, -- liked, now or before, each once
    stand_ins integer [] NOT NULL, -- of each in turn
    CHECK (cardinality(track_ids) = cardinality(stand_ins))
);

-- Whose name I may read: friends, and who asked or was asked.
CREATE OR REPLACE FUNCTION app.known_to_me() RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT f.friend FROM app.friends_of(app.me()) AS f
    UNION ALL SELECT r.other FROM app.my_requests() AS r
$$;

-- What becomes of me and another, in one word: asked, friends, declined, ended, blocked, unblocked; nobody: I know no
-- such person and cannot find one, whether they exist or not; nothing: there was nothing to do; enough: too many
-- requests are open.
CREATE OR REPLACE FUNCTION app.friend_act(other bigint, act text) RETURNS text LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
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

-- What friends who share in sum only are said to like: without their ids, in no order, and only of three or more.
DROP FUNCTION app.tastes_in_sum();
CREATE FUNCTION app.tastes_in_sum() RETURNS TABLE (track_ids integer [])
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT t.stand_ins
    FROM (
        SELECT s.stand_ins, count(*) OVER () AS people FROM app.stand_in AS s
        WHERE s.listener_id IN (SELECT f.friend FROM app.my_friends() AS f WHERE f.sharing = 'sum')
    ) AS t
    WHERE t.people >= 3
    ORDER BY random()
$$;

-- Songs that three friends of friends or more are said to like; the 500 of the most.
-- Friends of a friend are asked only of friends who share something, and only of those who do themselves.
CREATE OR REPLACE FUNCTION app.beyond_friends() RETURNS TABLE (track_id integer, strength real, people integer)
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
    SELECT song.track_id, count(DISTINCT s.listener_id)::real, count(DISTINCT s.listener_id)::integer
    FROM app.stand_in AS s CROSS JOIN unnest(s.stand_ins) AS song (track_id)
    WHERE s.listener_id IN (SELECT friend FROM beyond)
    GROUP BY song.track_id HAVING count(DISTINCT s.listener_id) >= 3
    ORDER BY 2 DESC, 1 LIMIT 500
$$;

-- The median of friends' effective number of genres, by week, in tenths: of friends who share by name, three a week
-- or more, each with five listens or more. Not in sum: two of three can move such a median to where the third is.
CREATE OR REPLACE FUNCTION app.friends_variety()
RETURNS TABLE (week date, median double precision, people integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT
        v.week, round(percentile_cont(0.5) WITHIN GROUP (ORDER BY mart.effective_genres(v.listens))::numeric, 1)::float8,
        count(*)::integer
    FROM mart.variety AS v
    WHERE
        v.listener_id IN (SELECT app.friends_by_name())
        AND (SELECT sum(n) FROM unnest(v.listens) AS n) >= 5
    GROUP BY v.week HAVING count(*) >= 3
    ORDER BY v.week
$$;

-- One listen in the app, with all that follows from it: it is among the listens that artists' numbers are made of, and
-- in what is known of the listener. In one transaction. Private ones leave no trace.
-- began: when, by the server's clock, where `at` is by another.
-- Returns what became of it: counted, known (it was sent before), private, no_track, or too_soon: it cannot have
-- sounded in the time that there was, after what was heard before.
DROP FUNCTION app.hear(text, integer, timestamptz, integer);
CREATE FUNCTION app.hear(given_id text, track integer, at timestamptz, pct integer, began timestamptz DEFAULT NULL)
RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    mine bigint := app.me();
    song record;
    sounded interval;
    month date := date_trunc('month', at AT TIME ZONE 'UTC')::date;
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
