-- What holds when a page's question is made to say something else (docs/adr/0009-audience-and-privacy.md).

-- Pages ask as a login of their own that is in overtone_app and owns nothing, so that role may read all that they show.
-- Music and posts are everybody's, so whole tables of core; what is somebody's was granted before, under its policies.
GRANT SELECT ON core.sound, core.creator, core.video, core.scaler, core.track_feature, core.track_vector
TO overtone_app;

-- ops.seal: the key with which the app says that it, and nothing that a question was made to say, named the tenant.
-- Filled here; read by etl/store/warehouse.py as the tables' owner, and by app.sealed.
CREATE TABLE ops.seal (
    only_row boolean PRIMARY KEY DEFAULT TRUE CHECK (only_row),
    key bytea NOT NULL
);
INSERT INTO ops.seal (key)
SELECT sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')) AS key;

-- Whether the app named this transaction's tenant, in this session: everybody may set overtone.listener_id and the
-- like, but only who has the key can say overtone.seal to it. etl/store/tenant.py makes the same.
CREATE FUNCTION app.sealed() RETURNS boolean
LANGUAGE sql STABLE PARALLEL RESTRICTED SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT encode(sha256(s.key || sha256(s.key || convert_to(format(
        '%s %L %L %L', pg_backend_pid(), current_setting('overtone.artist_id', TRUE),
        current_setting('overtone.listener_id', TRUE), current_setting('overtone.account_id', TRUE)), 'UTF8'))), 'hex')
        = current_setting('overtone.seal', TRUE)
    FROM ops.seal AS s
$$;

-- Who asks: a listener, an artist, an account; null where it is nobody, or the app did not say so.
CREATE OR REPLACE FUNCTION app.me() RETURNS bigint LANGUAGE sql STABLE PARALLEL RESTRICTED
RETURN CASE WHEN app.sealed() THEN nullif(current_setting('overtone.listener_id', TRUE), '')::bigint END;
CREATE FUNCTION app.my_artist() RETURNS integer LANGUAGE sql STABLE PARALLEL RESTRICTED
RETURN CASE WHEN app.sealed() THEN nullif(current_setting('overtone.artist_id', TRUE), '')::integer END;
CREATE FUNCTION app.my_account() RETURNS bigint LANGUAGE sql STABLE PARALLEL RESTRICTED
RETURN CASE WHEN app.sealed() THEN nullif(current_setting('overtone.account_id', TRUE), '')::bigint END;

-- Every policy of the app's asks these, once a question and not once a row.
DO $$
DECLARE
    policy record;
    plain text := '(NULLIF(current_setting(''overtone.%s_id''::text, true), ''''::text))::%s';
    asked text;
    part text;
BEGIN
    FOR policy IN SELECT * FROM pg_policies WHERE 'overtone_app' = ANY (roles) LOOP
        asked := format('ALTER POLICY %I ON %I.%I', policy.policyname, policy.schemaname, policy.tablename);
        FOREACH part IN ARRAY ARRAY['USING ' || policy.qual, 'WITH CHECK ' || policy.with_check] LOOP
            part := replace(part, format(plain, 'listener', 'bigint'), 'app.me()');
            part := replace(part, 'app.me()', '(SELECT app.me())');
            part := replace(part, format(plain, 'artist', 'integer'), '(SELECT app.my_artist())');
            part := replace(part, format(plain, 'account', 'bigint'), '(SELECT app.my_account())');
            IF part LIKE '%current_setting%' THEN
                RAISE 'policy % of %.% names its tenant in another way', policy.policyname, policy.schemaname,
                    policy.tablename;
            END IF;
            asked := concat_ws(' ', asked, regexp_replace(part, '^(USING|WITH CHECK) (.*)$', '\1 (\2)'));
        END LOOP;
        EXECUTE asked;
    END LOOP;
    -- Nor do the functions that may more than the app.
    FOR asked IN
        SELECT pg_get_functiondef(f.oid) FROM pg_proc AS f JOIN pg_language AS l ON f.prolang = l.oid
        WHERE f.pronamespace = 'app'::regnamespace AND f.prosecdef AND l.lanname = 'sql'
    LOOP
        EXECUTE replace(asked, 'app.me()', '(SELECT app.me())');
    END LOOP;
END
$$;
