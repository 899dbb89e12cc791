-- How far a listen got may be unknown: it counts as a listen, and in no curve.

-- mart.audience: measured: the listens of which it is known. Until now it was of all.
ALTER TABLE mart.audience ADD COLUMN measured integer;
UPDATE mart.audience SET measured = listens;
ALTER TABLE mart.audience ALTER COLUMN measured SET NOT NULL;

-- mart.people: heard: and last those of whom it is not known, which were none.
ALTER TABLE mart.people DROP CONSTRAINT people_heard_check;
UPDATE mart.people SET heard = heard || 0;
ALTER TABLE mart.people ADD CONSTRAINT people_heard_check CHECK (cardinality(heard) = 12);
