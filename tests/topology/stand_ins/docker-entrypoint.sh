#!/bin/bash
# Stands in for the entry points of the PostgreSQL and Redis images: a command that is given is run as it is; `postgres`
# first makes the cluster where there is none, with the variables and the folder of scripts the image's own obeys.
set -euo pipefail
PATH="$PATH:$(echo /usr/lib/postgresql/*/bin)"

[ "${1:-}" = postgres ] || exec "$@"
shift
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    # shellcheck disable=SC2086  # a list of options is meant to be split
    initdb --pgdata "$PGDATA" --username "$POSTGRES_USER" --pwfile <(cat "$POSTGRES_PASSWORD_FILE") \
        ${POSTGRES_INITDB_ARGS:-}
    printf '\nhost all all all scram-sha-256\n' >>"$PGDATA/pg_hba.conf"
    pg_ctl --pgdata "$PGDATA" --wait --options "-c listen_addresses=''" start
    for script in /docker-entrypoint-initdb.d/*.sh; do
        # shellcheck disable=SC1090
        . "$script"
    done
    pg_ctl --pgdata "$PGDATA" --wait --mode fast stop
fi
exec postgres -D "$PGDATA" -c "listen_addresses=*"
