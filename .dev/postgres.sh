# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154  # `dev` and its parts share their variables
# The private cluster of `run` and `up`, in var/postgres. The file var/run/postgres says that we
# started it, so that `down` leaves alone what others did.

start_postgres() {
  if .dev/cluster status var/postgres >/dev/null 2>&1; then
    [ "$(cat var/postgres/port)" != "$postgres_port" ] || return 0
    # With another offset than a run that was killed; of others' doing, start says so.
    [ ! -e var/run/postgres ] || .dev/cluster stop var/postgres
  fi
  require_free_port "$postgres_port" PostgreSQL
  : >var/run/postgres
  # 8 is our lock: the server must not hold it.
  .dev/cluster start var/postgres "$postgres_port" "$PWD/var/log/postgres.log" >/dev/null 8>&-
}

# load_data DATA_SET FRESH: prints the connection string.
load_data() { .dev/cluster "${2:+re}load" var/postgres "$1" "trunkline_$1"; }

# stop_postgres: 0 when it ran and is ours.
stop_postgres() {
  [ -e var/run/postgres ] || return 1
  rm -f var/run/postgres
  .dev/cluster status var/postgres >/dev/null 2>&1 || return 1
  .dev/cluster stop var/postgres
}
