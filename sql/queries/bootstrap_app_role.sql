-- The role that pages ask as, and that the owner of the tables may become it: a role of the whole server, made once.
-- Who made it may give it away, but is not in it by that. Asked by etl/store/migrations.py, before the first migration.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'overtone_app') THEN
        CREATE ROLE overtone_app NOLOGIN;
    END IF;
    IF NOT pg_has_role('overtone_app', 'SET') THEN
        EXECUTE format('GRANT overtone_app TO %I', CURRENT_USER);
    END IF;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL; -- another database of this server made it just now
END
$$
