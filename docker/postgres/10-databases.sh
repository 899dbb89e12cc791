#!/bin/sh
# Runs once, on an empty volume: two databases, each owned by a role that is no superuser, and a role that the app's
# pages ask as: in overtone_app, and in no other. pgvector is not a trusted extension, so the superuser creates it here
# and the migration finds it there. etl/machine/postgres.py makes the same.
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
    --set overtone="$OVERTONE_DB_PASSWORD" --set pages="$OVERTONE_APP_DB_PASSWORD" --set airflow="$AIRFLOW_DB_PASSWORD" \
    <<'SQL'
CREATE ROLE overtone LOGIN PASSWORD :'overtone';
CREATE ROLE overtone_pages LOGIN PASSWORD :'pages';
CREATE ROLE airflow LOGIN PASSWORD :'airflow';
CREATE ROLE overtone_app;
GRANT overtone_app TO overtone, overtone_pages;
ALTER ROLE overtone_pages SET track_activities = off;
CREATE DATABASE overtone OWNER overtone;
CREATE DATABASE airflow OWNER airflow;
REVOKE ALL ON DATABASE overtone, airflow FROM PUBLIC;
GRANT CONNECT ON DATABASE overtone TO overtone_pages;
\connect overtone
CREATE EXTENSION vector;
SQL
