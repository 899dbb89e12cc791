#!/bin/sh
# Runs once, on an empty volume: two databases, each owned by a role that is no superuser. pgvector is not a trusted
# extension, so the superuser creates it here and the migration finds it there.
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
    --set overtone="$OVERTONE_DB_PASSWORD" --set airflow="$AIRFLOW_DB_PASSWORD" <<'SQL'
CREATE ROLE overtone LOGIN PASSWORD :'overtone';
CREATE ROLE airflow LOGIN PASSWORD :'airflow';
CREATE DATABASE overtone OWNER overtone;
CREATE DATABASE airflow OWNER airflow;
REVOKE CONNECT ON DATABASE overtone, airflow FROM PUBLIC;
\connect overtone
CREATE EXTENSION vector;
SQL
