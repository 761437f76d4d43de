# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154  # `dev` and its parts share their variables
# The tests: the unit tests under ASan and UBSan, then everything against the release build.

command_test() {
  local cluster=$PWD/var/test/postgres port
  if [ -n "$quick" ]; then expect_steps 5; else expect_steps 7; fi
  mkdir -p var/test
  exec 9>var/test/lock
  flock -n 9 || fail 'Another ./dev test is at work in this checkout.'
  step 'Looking for missing Debian packages'
  install_packages
  step 'Looking at the development certificates'
  make_certificates

  if [ -z "$quick" ]; then
    step 'Building with ASan and UBSan'
    build asan unit_tests
    step 'Running the unit tests under ASan and UBSan'
    test_environment asan
    UBSAN_OPTIONS=print_stacktrace=1 ctest --test-dir build/asan --output-on-failure \
      --parallel "$(nproc)" --label-regex unit ${filter:+--tests-regex "$filter"} ||
      fail 'Unit tests failed under ASan and UBSan.'
  fi

  step 'Building'
  build release
  step 'Starting a PostgreSQL cluster for the tests'
  # SC2064: the path is meant as it is now.
  # shellcheck disable=SC2064
  trap "$(printf '%q stop %q immediate >/dev/null 2>&1 || true' "$PWD/.dev/cluster" "$cluster")" EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  .dev/cluster stop "$cluster" immediate
  port=$(free_port)
  TRUNKLINE_POSTGRES=$(.dev/cluster start "$cluster" "$port" 9>&-)
  export TRUNKLINE_POSTGRES
  step 'Running all tests'
  test_environment release
  ctest --test-dir build/release --output-on-failure --no-tests=error \
    ${filter:+--tests-regex "$filter"} || exit 1
}

# test_environment PRESET: what tests find in their environment.
#   TRUNKLINE_BUILD      where the programs were built
#   TRUNKLINE_SOURCE     the checkout
#   TRUNKLINE_PG_CTL     .dev/cluster, to load data sets and to make clusters of their own
#   TRUNKLINE_PG_DIR     the cluster that runs for the tests
#   TRUNKLINE_POSTGRES   its connection string (release only)
test_environment() {
  export TRUNKLINE_BUILD=$PWD/build/$1
  export TRUNKLINE_SOURCE=$PWD
  export TRUNKLINE_PG_CTL=$PWD/.dev/cluster
  export TRUNKLINE_PG_DIR=$PWD/var/test/postgres
}
