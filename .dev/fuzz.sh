# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154  # `dev` and its parts share their variables
# The fuzz targets of tests/fuzz, built with clang in build/fuzz, as many at once as there are cores.

fuzz_runs_default=40000
fuzz_most_bytes=4096

# fuzz_target_names: by their sources, so that nothing need be built to know them.
fuzz_target_names() {
  local source
  for source in tests/fuzz/*_fuzz.cpp; do
    source=${source##*/}
    printf '%s\n' "${source%_fuzz.cpp}"
  done
}

parse_fuzz_options() {
  local value taken
  fuzz_targets=() fuzz_runs='' fuzz_minutes=''
  while [ $# -gt 0 ]; do
    taken=1
    case $1 in
      --runs | --runs=*)
        option_value --runs "$@"
        fuzz_runs=$value
        ;;
      --minutes | --minutes=*)
        option_value --minutes "$@"
        fuzz_minutes=$value
        ;;
      -*) refuse "fuzz does not take '$1': its options are --runs and --minutes." ;;
      *)
        fuzz_target_names | grep -qxF -- "$1" ||
          refuse "There is no fuzz target '$1': choose from" \
            "$(fuzz_target_names | paste -sd ' ')."
        fuzz_targets+=("$1")
        ;;
    esac
    shift "$taken"
  done
  [ -z "$fuzz_runs" ] || [ -z "$fuzz_minutes" ] || refuse 'fuzz takes --runs or --minutes, not both.'
  [[ $fuzz_runs =~ ^([1-9][0-9]{0,9})?$ ]] ||
    refuse "The runs must be a whole number from 1, not '$fuzz_runs'."
  [[ $fuzz_minutes =~ ^([1-9][0-9]{0,4})?$ ]] ||
    refuse "The minutes must be a whole number from 1, not '$fuzz_minutes'."
  [ -n "$fuzz_runs$fuzz_minutes" ] || fuzz_runs=$fuzz_runs_default
  if [ ${#fuzz_targets[@]} -eq 0 ]; then mapfile -t fuzz_targets < <(fuzz_target_names); fi
}

# start_fuzzing TARGET: in the background; its process id becomes `launched`. A number of runs
# begins with a fixed seed and the corpus of the checkout, so that the same build does the same.
start_fuzzing() {
  local target=$1 grown=var/fuzz/corpus/$1 options known
  # The entropic schedule costs more than it finds: a third of the time and more.
  options=(-max_len="$fuzz_most_bytes" -entropic=0 -timeout=20 -rss_limit_mb=2048 -print_final_stats=1
    -artifact_prefix="var/fuzz/artifacts/$target-")
  known=("var/fuzz/seeds/$target")
  [ ! -d "tests/fuzz/corpus/$target" ] || known+=("tests/fuzz/corpus/$target")
  [ ! -f "tests/fuzz/${target%%_*}.dict" ] || options+=("-dict=tests/fuzz/${target%%_*}.dict")
  if [ -n "$fuzz_runs" ]; then
    grown=var/fuzz/scratch/$target
    rm -rf -- "$grown"
    options+=(-runs="$fuzz_runs" -seed=1)
  else
    options+=(-max_total_time=$((60 * fuzz_minutes)))
  fi
  mkdir -p "$grown" var/fuzz/artifacts var/fuzz/log
  UBSAN_OPTIONS=print_stacktrace=1 "build/fuzz/tests/fuzz/${target}_fuzz" "${options[@]}" \
    "$grown" "${known[@]}" >"var/fuzz/log/$target.log" 2>&1 9>&- &
  launched=$!
}

# fuzz_summary TARGET STATUS: a line. 1 when something was found.
fuzz_summary() {
  local log=var/fuzz/log/$1.log executions coverage artifact
  executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  coverage=$(grep -o 'cov: [0-9]*' "$log" | tail -n 1)
  artifact=$(sed -n 's/.*Test unit written to //p' "$log" | tail -n 1)
  if [ "$2" -eq 0 ]; then
    detail "$(printf '%-14s %10s executions   %-10s   no crash' "$1" "$executions" "$coverage")"
    return
  fi
  detail "$(printf '%-14s %10s executions   %-10s   CRASHED' "$1" "${executions:-?}" "$coverage")"
  grep -m 3 -A 3 -E '^Not so|runtime error|ERROR: ' "$log" | sed 's/^/        | /' | cut -c 1-160
  detail "  log $log${artifact:+, input $artifact}"
  return 1
}

end_fuzzing() {
  local pid
  trap - EXIT
  for pid in "${!fuzzing[@]}"; do kill "$pid" 2>/dev/null || true; done
  exit "$1"
}

command_fuzz() {
  local target amount ended status crashed=0
  declare -gA fuzzing=()
  expect_steps 3
  mkdir -p var/fuzz
  exec 9>var/fuzz/lock
  flock -n 9 || fail 'Another ./dev fuzz is at work in this checkout.'
  step 'Looking for missing Debian packages'
  install_packages
  step 'Building with libFuzzer, ASan and UBSan in build/fuzz'
  build fuzz fuzz_targets
  rm -rf var/fuzz/seeds
  build/fuzz/tests/fuzz/fuzz_seeds var/fuzz/seeds

  amount="${fuzz_runs:+$fuzz_runs inputs}${fuzz_minutes:+$fuzz_minutes min} each"
  step "Fuzzing ${fuzz_targets[*]}: $amount, $(nproc) at a time"
  trap 'end_fuzzing 1' EXIT
  trap 'end_fuzzing 130' INT
  trap 'end_fuzzing 143' TERM HUP
  for target in "${fuzz_targets[@]}" ''; do
    # The empty name at the end waits for all that still run.
    while [ ${#fuzzing[@]} -gt 0 ] && { [ -z "$target" ] || [ ${#fuzzing[@]} -ge "$(nproc)" ]; }; do
      status=0
      wait -n -p ended "${!fuzzing[@]}" || status=$?
      fuzz_summary "${fuzzing[$ended]}" "$status" || crashed=$((crashed + 1))
      unset "fuzzing[$ended]"
    done
    [ -n "$target" ] || break
    start_fuzzing "$target"
    fuzzing[$launched]=$target
  done
  trap - EXIT INT TERM HUP
  [ "$crashed" -eq 0 ] || fail "$crashed of ${#fuzz_targets[@]} fuzz targets crashed."
  say "No fuzz target crashed."
}
