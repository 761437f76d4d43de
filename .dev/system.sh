# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154  # `dev` and its parts share their variables
# run, up and down: PostgreSQL, backend and gateway together.

# They answer what they have accepted for up to 30 s after SIGTERM.
drain_seconds=35
ready_seconds=30

# bring_up: everything from nothing to ready. Reads the options that `dev` has parsed.
bring_up() {
  trap 'take_down_quietly' EXIT
  trap 'say; say "Interrupted: stopping what was started."; exit 130' INT
  trap 'exit 143' TERM HUP
  if [ -n "$database" ]; then expect_steps 5; else expect_steps 7; fi

  step 'Looking for missing Debian packages'
  install_packages
  require_free_port "$http_port" 'HTTP'
  require_free_port "$https_port" 'HTTPS'
  require_free_port "$admin_port" 'metrics and state'
  require_free_port "$grpc_port" 'the backend'

  step 'Building the gateway and the backend'
  build_programs

  step 'Looking at the development certificates'
  make_certificates

  if [ -n "$database" ]; then
    conninfo=$database
  else
    step "Starting PostgreSQL on port $postgres_port"
    start_postgres
    step "Loading the data set $data_set"
    conninfo=$(load_data "$data_set" "$fresh")
  fi
  # The private database is ours; in somebody's own we make nothing unless told to.
  if [ -z "$database" ] || [ -n "$migrate" ]; then migrate_database; fi

  step 'Starting the backend and the gateway'
  start_programs

  step "Waiting until they are ready, for up to $ready_seconds s"
  await_ready
  describe >var/run/endpoints
  settings >var/run/settings
  say
  cat var/run/endpoints
}

migrate_database() {
  write_backend_config var/run/backend.json
  detail 'Bringing the schema trunkline up to date'
  build/release/backends/trunkline-backend --config "$PWD/var/run/backend.json" --migrate \
    2>var/run/migrate.log || {
    show_tail var/run/migrate.log 5
    fail 'The schema trunkline could not be made in the database.'
  }
}

start_programs() {
  local programs=$PWD/build/release
  # In a file, because everybody can read a program's arguments, and this may hold a password.
  write_backend_config var/run/backend.json
  launch backend "$programs/backends/trunkline-backend" \
    --listen "127.0.0.1:$grpc_port" --config "$PWD/var/run/backend.json"
  backend_pid=$launched
  launch gateway "$programs/gateway/trunkline-gateway" ${config:+--config "$config"} \
    --http "127.0.0.1:$http_port" --https "127.0.0.1:$https_port" \
    --admin "127.0.0.1:$admin_port" \
    --certificate "$PWD/certs/server.crt" --key "$PWD/certs/server.key" \
    --upstream "127.0.0.1:$grpc_port"
  gateway_pid=$launched
}

# write_backend_config FILE
write_backend_config() {
  local text=$conninfo
  text=${text//\\/\\\\}
  text=${text//\"/\\\"}
  rm -f "$1"
  (umask 077 && printf '{"database": {"conninfo": "%s"}}\n' "$text" >"$1")
}

await_ready() {
  local deadline=$((SECONDS + ready_seconds)) name
  until curl -fs -o /dev/null --noproxy '*' --max-time 2 "http://127.0.0.1:$http_port/readyz"; do
    for name in backend gateway; do
      if ! running "$name" >/dev/null; then
        show_tail "var/log/$name.log"
        fail "The $name ended while starting; its log is var/log/$name.log."
      fi
    done
    if [ "$SECONDS" -ge "$deadline" ]; then
      show_tail var/log/backend.log
      show_tail var/log/gateway.log
      fail "The gateway was not ready within $ready_seconds s: no 200 from" \
        "http://127.0.0.1:$http_port/readyz."
    fi
    sleep 0.1
  done
}

# describe: the addresses, and three things to try.
describe() {
  local curl_ca="--cacert certs/ca.crt"
  cat <<TEXT
Trunkline is up.
  HTTP        http://127.0.0.1:$http_port    HTTP/1.1, and HTTP/2 with prior knowledge
  HTTPS       https://localhost:$https_port    HTTP/2 and HTTP/1.1, CA in certs/ca.crt
  admin       http://127.0.0.1:$admin_port    /metrics /upstreams /config /version
  gRPC        127.0.0.1:$grpc_port          the backend itself, cleartext
  PostgreSQL  $(without_password "$conninfo")
  logs        var/log/gateway.log, var/log/backend.log${own_postgres_log}

Try:
  curl http://127.0.0.1:$http_port/agents
  curl --http2 $curl_ca 'https://localhost:$https_port/v1/agents?page_size=5'
  h2load -n 10000 -c 8 -m 16 http://127.0.0.1:$http_port/agents
TEXT
}

# without_password CONNINFO: fit to be shown, in either of libpq's forms.
without_password() {
  printf '%s\n' "$1" | sed -E \
    -e "s/(password[[:space:]]*=[[:space:]]*)('([^'\\\\]|\\\\.)*'|[^[:space:]&]+)/\1***/g" \
    -e 's#^(postgres(ql)?://[^:@/]*):[^@/]*@#\1:***@#'
}

# settings: what a second `up` is compared with; the connection string may hold a password.
settings() {
  printf 'port offset %s\n' "$port_offset"
  [ -z "$database" ] && printf 'data %s\n' "$data_set"
  printf 'database %s\n' "$(printf '%s' "$database" | sha256sum)"
  printf 'config %s\n' "$config"
}

is_up() { running gateway >/dev/null && running backend >/dev/null && [ -s var/run/endpoints ]; }

# lock: two of us must not start or stop things at once.
lock() {
  if ! mkdir -p var/run var/log || [ ! -w var/run ]; then
    fail "$PWD/var cannot be written to: it belongs to the user $(stat -c %U var)."
  fi
  exec 8>var/run/lock
  flock -n 8 || fail 'Another ./dev run, up or down is at work in this checkout.'
}

unlock() { exec 8>&-; }

# take_down: stops what runs of ours, newest first, and says so. 1 when nothing ran.
take_down() {
  local any=1
  if end_process gateway "$drain_seconds"; then say 'Stopped the gateway.' && any=0; fi
  if end_process backend "$drain_seconds"; then say 'Stopped the backend.' && any=0; fi
  if stop_postgres; then say 'Stopped PostgreSQL.' && any=0; fi
  rm -f var/run/endpoints var/run/settings var/run/backend.json var/run/dev.pid
  return "$any"
}

take_down_quietly() {
  local status=$?
  trap '' INT TERM HUP
  if take_down >/dev/null; then complain 'Stopped what had been started.'; fi
  exit "$status"
}

# refuse_second: fails or ends with 0 when the system is up already.
refuse_second() {
  is_up || return 0
  if [ -n "$fresh" ]; then
    fail 'Trunkline is up: --fresh would take its data away. Stop it with ./dev down first.'
  fi
  if ! settings | cmp -s - var/run/settings; then
    fail 'Trunkline is up with other options. Stop it with ./dev down first.'
  fi
  say 'Trunkline is up already.'
  tail -n +2 var/run/endpoints
  exit 0
}

command_up() {
  refuse_second
  lock
  refuse_second
  take_down >/dev/null || true
  bring_up
  trap - EXIT INT TERM HUP
  say
  say 'Stop it with ./dev down.'
}

command_run() {
  local status=0 ended name followed
  if is_up; then fail 'Trunkline is up already. Stop it with ./dev down first.'; fi
  lock
  take_down >/dev/null || true
  remember_process dev $$
  bring_up
  unlock
  say
  say 'Stop it with Ctrl-C. What gateway and backend log follows.'
  tail -q -n +1 --pid=$$ -F var/log/gateway.log var/log/backend.log 2>/dev/null &
  followed=$!
  trap 'stop_run 0' INT
  trap 'stop_run 0' TERM HUP
  ended=
  # Bash has words of its own about a program that ended by a signal; ours follow.
  wait -n -p ended "$gateway_pid" "$backend_pid" 2>/dev/null || status=$?
  name=gateway
  [ "${ended:-}" != "$backend_pid" ] || name=backend
  sleep 0.2
  complain "The $name ended $(exit_reason "$status"). Stopping the rest."
  stop_run 1
}

# stop_run STATUS: the end of `run`. A second Ctrl-C does not wait for what was accepted.
stop_run() {
  trap - EXIT
  trap 'end_at_once' INT
  trap '' TERM HUP
  say
  say 'Stopping.'
  kill "$followed" 2>/dev/null || true
  # Nobody may start anew while this goes on.
  exec 8>var/run/lock
  flock 8
  take_down || true
  exit "$1"
}

end_at_once() {
  local name pid
  for name in gateway backend; do
    if pid=$(running "$name"); then kill -KILL "$pid" 2>/dev/null || true; fi
  done
}

command_down() {
  local pid tries=$((drain_seconds * 20 + 200))
  mkdir -p var/run var/log
  if pid=$(running dev) && [ "$pid" != $$ ]; then
    kill -TERM "$pid"
    say "Told ./dev run (process $pid) to stop."
    while [ "$(running dev)" = "$pid" ] && [ $((tries -= 1)) -gt 0 ]; do sleep 0.1; done
    [ "$tries" -gt 0 ] || fail "./dev run (process $pid) did not end."
    say 'It has stopped.'
    return
  fi
  lock
  take_down || say 'Nothing was running.'
}
