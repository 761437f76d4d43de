# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154  # `dev` and its parts share their variables
# Programs of ours and their pid files in var/run: "PID STARTTIME". Both must fit, because the kernel
# gives a number to another program once its first owner has ended.

# process_start PID: in clock ticks since boot; fails for what has ended, reaped or not.
process_start() {
  local stat fields
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  # The name, in parentheses, may hold anything; what follows it are the fields from the third on.
  read -ra fields <<<"${stat##*) }"
  [ "${fields[0]}" != Z ] && [ "${fields[0]}" != X ] || return 1
  printf '%s\n' "${fields[19]}"
}

# remember_process NAME PID
remember_process() { printf '%s %s\n' "$2" "$(process_start "$2")" >"var/run/$1.pid"; }

# running NAME: prints its process id.
running() {
  local pid start
  read -r pid start 2>/dev/null <"var/run/$1.pid" || return 1
  case $pid in '' | *[!0-9]*) return 1 ;; esac
  [ -n "$start" ] && [ "$(process_start "$pid")" = "$start" ] || return 1
  # A checkout that was copied while it was up has pid files of the other's programs.
  [ "$(readlink "/proc/$pid/cwd")" = "$PWD" ] || return 1
  printf '%s\n' "$pid"
}

# launch NAME COMMAND...: in a session of its own, so that Ctrl-C comes to us alone. Sets `launched`.
launch() {
  local name=$1 log=var/log/$1.log
  shift
  [ ! -s "$log" ] || mv -f -- "$log" "$log.1"
  # 8 is our lock: it must not outlive us in a child.
  setsid "$@" </dev/null >"$log" 2>&1 8>&- &
  launched=$!
  remember_process "$name" "$launched"
}

# end_process NAME SECONDS: politely, then not. 0 when it ran.
end_process() {
  local name=$1 tries=$(($2 * 10)) pid
  if ! pid=$(running "$name"); then
    rm -f "var/run/$name.pid"
    return 1
  fi
  kill -TERM "$pid" 2>/dev/null || true
  while [ "$(running "$name")" = "$pid" ] && [ $((tries -= 1)) -gt 0 ]; do sleep 0.1; done
  if [ "$(running "$name")" = "$pid" ]; then
    complain "The $name (process $pid) did not end within $2 s and is killed."
    kill -KILL "$pid" 2>/dev/null || true
  fi
  rm -f "var/run/$name.pid"
}

# exit_reason STATUS: "with status 3", "by signal 11 (SEGV)".
exit_reason() {
  if [ "$1" -gt 128 ]; then
    printf 'by signal %d (%s)\n' $(($1 - 128)) "$(kill -l $(($1 - 128)) 2>/dev/null)"
  else
    printf 'with status %d\n' "$1"
  fi
}
