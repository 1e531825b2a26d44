#!/bin/bash
# First start of the database server: two databases with roles of their own. The office's role owns nothing:
# it reads and writes the tables the owner makes, and docker/grants.sql takes back what it must not do.
set -euo pipefail

secret() { cat "${SECRETS:-/run/secrets}/$1"; }

psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
    --set airflow_password="$(secret airflow_db_password)" \
    --set owner_password="$(secret owner_db_password)" \
    --set office_password="$(secret office_db_password)" <<'SQL'
CREATE ROLE airflow LOGIN PASSWORD :'airflow_password';
CREATE DATABASE airflow OWNER airflow;
CREATE ROLE inspection_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE inspection LOGIN PASSWORD :'office_password';
CREATE DATABASE inspection OWNER inspection_owner;
REVOKE CONNECT, TEMPORARY ON DATABASE airflow, inspection FROM PUBLIC;
GRANT CONNECT ON DATABASE inspection TO inspection;
SQL
