# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154  # `dev` and its parts share their variables
# The benchmarks: installs the peers, builds, and hands over to bench/run.

bench_suites() {
  local file
  for file in bench/suites/*.py; do
    file=${file##*/}
    printf '%s\n' "${file%.py}"
  done
}

# list_suites: each with the first line of its description.
list_suites() {
  local suite
  say 'Suites, each for ./dev bench SUITE:'
  while IFS= read -r suite; do
    printf '  %-18s %s\n' "$suite" "$(sed -n '1s/"""//gp' "bench/suites/$suite.py")"
  done < <(bench_suites)
  say 'all runs each of them, and report writes bench/results/report.html anew.'
}

command_bench() {
  local suite=$1
  shift
  if [ "$suite" = report ]; then
    exec /usr/bin/python3 bench/run report "$@"
  fi
  expect_steps 5
  step 'Looking for missing Debian packages'
  package_lists+=(.dev/bench-packages.txt)
  install_bench_packages
  step 'Building the gateway, the backends, the load generator and the delay line'
  build_programs
  build release trunkline-load trunkline-freshness delay-line trunkline-echo-backend
  step 'Building the backend that answers from memory, and grpc-gateway'
  build bench memory-backend grpc-gateway-peer
  step 'Looking at the development certificates'
  make_certificates
  step "Measuring: $suite"
  exec /usr/bin/python3 bench/run "$suite" "$@"
}

# The peers' packages have their servers started at every boot, also of those who only wanted to
# measure them. Whoever had them before keeps them as they were.
install_bench_packages() {
  local service new=() as_root=()
  for service in nginx nghttpx h2o haproxy; do
    [ -e "/lib/systemd/system/$service.service" ] || new+=("$service.service")
  done
  install_packages
  [ ${#new[@]} -gt 0 ] && command -v systemctl >/dev/null || return 0
  [ "$(id -u)" = 0 ] || as_root=(sudo)
  "${as_root[@]}" systemctl --quiet disable "${new[@]}" >/dev/null 2>&1 ||
    complain "These services could not be disabled, and may start at boot: ${new[*]}"
}
