-- core: vectors that are published by version, and found by an index.
-- Vectors are computed: what was stored is dropped, and the next `overtone refresh` makes it anew. Until then the page
-- Similar music says that the first refresh is running.
DROP TABLE core.track_vector;
DROP TABLE core.scaler;

-- core.scaler: how the 245 numbers of a clip become a vector, and a cosine a score; one is current.
-- Filled by etl/jobs/scale_features.py; read by etl/jobs/find_similar.py.
CREATE TABLE core.scaler (
    version text PRIMARY KEY,
    model bytea NOT NULL, -- etl.similarity.model.Model.to_bytes
    tracks integer NOT NULL, -- how many it was fitted on
    fitted_on text NOT NULL, -- the extractor of their numbers
    current boolean NOT NULL
);
CREATE UNIQUE INDEX one_current_scaler ON core.scaler (current) WHERE current;

-- core.track_vector: described tracks as vectors that are compared by cosine.
-- Filled by etl/jobs/scale_features.py; read by sql/queries/similar_tracks.sql, which names the version that it wants:
-- what it finds was never scaled by another.
CREATE TABLE core.track_vector (
    track_id integer NOT NULL,
    genre text NOT NULL,
    scaler_version text NOT NULL,
    vector vector(245) NOT NULL, -- 988 bytes: in the row, never in TOAST
    clip_id text NOT NULL, -- of the clip that it describes
    day date NOT NULL, -- of the clip's drop
    PRIMARY KEY (track_id, genre, scaler_version)
) PARTITION BY LIST (scaler_version);

-- The partition of a version comes and goes with its row in core.scaler. A new one is filled and indexed unseen, while
-- searches go on in the old one: no row is rewritten, so no index is left full of dead entries. Within it there is one
-- partition a top genre, as core.track_feature has them: a search in a genre reads its rows and no others.
CREATE FUNCTION core.partition_of_scaler(version text) RETURNS text IMMUTABLE LANGUAGE sql AS $$
SELECT 'track_vector_' || regexp_replace(version, '[^a-z0-9]+', '_', 'g')
$$;

CREATE FUNCTION core.open_scaler() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER opened AFTER INSERT ON core.scaler FOR EACH ROW EXECUTE FUNCTION core.open_scaler();

CREATE FUNCTION core.close_scaler() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('DROP TABLE core.%I', core.partition_of_scaler(OLD.version));
    RETURN NULL;
END
$$;
CREATE TRIGGER closed AFTER DELETE ON core.scaler FOR EACH ROW EXECUTE FUNCTION core.close_scaler();

-- "Which tracks sound most like this?", for the large partitions of a version; a small one is read from end to end,
-- which is exact and no slower. An index that is there stays. Called by etl/jobs/scale_features.py, the rows being in.
-- ef_construction 128: twice the time to build of pgvector's 64, and 2 in 1,000 missed instead of 8 (14,182 tracks, the
-- same ef_search); 200 misses as many as 128.
CREATE FUNCTION core.index_vectors(version text, large integer) RETURNS void LANGUAGE plpgsql AS $$
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
