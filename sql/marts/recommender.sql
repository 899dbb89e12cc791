-- Put in a model of songs, unless it is there. Asked by etl/jobs/build_recommender.py. Its columns are given.
INSERT INTO mart.recommender (version, day, listeners, artists, model)
VALUES (%(version)s, %(day)s, %(listeners)s, %(artists)s, %(model)s)
ON CONFLICT (version) DO NOTHING
