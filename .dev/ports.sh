# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154  # `dev` and its parts share their variables
# The ports, and who holds one that we want.

# set_ports OFFSET: the offset is added to every default.
set_ports() {
  http_port=$((8080 + $1))
  https_port=$((8443 + $1))
  admin_port=$((9901 + $1))
  grpc_port=$((50051 + $1))
  postgres_port=$((54329 + $1))
}

# is_port_offset TEXT: 54329 and the offset must stay below 65536.
is_port_offset() {
  case $1 in
    '' | *[!0-9]* | ??????*) return 1 ;;
    *) [ "$1" -le 11206 ] ;;
  esac
}

# port_listeners PORT: one line for each listening socket.
port_listeners() { ss -Hltnp "sport = :$1"; }

# port_holder PORT: "nginx (process 812)".
port_holder() {
  local holder
  holder=$(port_listeners "$1" | sed -n 's/.*users:(("\([^"]*\)",pid=\([0-9]*\).*/\1 (process \2)/p' |
    sort -u | paste -s -d, | sed 's/,/, /g')
  printf '%s\n' "${holder:-a program of another user}"
}

# require_free_port PORT PURPOSE
require_free_port() {
  [ -n "$(port_listeners "$1")" ] || return 0
  fail "Port $1, wanted for $2, is held by $(port_holder "$1"). Stop it, or take other ports with" \
    "--port-offset."
}

# free_port: one that nobody listens on, away from those the kernel gives to clients.
free_port() {
  local port=$((20000 + $$ % 10000))
  while [ -n "$(port_listeners "$port")" ]; do port=$((port + 1)); done
  printf '%s\n' "$port"
}
