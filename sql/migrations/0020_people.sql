-- Where listeners are is told in people, with noise (docs/adr/0015-people-by-country.md). mart.audience is about the
-- music alone: songs and times, exact.

-- mart.people: how many people of each country heard an artist (track 0) or a song in a span of weeks that has ended,
-- and how far they got. Every number has noise, drawn once (etl/audience/people.py); what is surely no more than a few
-- people is in no row. Filled by etl/jobs/build_audience.py; read by dashboards/queries/audience.py.
CREATE TABLE mart.people (
    artist_id integer NOT NULL,
    track_id integer NOT NULL, -- 0: the artist
    span smallint NOT NULL, -- weeks: 1 (of the artist only), 4, 16 or 52
    week date NOT NULL, -- the first Monday
    country text NOT NULL, -- ISO 3166 alpha-3, or 'unknown'
    people integer NOT NULL,
    -- How many got at least this far, and no tenth further: 0 % of a song, 10 %, … 100 %. May be below zero.
    heard integer [] NOT NULL CHECK (cardinality(heard) = 11),
    -- "Where were this artist's listeners in these spans?"
    PRIMARY KEY (artist_id, track_id, span, week, country)
);

ALTER TABLE mart.people ENABLE ROW LEVEL SECURITY;
ALTER TABLE mart.people FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON mart.people FOR SELECT TO overtone_app
USING (artist_id = (SELECT app.my_artist()));
CREATE POLICY loader ON mart.people TO current_user USING (TRUE) WITH CHECK (TRUE);
GRANT SELECT ON mart.people TO overtone_app;

-- ops.people_key: by which home's key the noise was drawn (a fingerprint). Without a row all people are drawn anew.
-- Filled and read by etl/jobs/build_audience.py.
CREATE TABLE ops.people_key (
    fingerprint text NOT NULL,
    only_row boolean PRIMARY KEY DEFAULT TRUE CHECK (only_row)
);

DELETE FROM mart.audience
WHERE country <> '';
ALTER TABLE mart.audience DROP COLUMN country; -- its key and the check of seconds go with it
ALTER TABLE mart.audience ADD PRIMARY KEY (artist_id, track_id, span, week);
ALTER TABLE mart.audience ALTER COLUMN heard_s SET NOT NULL;
