-- Make a database its owner's, with all that a superuser made in it before the roles were apart, and open it to nobody
-- else. One statement, so whole or not at all; the database itself comes last, and says that it is done.
-- Asked by etl/machine/postgres.py as the superuser. owner, pages: roles.
DO $$
DECLARE
    old oid := CURRENT_USER::regrole;
    statement text;
BEGIN
    FOR statement IN
        WITH ours AS (
            SELECT oid FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
        ),

        of_something AS ( -- of an extension; a sequence follows its column
            SELECT classid, objid FROM pg_depend
            WHERE deptype = 'e' OR (classid = 'pg_class'::regclass AND deptype IN ('a', 'i'))
        )

        SELECT format('ALTER SCHEMA %%s OWNER TO %%I', oid::regnamespace, %(owner)s)
        FROM pg_namespace WHERE oid IN (SELECT oid FROM ours) AND nspowner = old
        UNION ALL
        SELECT format('ALTER TABLE %%s OWNER TO %%I', oid::regclass, %(owner)s)
        FROM pg_class
        WHERE
            relnamespace IN (SELECT oid FROM ours) AND relowner = old AND relkind IN ('r', 'p', 'v', 'm', 'S')
            AND (relkind <> 'S' OR (tableoid, oid) NOT IN (SELECT * FROM of_something))
        UNION ALL
        SELECT format('ALTER ROUTINE %%s OWNER TO %%I', oid::regprocedure, %(owner)s)
        FROM pg_proc
        WHERE
            pronamespace IN (SELECT oid FROM ours) AND proowner = old
            AND (tableoid, oid) NOT IN (SELECT * FROM of_something)
        UNION ALL
        SELECT format('ALTER TYPE %%s OWNER TO %%I', oid::regtype, %(owner)s)
        FROM pg_type
        WHERE
            typnamespace IN (SELECT oid FROM ours) AND typowner = old AND typtype IN ('e', 'd')
            AND (tableoid, oid) NOT IN (SELECT * FROM of_something)
        UNION ALL
        SELECT format('ALTER POLICY %%I ON %%s TO %%I', polname, polrelid::regclass, %(owner)s)
        FROM pg_policy WHERE polroles = ARRAY[old]
    LOOP
        EXECUTE statement;
    END LOOP;
    EXECUTE format('REVOKE ALL ON DATABASE %%I FROM PUBLIC', current_database());
    IF %(owner)s = 'overtone' THEN
        EXECUTE format('GRANT CONNECT ON DATABASE %%I TO %%I', current_database(), %(pages)s);
    END IF;
    EXECUTE format('ALTER DATABASE %%I OWNER TO %%I', current_database(), %(owner)s);
END
$$
