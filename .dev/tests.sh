# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154  # `dev` and its parts share their variables
# The tests: the unit tests under ASan and UBSan, then everything against the release build.

command_test() {
  local cluster=$PWD/var/test/postgres port
  if [ -n "$quick" ]; then expect_steps 5; else expect_steps 11; fi
  mkdir -p var/test
  exec 9>var/test/lock
  flock -n 9 || fail 'Another ./dev test is at work in this checkout.'
  step 'Looking for missing packages'
  if wants_node; then
    want_node
    install_packages
    install_node_packages
  else
    install_packages
  fi
  step 'Looking at the development certificates'
  make_certificates

  if [ -z "$quick" ]; then
    step 'Building with ASan and UBSan'
    build asan unit_tests
    step 'Running the unit tests under ASan and UBSan'
    test_environment asan
    UBSAN_OPTIONS=print_stacktrace=1 run_tests asan \
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
  run_tests release --no-tests=error \
    ${filter:+--tests-regex "$filter"} || exit 1
  [ -z "$quick" ] || return 0
  test_sanitized asan 'ASan and UBSan' .
  # Workers share next to nothing, and these go through all of it.
  test_sanitized tsan TSan \
    'e2e_(answers|grpc|faults|shutdown|modes|streaming|descriptors|freshness)_test'
}

# test_sanitized PRESET NAME TESTS: those tests of the whole system, in front of a gateway that
# watches itself. What measures speed is left out.
test_sanitized() {
  step "Building the gateway with $2"
  build "$1" trunkline-gateway
  step "Running the tests of the whole system against it"
  TRUNKLINE_GATEWAY=$PWD/build/$1/gateway/trunkline-gateway \
    UBSAN_OPTIONS=print_stacktrace=1 ASAN_OPTIONS=quarantine_size_mb=8 \
    TSAN_OPTIONS="halt_on_error=1 suppressions=$PWD/.dev/tsan.suppressions" \
    run_tests release --label-regex e2e --tests-regex "${filter:-$3}" \
    --exclude-regex 'load|back_pressure|cancellation|docs|wallboard' ||
    fail "Tests failed in front of a gateway with $2."
}

# run_tests PRESET ARGUMENT...: has CTest run what was built. Of a program that fails only the facts
# that do not hold are shown, and why is told once more at the end of what may be a long log.
# A loaded machine may stand still for seconds, and most of these tests are about time: one that
# fails is run once more, and named at the end. Who fails twice has failed.
run_tests() {
  local log=build/$1/Testing/Temporary/LastTest.log shown=$PWD/build/$1/tests.log
  if GTEST_BRIEF=1 ctest --test-dir "build/$1" --output-on-failure --repeat until-pass:2 \
    --output-log "$shown" "${@:2}"; then
    awk '/Test +#[0-9]+: .*\*\*\*/ { print "Passed only when run again: " $0 }' "$shown" >&2
    return
  fi
  [ ! -s "$log" ] || awk '
    /^[0-9]+\/[0-9]+ Testing: / { n = 0; name = $3 }
    { line[n++] = $0 }
    /^Test time = / { last = n - 1 }
    /^Test (Failed|timed out)/ || /^Test .*Exception/ {
      printf "\nHow %s failed:\n", name
      for (i = (last > 60 ? last - 60 : 0); i < last; i++) print "  | " line[i]
    }' "$log" >&2
  return 1
}

# wants_node: whether a test is to be run that needs it.
wants_node() {
  [ -z "$filter" ] || [[ e2e_node_test =~ $filter || e2e_docs_test =~ $filter ||
    e2e_wallboard_test =~ $filter ]]
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
