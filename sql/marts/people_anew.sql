-- Tell no people drawn with another key, and note which all are drawn with now. Asked by etl/jobs/build_audience.py.
-- fingerprint: the key's.
DELETE FROM mart.people;

DELETE FROM ops.people_key;

INSERT INTO ops.people_key (fingerprint) VALUES (%(fingerprint)s)
